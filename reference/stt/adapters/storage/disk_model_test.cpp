// A storage on disk and one in memory beside a set of objects; opening the one on disk again
// changes nothing.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <set>

#include <stt/adapters/storage/storage_fixture.hpp>
#include <stt/base/beside_model_test.hpp>
#include <stt/primitives/storage_memory.hpp>

namespace stt::adapters {
namespace {

using primitives::address_of;
using primitives::laws::listed;
using testing::answer_of;
using testing::any_between;

// Each record is so many times this, so that a storage is exactly full at times.
constexpr std::uint64_t unit_bytes = 704;
constexpr std::uint64_t capacity_bytes = 85 * unit_bytes;
constexpr std::uint64_t objects_max = 24;  // so few that most come again

std::uint64_t bytes_of(std::uint64_t number) {
  return (number + 1) * unit_bytes - primitives::record_overhead_bytes;
}
Bytes object_of(std::uint64_t number) {
  return primitives::laws::object_of(number, static_cast<std::size_t>(bytes_of(number)));
}

class Model {
 public:
  std::string store(const std::vector<std::uint64_t>& numbers) {
    std::set<std::uint64_t> after = objects;
    after.insert(numbers.begin(), numbers.end());
    const bool grows = after.size() > objects.size();
    if (grows && record_bytes(after) > capacity_bytes) return refused(Errc::storage_full);
    objects = after;
    return "done";
  }
  std::string remove(std::uint64_t number) {
    return objects.erase(number) == 1 ? "done" : refused(Errc::object_not_found);
  }
  std::string look(std::uint64_t number) {
    if (!objects.contains(number)) return refused(Errc::object_not_found);
    return std::to_string(bytes_of(number)) + " bytes";
  }
  std::string reopen() { return "done"; }

  static std::uint64_t record_bytes(const std::set<std::uint64_t>& numbers) {
    std::uint64_t bytes = 0;
    for (const std::uint64_t number : numbers) bytes += primitives::record_bytes(bytes_of(number));
    return bytes;
  }
  std::set<std::uint64_t> objects;

 private:
  static std::string refused(Errc error) { return std::string(name(error)); }
};

class Real {
 public:
  std::string store(const std::vector<std::uint64_t>& numbers) {
    std::vector<Bytes> objects;
    for (const std::uint64_t number : numbers) objects.push_back(object_of(number));
    return on_each([&](primitives::BinaryStorage& storage) {
      const std::vector<ByteView> views(objects.begin(), objects.end());
      return answer_of(storage.store_all(views), [&](const auto& addresses) {
        RC_ASSERT(addresses.size() == objects.size());
        for (std::size_t i = 0; i < objects.size(); ++i) {
          RC_ASSERT((addresses[i] == address_of(objects[i])));
        }
        return std::string("done");
      });
    });
  }
  std::string remove(std::uint64_t number) {
    return on_each([&](primitives::BinaryStorage& storage) {
      return answer_of(storage.remove(address_of(object_of(number))));
    });
  }
  std::string look(std::uint64_t number) {
    const Bytes object = object_of(number);
    return on_each([&](primitives::BinaryStorage& storage) {
      const auto size = storage.size_of(address_of(object));
      return answer_of(storage.retrieve(address_of(object)), [&](const Bytes& bytes) {
        RC_ASSERT(bytes == object);
        RC_ASSERT((size == bytes.size()));
        return std::to_string(bytes.size()) + " bytes";
      });
    });
  }
  std::string reopen() {
    disk_.reset();  // two at a time would be refused
    auto opened = opener_.open();
    RC_ASSERT(opened.has_value());
    disk_ = std::move(*opened);
    return "done";
  }

  primitives::BinaryStorage& disk() { return *disk_; }
  primitives::BinaryStorage& memory() { return memory_; }

 private:
  template <class Ask>
  std::string on_each(Ask ask) {
    const std::string on_disk = ask(*disk_);
    RC_ASSERT(ask(memory_) == on_disk);
    return on_disk;
  }

  StorageOpener opener_{capacity_bytes, memory_folder()};
  std::unique_ptr<DiskStorage> disk_ = *opener_.open();
  crypto::SystemRandom random_;
  primitives::MemoryStorage memory_{primitives::laws::test_key(), capacity_bytes, random_};
};

void agree(const Model& model, Real& real) {
  const primitives::StorageTotals totals{model.objects.size(), Model::record_bytes(model.objects)};
  RC_ASSERT((real.disk().totals() == totals));
  RC_ASSERT((real.memory().totals() == totals));
  const auto on_disk = listed(real.disk(), 1 + model.objects.size() / 3);
  RC_ASSERT((on_disk == listed(real.memory(), 1 + model.objects.size() / 2)));
  RC_ASSERT(on_disk.size() == model.objects.size());
}

std::uint64_t any_number() {
  return any_between<std::uint64_t>(0, objects_max - 1);
}

struct Store {
  std::vector<std::uint64_t> numbers = *rc::gen::container<std::vector<std::uint64_t>>(
      any_between<std::size_t>(0, 4), rc::gen::exec(any_number));
  std::string operator()(auto& on) const { return on.store(numbers); }
  void show(std::ostream& os) const {
    os << "store";
    for (const std::uint64_t number : numbers) os << " " << number;
  }
};
struct Remove {
  std::uint64_t number = any_number();
  std::string operator()(auto& on) const { return on.remove(number); }
  void show(std::ostream& os) const { os << "remove " << number; }
};
struct Look {
  std::uint64_t number = any_number();
  std::string operator()(auto& on) const { return on.look(number); }
  void show(std::ostream& os) const { os << "look at " << number; }
};
struct Reopen {
  std::string operator()(auto& on) const { return on.reopen(); }
  void show(std::ostream& os) const { os << "open again"; }
};

RC_GTEST_PROP(StorageModel, DiskMemoryAndSetAgree, ()) {
  Real real;
  testing::keep_beside<Store, Store, Store, Remove, Remove, Look, Look, Reopen>(Model(), real, 40);
}

}  // namespace
}  // namespace stt::adapters
