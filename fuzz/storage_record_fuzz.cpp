#include <tuple>

#include <fuzz/allocation_bound.hpp>
#include <fuzz/fuzz.hpp>
#include <fuzz/input.hpp>
#include <stt/primitives/storage_record.hpp>

namespace stt::fuzz {
namespace {

using namespace primitives;

const RecordSealer& some_sealer() {
  static const RecordSealer sealer{crypto::Key()};
  // OpenSSL fetches its algorithm once, which is no input's fault.
  static const ObjectAddress first = address_of({});
  std::ignore = first;
  return sealer;
}

// Without the key nobody makes a record, whatever name and address it is asked for.
void expect_refused(ByteView record) {
  const RecordSealer& sealer = some_sealer();
  const AllocationBound bound(8'192 + 2 * record.size());
  const ObjectAddress address = address_of(record);
  STT_FUZZ_PROMISE(!sealer.identify(sealer.name_of(address), record));
  STT_FUZZ_PROMISE(!sealer.open(address, record));
}

// A record with some of its bytes changed is not whole, and whatever of it opens is the object.
void expect_true_to_its_object(Input& input) {
  const ByteView object = input.bytes(300);
  const NamedObject named = some_sealer().named(object);
  ByteArray<crypto::nonce_bytes> nonce{};
  nonce[0] = std::byte{input.byte()};
  Bytes record(record_bytes(object.size()));
  some_sealer().seal(named, nonce, record);
  const Bytes before = record;
  for (std::size_t edits = input.below(4); edits > 0; --edits) {
    record[input.below(record.size())] ^= std::byte{input.byte()};
  }
  if (input.below(8) == 7) record.resize(record.size() - 1 - input.below(record.size()));
  const auto identified = some_sealer().identify(named.name, record);
  const auto opened = some_sealer().open(named.address, record);
  const bool is_whole = record == before;
  STT_FUZZ_PROMISE(some_sealer().holds(named, record) == is_whole);
  // Whose record it is stands apart from the object: either can be whole without the other.
  if (is_whole) STT_FUZZ_PROMISE(identified.has_value() && opened.has_value());
  if (identified) STT_FUZZ_PROMISE(identified->address == named.address);
  if (opened) STT_FUZZ_PROMISE(equal(*opened, object));
}

}  // namespace

void run(ByteView bytes) {
  expect_refused(bytes);
  Input input(bytes);
  expect_true_to_its_object(input);
}

}  // namespace stt::fuzz
