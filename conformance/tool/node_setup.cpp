#include <conformance/tool/node_setup.hpp>

#include <fmt/core.h>

#include <cstdio>

#include <conformance/tool/seed_file.hpp>
#include <stt/adapters/asio/socket_address.hpp>
#include <stt/base/hex.hpp>

namespace stt::tool {
namespace {

constexpr std::size_t ephemeral_seed_bytes = 32;

// The node seed of `options`, or one that nobody will ever see again.
SeedFile node_seed(Random& random, const NodeOptions& options) {
  if (!options.node_seed_file.empty()) {
    return read_seed_file(options.node_seed_file, options.allow_readable_seed);
  }
  Seed seed{Bytes(ephemeral_seed_bytes)};
  if (!random.fill("node.seed", seed.bytes)) return {{}, "the system gives no randomness."};
  return {std::move(seed), {}};
}

int complain(const char* command, const std::string& problem, int exit_code) {
  fmt::print(stderr, "{}: {}\n", command, problem);
  return exit_code;
}

}  // namespace

void add_node_options(Command command, NodeOptions& options) {
  command.add_option("--seed-file", options.seed_file, "The seed shared with the peer").required();
  command.add_option("--node-seed-file", options.node_seed_file,
                     "This node's own seed, its identity (default: a new identity for this run)");
  command.add_flag("--allow-readable-seed", options.allow_readable_seed,
                   "Take seed files that others than their owner may read");
}

std::string check_ip(const std::string& text) {
  if (adapters::parse_ip(text, 0)) return {};
  return "an address is like 192.0.2.1 or 2001:db8::1";
}

std::string check_node_id(const std::string& text) {
  const auto bytes = from_hex(text);
  if (bytes && bytes->size() == NodeId{}.bytes.size()) return {};
  return "a node id is 64 hexadecimal digits in lower case, as `stt node listen` prints it";
}

NodeId node_id_of(const std::string& text) {
  NodeId id;
  std::ranges::copy(*from_hex(text), id.bytes.begin());
  return id;
}

Config transfer_config() {
  Config config;
  config.parameters.initial_stream_credit = 4U << 20;
  config.parameters.initial_session_credit = 16U << 20;
  config.parameters.max_streams = 4;
  config.parameters.max_message_bytes = 1U << 20;
  config.receive_budget_bytes = 20U << 20;
  config.send_buffer_bytes = 4U << 20;
  config.close_deadline = 2s;
  return config;
}

int read_seeds(NodeSeeds& seeds, Random& random, const NodeOptions& options, const char* command) {
  SeedFile shared = read_seed_file(options.seed_file, options.allow_readable_seed);
  if (!shared.seed) return complain(command, shared.problem, exit_unreadable);
  SeedFile own = node_seed(random, options);
  if (!own.seed) return complain(command, own.problem, exit_unreadable);
  seeds.shared = std::move(*shared.seed);
  seeds.own = std::move(*own.seed);
  return exit_done;
}

int explain_refused_seed(Errc reason, const char* command) {
  if (reason == Errc::seed_equals_node_seed) {
    return complain(command,
                    "the shared seed and the node seed are the same. A node seed stays on its own "
                    "node: make another one with `stt keygen --out FILE`.",
                    exit_usage);
  }
  return complain(command, fmt::format("a seed is refused: {}", name(reason)), exit_unreadable);
}

void tell_new_identity(const NodeOptions& options, const NodeId& id) {
  if (!options.node_seed_file.empty()) return;
  fmt::print(stderr, "no --node-seed-file: a new identity for this run only, node id {}\n",
             to_hex(id.bytes));
}

int cannot_listen(const char* command, const PortOption& option, Errc error) {
  if (error == Errc::address_in_use) {
    return complain(command,
                    fmt::format("port {} is in use by another program. Choose another {}.",
                                option.port, option.name),
                    exit_unavailable);
  }
  return complain(command,
                  fmt::format("cannot listen on port {}: {}. Is --bind an address of this machine, "
                              "and may you use this port (below 1024 only root may)?",
                              option.port, name(error)),
                  exit_unavailable);
}

int set_up(NodeSetup& setup, const NodeOptions& options, const Config& config,
           const char* command) {
  NodeSeeds seeds;
  if (const int code = read_seeds(seeds, setup.random, options, command); code != exit_done) {
    return code;
  }
  auto node = Node::create(config, seeds.own.bytes, setup.random);
  if (!node) {
    return complain(command, fmt::format("no node can be made: {}", name(node.error())),
                    exit_internal);
  }
  setup.node.emplace(std::move(*node));
  const auto hint = setup.node->add_shared_seed(seeds.shared.bytes);
  if (!hint) return explain_refused_seed(hint.error(), command);
  setup.hint = *hint;
  tell_new_identity(options, setup.node->id());
  return exit_done;
}

}  // namespace stt::tool
