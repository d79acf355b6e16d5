// What `stt node listen` and `stt node send` share: options, seeds, and a node with its loop.
#pragma once

#include <memory>
#include <string>

#include <conformance/tool/exit_code.hpp>
#include <stt/adapters/asio/event_loop.hpp>
#include <stt/crypto/system_random.hpp>
#include <stt/node/node.hpp>

namespace CLI {
class App;
}  // namespace CLI

namespace stt::tool {

struct NodeOptions {
  std::string seed_file;
  std::string node_seed_file;  // empty: an identity for this run only
  bool allow_readable_seed = false;
};

void add_node_options(CLI::App& command, NodeOptions& options);

// Texts that people type; CLI11 validators: an empty string if they are right.
std::string check_node_id(const std::string& text);
NodeId node_id_of(const std::string& text);  // of a checked text

// A node that holds one shared seed, and all that has to outlive it.
struct NodeSetup {
  adapters::EventLoop loop;
  crypto::SystemRandom random;
  std::optional<Node> node;
  SeedHint hint;
};

// Settings for moving files: few streams, each with much credit.
Config transfer_config();

// Reads the seeds and makes the node in `setup`; says on standard error what is wrong, and returns
// the exit code for it, or exit_done.
int set_up(NodeSetup& setup, const NodeOptions& options, const Config& config, const char* command);

}  // namespace stt::tool
