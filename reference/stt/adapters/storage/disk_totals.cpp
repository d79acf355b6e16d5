#include <stt/adapters/storage/disk_totals.hpp>

#include <stt/crypto/aead.hpp>
#include <stt/crypto/sha3.hpp>
#include <stt/wire/reader.hpp>
#include <stt/wire/writer.hpp>

namespace stt::adapters {
namespace {

constexpr std::string_view magic = "STTS";
constexpr std::uint8_t layout_version = 1;
constexpr std::size_t prefix_bytes = 5;
constexpr std::size_t sealed_bytes = 48;
constexpr std::size_t checksum_bytes = 32;
constexpr std::size_t checked_bytes = totals_bytes - checksum_bytes;
static_assert(prefix_bytes + crypto::nonce_bytes + sealed_bytes + crypto::tag_bytes ==
              checked_bytes);

void exclusive_or(primitives::RecordName& all, const primitives::RecordName& name) {
  for (std::size_t i = 0; i < all.size(); ++i) all[i] ^= name[i];
}

}  // namespace

void DiskTotals::add(const primitives::RecordName& name, std::uint64_t record_bytes) {
  ++storage.objects;
  storage.bytes += record_bytes;
  exclusive_or(names_xor, name);
}

void DiskTotals::remove(const primitives::RecordName& name, std::uint64_t record_bytes) {
  --storage.objects;
  storage.bytes -= record_bytes;
  exclusive_or(names_xor, name);
}

//= STT-STORAGE-025
Result<ByteArray<totals_bytes>> TotalsSealer::seal(const DiskTotals& totals, Random& random) const {
  ByteArray<totals_bytes> record{};
  wire::Writer writer(record);
  writer.bytes(as_bytes(magic));
  writer.u8(layout_version);
  const MutableByteView nonce = writer.claim(crypto::nonce_bytes);
  STT_TRY(random.fill("storage.totals", nonce));
  const MutableByteView sealed = writer.claim(sealed_bytes);
  wire::Writer plain(sealed);
  plain.be(totals.storage.objects);
  plain.be(totals.storage.bytes);
  plain.bytes(totals.names_xor);
  crypto::Aead(key_).seal(nonce.first<crypto::nonce_bytes>(), ByteView(record).first(prefix_bytes),
                          sealed, writer.claim(crypto::tag_bytes));
  writer.bytes(crypto::sha3_256(ByteView(record).first(checked_bytes)));
  return record;
}

//= STT-STORAGE-021
//= STT-STORAGE-023
Result<DiskTotals> TotalsSealer::open(ByteView record) const {
  if (record.size() < prefix_bytes || !equal(record.first(magic.size()), as_bytes(magic))) {
    return fail(Errc::storage_corrupt);
  }
  if (record[magic.size()] != std::byte{layout_version}) {
    return fail(Errc::storage_version_unknown);
  }
  if (record.size() != totals_bytes ||
      !equal(crypto::sha3_256(record.first(checked_bytes)), record.last(checksum_bytes))) {
    return fail(Errc::storage_corrupt);
  }
  ByteArray<sealed_bytes> plain{};
  wire::Reader reader(record.subspan(prefix_bytes));
  const auto nonce = reader.array<crypto::nonce_bytes>();
  std::ranges::copy(reader.take(sealed_bytes), plain.begin());
  const auto opened = crypto::Aead(key_).open(nonce, record.first(prefix_bytes), plain,
                                              reader.take(crypto::tag_bytes));
  if (!opened) return fail(Errc::storage_wrong_key);
  wire::Reader fields(plain);
  DiskTotals totals;
  totals.storage.objects = fields.be<std::uint64_t>();
  totals.storage.bytes = fields.be<std::uint64_t>();
  totals.names_xor = fields.array<32>();
  return totals;
}

}  // namespace stt::adapters
