// Endpoints beside lists by name, which are counted anew each time.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <deque>
#include <map>
#include <numeric>

#include <stt/base/beside_model_test.hpp>
#include <stt/primitives/endpoint_manager.hpp>

namespace stt::primitives {
namespace {

using testing::any_between;

std::string refused(Errc error) {
  return std::string(name(error));
}

struct Endpoint {
  EndpointOptions options;
  std::deque<std::string> waiting;
  std::deque<std::string> dropped;
  std::uint64_t routed = 0;
  std::uint64_t taken = 0;

  std::size_t bytes() const {
    return std::accumulate(waiting.begin(), waiting.end(), std::size_t{0},
                           [](std::size_t sum, const auto& item) { return sum + item.size(); });
  }
  bool is_full_for(const std::string& item) const {
    return waiting.size() + 1 > options.items_max || bytes() + item.size() > options.bytes_max;
  }
  std::string route(const std::string& item) {
    if (item.size() > options.bytes_max) return refused(Errc::item_too_large);
    if (is_full_for(item) && options.when_full == WhenFull::block) {
      return refused(Errc::would_block);
    }
    if (is_full_for(item) && options.when_full == WhenFull::refuse) {
      return refused(Errc::endpoint_full);
    }
    if (is_full_for(item) && options.when_full == WhenFull::drop_newest) {
      dropped.push_back(item);
      return "dropped";
    }
    while (is_full_for(item)) {
      dropped.push_back(waiting.front());
      waiting.pop_front();
    }
    waiting.push_back(item);
    ++routed;
    return "queued";
  }
};

class Model {
 public:
  explicit Model(const EndpointManagerOptions& options) : options_(options) {}

  std::string add(const std::string& name, const EndpointOptions& options) {
    if (name.size() > 256 || options.items_max == 0) return refused(Errc::invalid_argument);
    if (endpoints.contains(name)) return refused(Errc::endpoint_exists);
    if (endpoints.size() == options_.endpoints_max) return refused(Errc::too_many_endpoints);
    endpoints[name].options = options;
    return "done";
  }
  std::string remove(const std::string& name) {
    return endpoints.erase(name) == 1 ? "done" : refused(Errc::endpoint_unknown);
  }
  std::string route(const std::vector<std::string>& names, const std::string& item) {
    std::string outcomes;
    for (const std::string& name : names) {
      std::string outcome = endpoints.contains(name) ? "done" : add(name, options_.defaults);
      if (outcome == "done") outcome = endpoints[name].route(item);
      outcomes += outcome + "; ";
    }
    return outcomes;
  }
  std::string next(const std::string& name) {
    const auto found = endpoints.find(name);
    if (found == endpoints.end()) return refused(Errc::endpoint_unknown);
    if (found->second.waiting.empty()) return refused(Errc::would_block);
    const std::string item = found->second.waiting.front();
    found->second.waiting.pop_front();
    ++found->second.taken;
    return item;
  }

  std::map<std::string, Endpoint> endpoints;

 private:
  EndpointManagerOptions options_;
};

class Real {
 public:
  explicit Real(const EndpointManagerOptions& options) : manager(options) {}

  std::string add(const std::string& name, const EndpointOptions& options) {
    return testing::answer_of(manager.add(name, options));
  }
  std::string remove(const std::string& name) { return testing::answer_of(manager.remove(name)); }
  std::string route(const std::vector<std::string>& names, const std::string& item) {
    const auto routed = [](Routed what) {
      return std::string(what == Routed::queued ? "queued" : "dropped");
    };
    if (names.size() == 1) {
      return testing::answer_of(manager.route_to_endpoint(names[0], as_bytes(item)), routed) + "; ";
    }
    const std::vector<std::string_view> views(names.begin(), names.end());
    std::string outcomes;
    for (const auto& outcome : manager.route_to_endpoints(views, as_bytes(item))) {
      outcomes += testing::answer_of(outcome, routed) + "; ";
    }
    return outcomes;
  }
  std::string next(const std::string& name) {
    return testing::answer_of(manager.next(name),
                              [](const Bytes& item) { return testing::text_of(item); });
  }

  EndpointManager manager;
};

void agree(const Model& model, const Real& real) {
  RC_ASSERT(real.manager.endpoints().size() == model.endpoints.size());
  for (const auto& [name, expected] : model.endpoints) {
    const EndpointQueue* queue = real.manager.find(name);
    RC_ASSERT(queue != nullptr);
    RC_ASSERT(queue->items() == expected.waiting.size());
    RC_ASSERT(queue->bytes() == expected.bytes());
    RC_ASSERT(queue->items() <= expected.options.items_max);
    RC_ASSERT(queue->bytes() <= expected.options.bytes_max);
    const EndpointCounters& counters = queue->counters();
    RC_ASSERT(counters.routed == expected.routed);
    RC_ASSERT(counters.taken == expected.taken);
    RC_ASSERT(counters.dropped == expected.dropped.size());
    const auto dropped_bytes =
        std::accumulate(expected.dropped.begin(), expected.dropped.end(), std::uint64_t{0},
                        [](std::uint64_t sum, const auto& item) { return sum + item.size(); });
    RC_ASSERT(counters.dropped_bytes == dropped_bytes);
  }
}

std::string any_name() {
  return *rc::gen::weightedElement<std::string>({{6, "a"},
                                                 {4, "b"},
                                                 {4, "a/b"},
                                                 {2, ""},
                                                 {1, std::string(256, 'n')},
                                                 {1, std::string(257, 'n')}});
}
std::string any_item() {
  return std::string(any_between<std::size_t>(0, 12), static_cast<char>('A' + any_between(0, 25)));
}
EndpointOptions any_options() {
  return {any_between<std::size_t>(0, 4), any_between<std::size_t>(0, 25),
          static_cast<WhenFull>(any_between(0, 3))};
}

struct Add {
  std::string name = any_name();
  EndpointOptions options = any_options();
  std::string operator()(auto& on) const { return on.add(name, options); }
  void show(std::ostream& os) const {
    os << "add '" << name << "': items " << options.items_max << ", bytes " << options.bytes_max
       << ", policy " << static_cast<int>(options.when_full);
  }
};
struct Remove {
  std::string name = any_name();
  std::string operator()(auto& on) const { return on.remove(name); }
  void show(std::ostream& os) const { os << "remove '" << name << "'"; }
};
struct Route {
  std::vector<std::string> names = *rc::gen::container<std::vector<std::string>>(
      any_between<std::size_t>(1, 3), rc::gen::exec(any_name));
  std::string item = any_item();
  std::string operator()(auto& on) const { return on.route(names, item); }
  void show(std::ostream& os) const {
    os << "route '" << item << "' to";
    for (const std::string& name : names) os << " '" << name << "'";
  }
};
struct Next {
  std::string name = any_name();
  std::string operator()(auto& on) const { return on.next(name); }
  void show(std::ostream& os) const { os << "next of '" << name << "'"; }
};

//= STT-ENDPOINT-002 test
//= STT-ENDPOINT-004 test
//= STT-ENDPOINT-012 test
RC_GTEST_PROP(EndpointManagerModel, IsOneBoundedListAName, ()) {
  EndpointManagerOptions options{.defaults = any_options(),
                                 .endpoints_max = any_between<std::size_t>(1, 6)};
  Real real(options);
  testing::keep_beside<Add, Remove, Route, Route, Route, Route, Next, Next>(Model(options), real,
                                                                            60);
}

}  // namespace
}  // namespace stt::primitives
