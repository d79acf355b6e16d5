// The reference as an adapter, without a process of its own.
#include <algorithm>
#include <array>

#include <conformance/suite/reference/kinds.hpp>
#include <conformance/suite/reference/peer.hpp>

namespace stt::conform {
namespace {

using nlohmann::json;

std::array<std::span<const Kind>, 8> all_kinds() {
  return {wire_kinds(),      message_kinds(),  crypto_kinds(),   session_kinds(),
          handshake_kinds(), delivery_kinds(), carriage_kinds(), primitive_kinds()};
}

json hello() {
  std::vector<std::string> names;
  for (const auto group : all_kinds()) {
    for (const Kind& kind : group) names.emplace_back(kind.name);
  }
  std::ranges::sort(names);
  return {{"outcome", "accept"},
          {"protocol", 1},
          {"implementation", "stt reference"},
          {"version", "0.1.0"},
          {"kinds", names},
          {"peer", true},
          {"entropy", "injected"},
          {"features", {"datagrams", "rotation", "priority", "ping", "path"}},
          {"unsupported_config", json::array()}};
}

json vector(const Fields& request) {
  const std::string kind = request.text("kind");
  for (const auto group : all_kinds()) {
    const auto found = std::ranges::find(group, kind, &Kind::name);
    if (found != group.end()) return found->answer(Fields(request.at("in")));
  }
  return {{"outcome", "unsupported"}};
}

class ReferenceAdapter final : public Adapter {
 public:
  json request(const json& message) override {
    const Fields request(message);
    const std::string operation = request.text("op");
    if (operation == "hello") return hello();
    if (operation == "vector") return vector(request);
    if (operation == "reset") {
      peers_.reset();
      return {{"outcome", "accept"}};
    }
    return peers_.request(operation, request);
  }

 private:
  Peers peers_;
};

}  // namespace

std::unique_ptr<Adapter> make_reference_adapter() {
  return std::make_unique<ReferenceAdapter>();
}

}  // namespace stt::conform
