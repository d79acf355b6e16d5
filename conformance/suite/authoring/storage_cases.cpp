// Objects of a storage: their addresses, and the records they are sealed into.
#include <conformance/suite/authoring/author.hpp>
#include <conformance/suite/authoring/sealing.hpp>
#include <stt/base/hex.hpp>
#include <stt/primitives/storage_record.hpp>

namespace stt::conform {
namespace {

using nlohmann::json;

const std::string key = times(32, "5e");
const std::string nonce = times(24, "6f");
constexpr std::size_t object_at = 72;  // in a record, behind nonce, address and its tag

void add_addresses(Author& author) {
  const auto accept = [&](const char* name, const char* why, const std::string& bytes) {
    author.accept(std::string("storage.address/") + name,
                  {why, {"STT-STORAGE-001", "STT-CRYPTO-012"}}, {{"bytes", bytes}});
  };
  accept("empty", "No bytes are an object, too.", "");
  accept("abc", "The example of the standard.", "616263");
  accept("zero", "One byte of zero is not no byte.", "00");
  accept("block-less-one", "One byte less than a block of SHA3-256.", times(135, "61"));
  accept("block", "Exactly a block.", times(136, "61"));
  accept("two-blocks", "Several blocks.", times(300, "61"));
}

json sealing(const std::string& bytes) {
  return {{"storage_key", key}, {"nonce", nonce}, {"bytes", bytes}};
}

json opening(const json& address, const json& record) {
  return {{"storage_key", key}, {"address", address}, {"record", record}};
}

void add_records(Author& author) {
  const About record{"Address and object are sealed apart, under one nonce and two keys.",
                     {"STT-STORAGE-002", "STT-STORAGE-010", "STT-STORAGE-011"}};
  author.accept("storage.seal/abc", record, sealing("616263"));
  author.accept("storage.seal/empty",
                {"A record of an object without bytes has 88.", {"STT-STORAGE-011"}}, sealing(""));
  author.accept("storage.seal/two-blocks", {"A longer one.", {"STT-STORAGE-011"}},
                sealing(times(300, "61")));
  json other_key = sealing("616263");
  other_key["storage_key"] = times(32, "5f");
  author.accept(
      "storage.seal/other-key",
      {"Under another key the name is another, too: it tells nothing.", {"STT-STORAGE-005"}},
      other_key);
  const auto open = [&](const char* name, const char* why) {
    const json address = author.out(std::string("storage.address/") + name).at("address");
    author.accept(std::string("storage.open/") + name, {why, {"STT-STORAGE-004"}},
                  opening(address, author.out(std::string("storage.seal/") + name).at("record")));
    author.accept(std::string("storage.identify/") + name,
                  {"A listing opens the address and not the object.", {"STT-STORAGE-011"}},
                  {{"storage_key", key},
                   {"name", author.out(std::string("storage.seal/") + name).at("name")},
                   {"record", author.out(std::string("storage.seal/") + name).at("record")}});
  };
  open("abc", "The bytes come back.");
  open("empty", "Also if there are none.");
  open("two-blocks", "Also if there are many.");
}

struct Bad {
  const char* name;
  const char* base;
  Edit edit;
  const char* why;
};

void refuse_all(Author& author, const std::string& kind, const std::vector<Bad>& list) {
  for (const Bad& bad : list) {
    author.reject(kind + "/" + bad.name, (kind + "/" + bad.base).c_str(), bad.edit,
                  {"open", Errc::object_damaged}, {bad.why, {"STT-STORAGE-012"}});
  }
}

// Properly sealed under `address`, by who holds the key: only its hash tells what it is not.
std::string record_of(ByteView object, const primitives::ObjectAddress& address) {
  const primitives::RecordSealer sealer(crypto::Key(std::span<const std::byte, 32>(unhex(key))));
  Bytes record(primitives::record_bytes(object.size()));
  sealer.seal({object, address, sealer.name_of(address)},
              crypto::Nonce(std::span<const std::byte, 24>(unhex(nonce))), record);
  return to_hex(record);
}

// Both change together: a record is sealed for its address.
Edit address_by_another_hash() {
  return {"address: the BLAKE2b-256 of the object, for which the record is sealed", [](json& in) {
            const Bytes object = to_bytes(as_bytes("abc"));
            const primitives::ObjectAddress address{crypto::hash({object})};
            in["address"] = to_hex(address.bytes);
            in["record"] = record_of(object, address);
          }};
}

void add_refusals(Author& author) {
  const std::string another = record_of(as_bytes("xyz"), primitives::address_of(as_bytes("abc")));
  const json abc = author.out("storage.seal/abc");
  const json blocks = author.out("storage.seal/two-blocks");
  const json other = author.out("storage.seal/other-key");
  const json other_address = author.out("storage.address/zero").at("address");
  refuse_all(
      author, "storage.open",
      {
          {"nonce-changed", "abc", flip("record", 0), "The nonce decides."},
          {"object-changed", "two-blocks", flip("record", object_at), "A bit of the object."},
          {"object-tag-changed", "empty", flip("record", 87), "The last bit of its tag."},
          {"cut", "abc", cut("record", 1), "A byte is missing."},
          {"too-short", "empty", cut("record", 1), "Less than any record has."},
          {"nothing", "empty", cut("record", 88), "No record at all."},
          {"extended", "abc", extend("record", "00"), "A byte too many."},
          {"key-changed", "abc", flip("storage_key", 0), "Somebody else's storage."},
          {"record-of-another-key", "abc", set("record", other.at("record")),
           "A record sealed under another key."},
          {"record-of-another-object", "abc", set("record", blocks.at("record")),
           "A whole record of the same storage that is not what was asked for."},
          {"address-of-another", "abc", set("address", other_address),
           "The address that is asked for is covered."},
          {"sealed-under-a-false-address", "abc",
           described("record: other bytes, sealed under the address of abc", "record", another),
           "It opens, and its hash is not the address."},
      });
  author.reject("storage.open/address-by-another-hash", "storage.open/abc",
                address_by_another_hash(), {"open", Errc::object_damaged},
                {"It opens, and an address is a SHA3-256.",
                 {"STT-STORAGE-001", "STT-STORAGE-004", "STT-CRYPTO-012"}});
  refuse_all(
      author, "storage.identify",
      {
          {"nonce-changed", "abc", flip("record", 0), "The nonce decides."},
          {"address-changed", "two-blocks", flip("record", 24), "A bit of the address."},
          {"address-tag-changed", "empty", flip("record", 56), "A bit of its tag."},
          {"too-short", "empty", cut("record", 1), "Less than any record has."},
          {"nothing", "empty", cut("record", 88), "No record at all."},
          {"key-changed", "abc", flip("storage_key", 0), "Somebody else's storage."},
          {"name-changed", "abc", flip("name", 0), "A record cannot be put under another name."},
          {"name-of-another", "abc", set("name", blocks.at("name")),
           "Nor can two records change places."},
      });
}

}  // namespace

void add_storage_cases(Author& author) {
  add_addresses(author);
  add_records(author);
  add_refusals(author);
}

}  // namespace stt::conform
