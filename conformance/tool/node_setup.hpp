// What `stt node listen`, `stt node send` and `stt chat` share: options, seeds, what they say when
// something is wrong, and a node with its loop.
#pragma once

#include <memory>
#include <string>

#include <conformance/tool/command.hpp>
#include <conformance/tool/exit_code.hpp>
#include <conformance/tool/seed_file.hpp>
#include <stt/adapters/asio/event_loop.hpp>
#include <stt/crypto/system_random.hpp>
#include <stt/node/node.hpp>

namespace stt::tool {

struct NodeOptions {
  std::string seed_file;
  std::string node_seed_file;  // empty: an identity for this run only
  bool allow_readable_seed = false;
};

void add_node_options(Command command, NodeOptions& options);

// Texts that people type, for Option::check(): what is wrong; empty if they are right.
std::string check_ip(const std::string& text);
std::string check_node_id(const std::string& text);
NodeId node_id_of(const std::string& text);  // of a checked text

struct NodeSeeds {
  Seed own;
  Seed shared;
};

// Each says on standard error what is wrong, and returns the exit code for it, or exit_done.
int read_seeds(NodeSeeds& seeds, Random& random, const NodeOptions& options, const char* command);
int explain_refused_seed(Errc reason, const char* command);

// Says that the identity is a new one, if it is.
void tell_new_identity(const NodeOptions& options, const NodeId& id);

// Says why a port cannot be listened on; returns the exit code for it.
struct PortOption {
  const char* name;
  std::uint16_t port;
};
int cannot_listen(const char* command, const PortOption& option, Errc error);

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
