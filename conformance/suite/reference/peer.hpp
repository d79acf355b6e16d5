// A node of the reference as docs/adapter-protocol.md drives it: each request comes with the time,
// and is answered by all that follows from it.
#pragma once

#include <map>
#include <memory>
#include <string>

#include <conformance/suite/reference/fields.hpp>

namespace stt::conform {

class Peer;

// All peers of an adapter, by the names that the requests give them.
class Peers {
 public:
  Peers();
  ~Peers();

  // Answers one peer.* request. Throws AdapterError for one that cannot be read.
  nlohmann::json request(std::string_view operation, const Fields& in);
  // Every peer is gone.
  void reset();

 private:
  nlohmann::json make(const Fields& in);

  std::map<std::string, std::unique_ptr<Peer>> peers_;
};

}  // namespace stt::conform
