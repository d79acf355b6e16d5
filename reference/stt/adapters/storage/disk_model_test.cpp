// Random commands to a storage on disk, one in memory and a map; what they answer is the same, and
// opening the one on disk again changes nothing.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <map>

#include <stt/adapters/storage/storage_fixture.hpp>
#include <stt/primitives/storage_memory.hpp>

namespace stt::adapters {
namespace {

using primitives::address_of;
using primitives::ObjectAddress;
using primitives::laws::object_of;

constexpr std::uint64_t capacity_bytes = 60'000;
constexpr std::uint64_t objects_max = 24;  // so few that most come again

Bytes any_object() {
  const auto number = *rc::gen::inRange<std::uint64_t>(0, objects_max);
  return object_of(number, static_cast<std::size_t>(number * number * 31));
}

class Model {
 public:
  void store() {
    const auto count = *rc::gen::inRange<std::size_t>(0, 5);
    std::vector<Bytes> objects(count);
    for (Bytes& object : objects) object = any_object();
    const std::vector<ByteView> views(objects.begin(), objects.end());
    auto after = expected_;
    for (const Bytes& object : objects) after[address_of(object)] = object;
    const bool grows = after.size() > expected_.size();
    const auto on_disk = disk_->store_all(views);
    RC_ASSERT((on_disk == memory_.store_all(views)));
    if (grows && bytes_of(after) > capacity_bytes) {
      RC_ASSERT((on_disk == fail(Errc::storage_full)));
    } else {
      RC_ASSERT(on_disk.has_value());
      expected_ = after;
    }
  }

  void remove() {
    const ObjectAddress address = address_of(any_object());
    const bool was_there = expected_.erase(address) == 1;
    for (const auto& removed : {disk_->remove(address), memory_.remove(address)}) {
      RC_ASSERT(removed.has_value() == was_there);
      RC_ASSERT((was_there || removed.error() == Errc::object_not_found));
    }
  }

  void look() {
    const Bytes object = any_object();
    const ObjectAddress address = address_of(object);
    const auto on_disk = disk_->retrieve(address);
    RC_ASSERT((on_disk == memory_.retrieve(address)));
    RC_ASSERT((disk_->size_of(address) == memory_.size_of(address)));
    if (expected_.contains(address)) {
      RC_ASSERT((on_disk == object));
    } else {
      RC_ASSERT((on_disk == fail(Errc::object_not_found)));
    }
  }

  void compare_all() {
    const auto count_max = *rc::gen::inRange<std::size_t>(1, 30);
    const auto on_disk = primitives::laws::listed(*disk_, count_max);
    RC_ASSERT((on_disk == primitives::laws::listed(memory_, count_max)));
    RC_ASSERT((on_disk.size() == expected_.size()));
    RC_ASSERT((disk_->totals() == memory_.totals()));
    RC_ASSERT((disk_->totals()->bytes == bytes_of(expected_)));
  }

  void reopen() {
    disk_.reset();
    auto opened = opener_.open();
    RC_ASSERT(opened.has_value());
    disk_ = std::move(*opened);
  }

 private:
  static std::uint64_t bytes_of(const std::map<ObjectAddress, Bytes>& objects) {
    std::uint64_t bytes = 0;
    for (const auto& [address, object] : objects) bytes += primitives::record_bytes(object.size());
    return bytes;
  }

  StorageOpener opener_{capacity_bytes, memory_folder()};
  std::unique_ptr<DiskStorage> disk_ = *opener_.open();
  crypto::SystemRandom random_;
  primitives::MemoryStorage memory_{primitives::laws::test_key(), capacity_bytes, random_};
  std::map<ObjectAddress, Bytes> expected_;
};

RC_GTEST_PROP(StorageModel, DiskMemoryAndMapAgree, ()) {
  Model model;
  const auto commands = *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 10));
  for (const int command : commands) {
    if (command < 4) {
      model.store();
    } else if (command < 6) {
      model.remove();
    } else if (command < 8) {
      model.look();
    } else if (command < 9) {
      model.compare_all();
    } else {
      model.reopen();
    }
  }
  model.compare_all();
  model.reopen();
  model.compare_all();
}

}  // namespace
}  // namespace stt::adapters
