// `stt chat`: options and their explanation; the work is in chat.cpp.
#include <memory>
#include <string>

#include <conformance/tool/chat.hpp>
#include <conformance/tool/command.hpp>
#include <conformance/tool/commands.hpp>
#include <stt/adapters/asio/socket_address.hpp>

namespace stt::tool {
namespace {

constexpr int port_max = 65'535;
constexpr int timeout_seconds_max = 3'600;

constexpr char footer[] =
    "Lines of standard input go to the peer, and the peer's to standard output, without what "
    "would\n"
    "command a terminal; a line has at most 64 KiB, a longer one arrives as several. It ends when\n"
    "either side's input ends (on a terminal: Ctrl-D), after what was said before has arrived.\n"
    "A listener takes one conversation, and turns others away meanwhile.\n"
    "\n"
    "  stt chat --listen 9000 --seed-file pair.seed\n"
    "  stt chat example.org:9000 --seed-file pair.seed\n"
    "\n"
    "Exit codes: 0 done, 10 no answer (wrong address or seed) or broken off, 12 identity refused,\n"
    "13 unreadable input, 14 cannot write, 64 usage, 69 no such port or address, 130 interrupted.";

std::string check_host_port(const std::string& text) {
  if (adapters::parse_host_port(text)) return {};
  return "an endpoint is HOST:PORT, like example.org:9000, 192.0.2.1:9000 or [2001:db8::1]:9000";
}

}  // namespace

void add_chat_command(Command app) {
  auto options = std::make_shared<ChatOptions>();
  const Command command = app.add_command("chat", "Exchange lines of text with a peer over UDP");
  const Option to = command.add_option("TO", options->to, "HOST:PORT of a node that listens")
                        .check(check_host_port);
  const Option listen =
      command
          .add_option("--listen", options->port,
                      "Wait for a peer on this UDP port; 0 lets the system choose one")
          .range(0, port_max);
  to.excludes(listen);
  command.add_option("--bind", options->bind, "Address to listen on (default: all, IPv4 and IPv6)")
      .check(check_ip)
      .needs(listen);
  add_node_options(command, options->node);
  command.add_option("--expect", options->expect, "Talk to this node id only").check(check_node_id);
  command
      .add_option("--timeout", options->timeout_seconds,
                  "Seconds to wait for an answer (default: 10)")
      .range(1, timeout_seconds_max);
  command
      .add_option("--idle-timeout", options->idle_timeout_seconds,
                  "Seconds without a sign of life after which the peer is lost (default: 30)")
      .range(1, timeout_seconds_max);
  command.footer(footer);
  command.action([options, to, listen] {
    if (to.is_given() == listen.is_given()) {
      throw UsageError("either TO or --listen PORT is required");
    }
    return chat(*options);
  });
}

}  // namespace stt::tool
