// The part of an examination that is about peers.
#pragma once

#include <conformance/suite/foreign/examine.hpp>

namespace stt::conform {

class PeerExaminer {
 public:
  // All outlive it.
  PeerExaminer(Adapter& adapter, const nlohmann::json& hello, std::vector<Finding>& findings)
      : adapter_(adapter), hello_(hello), findings_(findings) {}

  void examine();

 private:
  nlohmann::json ask(const char* op, const nlohmann::json& members);
  nlohmann::json make_peer(const nlohmann::json& config);
  nlohmann::json begin();
  void check_timer(const nlohmann::json& reply, std::uint64_t now);
  void check_what_is_unknown();
  void check_time();
  void check_reset();
  void found(std::string name, std::string what, std::string todo);

  Adapter& adapter_;
  const nlohmann::json& hello_;
  std::vector<Finding>& findings_;
};

}  // namespace stt::conform
