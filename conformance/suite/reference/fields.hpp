// The "in" of a request, read with care, and the forms of a reply.
#pragma once

#include <string>
#include <string_view>

#include <conformance/suite/adapter.hpp>
#include <stt/base/hex.hpp>
#include <stt/base/result.hpp>
#include <stt/base/secret.hpp>
#include <stt/wire/frame.hpp>

namespace stt::conform {

// Members of one JSON object. Whatever is missing or malformed throws AdapterError with its name.
class Fields {
 public:
  // Borrows `object`.
  explicit Fields(const nlohmann::json& object);

  bool has(const char* name) const { return object_.contains(name); }
  const nlohmann::json& at(const char* name) const;
  std::string text(const char* name) const;
  bool flag(const char* name) const;
  // A JSON integer from 0 to `max`.
  std::uint64_t number(const char* name, std::uint64_t max) const;
  // A 64-bit integer as a decimal string.
  std::uint64_t u64(const char* name) const;
  Bytes bytes(const char* name) const;
  template <std::size_t N>
  ByteArray<N> array(const char* name) const {
    return fixed<N>(bytes(name), name);
  }
  template <std::size_t N>
  Secret<N> secret(const char* name) const {
    return Secret<N>(array<N>(name));
  }
  // A list, its elements taken as what the name says.
  std::vector<Bytes> bytes_list(const char* name) const;
  std::vector<std::uint64_t> u64_list(const char* name) const;

 private:
  template <std::size_t N>
  static ByteArray<N> fixed(const Bytes& from, const char* name) {
    if (from.size() != N) {
      throw AdapterError(std::string(name) + ": " + std::to_string(N) + " bytes are needed");
    }
    ByteArray<N> out{};
    std::ranges::copy(from, out.begin());
    return out;
  }

  const nlohmann::json& object_;
};

// A header as the fields type, session_id, stream_id, sequence and hint or epoch describe it. One
// that breaks a rule of the wire throws: an encoder asserts it.
wire::FrameHeader frame_header(const Fields& in);

inline std::string decimal(std::uint64_t value) {
  return std::to_string(value);
}

nlohmann::json accept(nlohmann::json out);
nlohmann::json reject(std::string_view stage, Errc reason);
nlohmann::json need_more(std::size_t at_least);

// The bytes of a message.
template <class Message>
std::string encoded_hex(const Message& message) {
  Bytes bytes(encoded_size(message));
  wire::Writer writer(bytes);
  encode(writer, message);
  return to_hex(writer.written());
}

}  // namespace stt::conform
