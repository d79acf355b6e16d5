// `stt conform serve|adapter|matrix`: what has to do with plugging an implementation in.
#pragma once

#include <functional>
#include <string>

#include <conformance/tool/command.hpp>

namespace stt::tool {

void add_serve_command(Command conform);
void add_adapter_command(Command conform);
void add_matrix_command(Command conform);

// What an adapter wrote to standard error, for people; nothing if it is empty.
void print_complaints(const std::string& complaints);

// Prints complaints, from any thread, and the same ones no second time: many adapters die of one
// mistake.
std::function<void(const std::string&)> printer_of_new_complaints();

}  // namespace stt::tool
