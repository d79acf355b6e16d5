// The implementation under test: one node behind peer.*, in virtual time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <conformance/suite/adapter.hpp>

namespace stt::conform::peers {

class Subject {
 public:
  // Resets the adapter, which outlives this.
  explicit Subject(Adapter& adapter);

  // Whether its hello names this feature.
  bool has_feature(const std::string& name) const;
  bool knows_config(const std::string& name) const;

  // Replies of peer.*. Throws EndOfCase if one is unsupported or has not the form of a reply; a
  // refusal is returned.
  nlohmann::json begin(std::int64_t now, nlohmann::json members);
  nlohmann::json receive(std::int64_t now, const std::string& from, const std::string& bytes);
  nlohmann::json tick(std::int64_t now);
  nlohmann::json app(std::int64_t now, nlohmann::json members);
  nlohmann::json query(std::int64_t now);

  // When it wants to be called again, in microseconds of virtual time.
  std::optional<std::int64_t> timer() const { return timer_; }

 private:
  nlohmann::json ask(const char* operation, std::int64_t now, nlohmann::json members);

  Adapter& adapter_;
  nlohmann::json hello_;
  std::optional<std::int64_t> timer_;
};

}  // namespace stt::conform::peers
