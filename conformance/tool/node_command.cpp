// `stt node`: listen and send. Options and their explanation; the work is in node_listen.cpp and
// node_send.cpp.
#include <cstdint>
#include <memory>
#include <string>

#include <conformance/tool/command.hpp>
#include <conformance/tool/commands.hpp>
#include <conformance/tool/node_listen.hpp>
#include <conformance/tool/node_send.hpp>
#include <stt/adapters/asio/socket_address.hpp>
#include <stt/adapters/websocket/url.hpp>

namespace stt::tool {
namespace {

constexpr char exit_codes[] =
    "Exit codes: 0 done, 10 no answer (wrong address or seed), 11 version, 12 identity refused\n"
    "(of the node, or by the certificate), 13 unreadable input, 14 cannot write, 15 digest "
    "differs,\n"
    "64 usage, 69 no such port or address, 130 interrupted.";

constexpr int port_max = 65'535;
constexpr int timeout_seconds_max = 3'600;
constexpr std::uint64_t rotate_after_bytes_min = 1;

std::string check_destination(const std::string& text) {
  if (is_url(text)) {
    const auto url = adapters::parse_websocket_url(text);
    return url ? std::string() : "not the URL of a WebSocket: " + url.error();
  }
  if (adapters::parse_host_port(text)) return {};
  return "an endpoint is HOST:PORT, like example.org:9000, 192.0.2.1:9000 or [2001:db8::1]:9000, "
         "or a URL like wss://example.org/";
}

void add_listen(Command node) {
  auto options = std::make_shared<ListenOptions>();
  const Command command = node.add_command("listen", "Receive files");
  command.add_option("--port", options->port, "UDP port; 0 lets the system choose one")
      .range(0, port_max);
  command.add_option("--ws", options->ws, "TCP port for ws:// (WebSocket)").range(0, port_max);
  const Option wss =
      command.add_option("--wss", options->wss, "TCP port for wss:// (WebSocket with TLS)")
          .range(0, port_max);
  const Option certificate =
      command.add_option("--cert", options->certificate, "PEM file for --wss: certificate, chain")
          .needs(wss);
  const Option key =
      command.add_option("--key", options->key, "PEM file for --wss: the certificate's key")
          .needs(wss);
  wss.needs(certificate).needs(key);
  add_node_options(command, options->node);
  command.add_option("--bind", options->bind, "Address to listen on (default: all, IPv4 and IPv6)")
      .check(check_ip);
  command.add_option("--out", options->out,
                     "Folder for the files, made if it is missing (default: this one)");
  command.add_option("--expect", options->expect, "Take files from this node id only")
      .check(check_node_id);
  command.add_flag("--once", options->once, "End after one transfer, with its exit code");
  command.footer(
      std::string(
          "Prints the address and its node id first, and a line for every file. A file appears\n"
          "under its name only when it is complete and its SHA3-256 is verified; one that exists "
          "is\n"
          "never replaced: the new one is called NAME.1, NAME.2, ...\n"
          "\n"
          "  stt node listen --port 9000 --seed-file pair.seed --out inbox\n"
          "  stt node listen --wss 443 --cert site.pem --key site.key --seed-file pair.seed\n"
          "\n") +
      exit_codes);
  command.action([options] {
    if (!options->port && !options->ws && !options->wss) {
      throw UsageError("one of --port, --ws and --wss is required");
    }
    return listen(*options);
  });
}

void add_send(Command node) {
  auto options = std::make_shared<SendOptions>();
  const Command command = node.add_command("send", "Send a file");
  command.add_option("FILE", options->file, "File to send").required();
  command.add_option("TO", options->to, "HOST:PORT of a node that listens, or its ws(s):// URL")
      .required()
      .check(check_destination);
  add_node_options(command, options->node);
  command.add_option("--expect", options->expect, "Refuse every peer but the one of this node id")
      .check(check_node_id);
  command.add_option(
      "--ca", options->ca,
      "PEM file of the only authorities to trust for wss:// (default: the system's)");
  command
      .add_option("--rotate-after", options->rotate_after_bytes,
                  "Payload bytes after which the sender changes its key (default: 10^9)")
      .range(rotate_after_bytes_min, UINT64_MAX);
  command
      .add_option("--timeout", options->timeout_seconds,
                  "Seconds to wait for an answer (default: 10)")
      .range(1, timeout_seconds_max);
  command.footer(
      std::string(
          "Ends with 0 only when the receiver has stored the file and verified its SHA3-256.\n"
          "\n"
          "  stt node send photo.jpg example.org:9000 --seed-file pair.seed\n"
          "  stt node send photo.jpg [2001:db8::1]:9000 --seed-file pair.seed --expect NODE_ID\n"
          "  stt node send photo.jpg wss://example.org/ --seed-file pair.seed\n"
          "\n") +
      exit_codes);
  command.action([options] {
    if (!options->ca.empty() && !options->to.starts_with("wss://")) {
      throw UsageError("--ca: is for a wss:// URL");
    }
    return send(*options);
  });
}

}  // namespace

void add_node_command(Command app) {
  const Command node = app.add_command("node", "Move files between nodes over UDP or WebSockets");
  node.require_command();
  add_listen(node);
  add_send(node);
}

}  // namespace stt::tool
