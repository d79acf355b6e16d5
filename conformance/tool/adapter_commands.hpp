// `stt conform serve|adapter|matrix`: what has to do with plugging an implementation in.
#pragma once

#include <functional>
#include <string>

namespace CLI {
class App;
}  // namespace CLI

namespace stt::tool {

void add_serve_command(CLI::App& conform, int& exit_code);
void add_adapter_command(CLI::App& conform, int& exit_code);
void add_matrix_command(CLI::App& conform, int& exit_code);

// What an adapter wrote to standard error, for people; nothing if it is empty.
void print_complaints(const std::string& complaints);

// Prints complaints, from any thread, and the same ones no second time: many adapters die of one
// mistake.
std::function<void(const std::string&)> printer_of_new_complaints();

}  // namespace stt::tool
