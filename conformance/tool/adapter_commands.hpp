// `stt conform serve|adapter|matrix`: what has to do with plugging an implementation in.
#pragma once

namespace CLI {
class App;
}  // namespace CLI

namespace stt::tool {

void add_serve_command(CLI::App& conform, int& exit_code);

}  // namespace stt::tool
