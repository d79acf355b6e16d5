// `stt conform mutants|hostile|proof`: what shows that the suite works.
#pragma once

namespace CLI {
class App;
}  // namespace CLI

namespace stt::tool {

void add_proof_commands(CLI::App& conform, int& exit_code);

}  // namespace stt::tool
