// Handlers by event name, in the order of their registration. They may come and go while an event
// is being dispatched, which walks over a snapshot:
//
//   subscribed meanwhile     runs from the next emit on
//   unsubscribed meanwhile   does not run any more, even if it stands later in the snapshot
#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <stt/base/strong.hpp>

namespace stt::primitives {

// Names one registration for ever; never used twice.
using Subscription = Strong<struct SubscriptionTag, std::uint64_t>;

template <class Handler>
class Subscribers {
 public:
  struct Entry {
    Subscription id;
    Handler handler;
    bool subscribed = true;
  };
  using Snapshot = std::vector<std::shared_ptr<Entry>>;

  Subscription add(std::string_view name, Handler handler) {
    last_ = last_.next();
    const auto entry = std::make_shared<Entry>(Entry{last_, std::move(handler)});
    by_name_[std::string(name)].push_back(entry);
    return last_;
  }

  // Whether there was such a subscription.
  bool remove(Subscription id) {
    for (auto named = by_name_.begin(); named != by_name_.end(); ++named) {
      auto& entries = named->second;
      const auto found =
          std::ranges::find(entries, id, [](const auto& entry) { return entry->id; });
      if (found == entries.end()) continue;
      (*found)->subscribed = false;
      entries.erase(found);
      if (entries.empty()) by_name_.erase(named);
      return true;
    }
    return false;
  }

  // Whoever walks over it asks each entry whether it is still subscribed.
  Snapshot snapshot(std::string_view name) const {
    const auto found = by_name_.find(name);
    return found == by_name_.end() ? Snapshot{} : found->second;
  }

  std::size_t count(std::string_view name) const {
    const auto found = by_name_.find(name);
    return found == by_name_.end() ? 0 : found->second.size();
  }

 private:
  std::map<std::string, Snapshot, std::less<>> by_name_;
  Subscription last_;
};

}  // namespace stt::primitives
