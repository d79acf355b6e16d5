// My implementation of STT/1 under the conformance suite.
//
//     c++ -std=c++17 -O2 adapter.cpp -o adapter           (needs nlohmann/json: nlohmann-json3-dev)
//     stt conform adapter check --adapter ./adapter       is this adapter honest?
//     stt conform run           --adapter ./adapter       is the implementation right?
//
// The suite writes requests to standard input, one line of JSON each, and reads one line for each
// from standard output. docs/adapter-protocol.md says which there are, vectors/README.md what each
// kind of vector asks, and `stt conform serve` answers the same requests with the reference. What
// is not there yet is "unsupported": that is no failure.
#include <iostream>
#include <map>
#include <string>

#include <nlohmann/json.hpp>

using nlohmann::json;

[[maybe_unused]] static json accept(json out) {
  return {{"outcome", "accept"}, {"out", std::move(out)}};
}
[[maybe_unused]] static json reject(const char* stage, const char* reason) {
  return {{"outcome", "reject"}, {"stage", stage}, {"reason", reason}};
}
static json unsupported() {
  return {{"outcome", "unsupported"}};
}
// The request is of a kind that is known, and cannot be read.
static json error(const std::string& message) {
  return {{"outcome", "error"}, {"message", message}};
}

// The first kind. The table in vectors/README.md says: in: bytes; out: value, consumed; stage of a
// refusal: varint. Bytes are lower-case hex, 64-bit integers decimal strings, and the reasons of
// refusals are the names of docs/spec/errors.md. To begin, put its line into `kinds` below, and
// look at what is asked and expected:
//
//     stt conform list --kind varint.decode
//     stt conform explain varint.decode/protobuf-300
//
// static json varint_decode(const json& in) {
//   const auto data = from_hex(in.at("bytes"));
//   const auto decoded = my_stt::decode_varint(data);
//   if (decoded.is_overlong) return reject("varint", "wire.varint_overlong");
//   return accept({{"value", std::to_string(decoded.value)}, {"consumed", decoded.size}});
// }

using Answer = json (*)(const json& in);

static const std::map<std::string, Answer>& kinds() {
  static const std::map<std::string, Answer> all{
      // {"varint.decode", varint_decode},
  };
  return all;
}

static json hello() {
  json names = json::array();
  for (const auto& [name, answer] : kinds()) names.push_back(name);
  return {{"outcome", "accept"},
          {"protocol", 1},
          {"implementation", "my-stt"},
          {"version", "0.1"},
          {"kinds", names},
          // true when peer.* is answered: then the suite plays whole sessions, and puts this
          // implementation into simulated networks, with the reference or with itself.
          {"peer", false},
          // "injected" when every random byte comes from the request; until then, "own".
          {"entropy", "own"},
          {"features", json::array()},
          {"unsupported_config", json::array()}};
}

static json vector(const json& request) {
  const auto kind = kinds().find(request.value("kind", ""));
  if (kind == kinds().end()) return unsupported();
  try {
    return kind->second(request.at("in"));
  } catch (const std::exception& wrong) {
    return error(wrong.what());
  }
}

static json answer(const json& request) {
  const std::string op = request.value("op", "");
  if (op == "hello") return hello();
  if (op == "vector") return vector(request);
  if (op == "reset")
    return {{"outcome", "accept"}};  // nothing that happened before may be seen afterwards
  return unsupported();
}

int main() {
  // Standard output is for replies only: std::cerr for all else.
  for (std::string line; std::getline(std::cin, line);) {
    const json request = json::parse(line);
    json reply = answer(request);
    reply["id"] = request.at("id");
    std::cout << reply.dump() << std::endl;
  }
}
