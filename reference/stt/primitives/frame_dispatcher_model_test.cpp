// The dispatcher beside a table of who handles which type.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <map>
#include <optional>
#include <stdexcept>

#include <stt/base/beside_model_test.hpp>
#include <stt/primitives/frame_dispatcher.hpp>

namespace stt::primitives {
namespace {

using testing::any_between;

// What a handler does when it runs.
enum class Conduct : std::uint8_t { answers, refuses, throws, leaves, leaves_to_another };

struct Handler {
  int number = 0;
  Conduct conduct{};
};

// Who ran, and what came of it.
std::string ran(int number, std::string_view outcome) {
  return "handler " + std::to_string(number) + " " + std::string(outcome);
}
std::string_view outcome_of(Conduct conduct) {
  if (conduct == Conduct::refuses) return name(Errc::truncated);
  if (conduct == Conduct::throws) return name(Errc::handler_threw);
  return "handled";
}
constexpr int heir_number = 1'000;  // the handler that one that leaves puts into its place

class Model {
 public:
  std::string register_handler(unsigned type, Handler handler) {
    if (type < 0x80) return std::string(name(Errc::stream_type_reserved));
    if (!handlers_.emplace(type, handler).second) return std::string(name(Errc::handler_exists));
    return "done";
  }
  std::string unregister_handler(unsigned type) {
    return handlers_.erase(type) == 1 ? "done" : "there was none";
  }
  std::string on_unhandled(Handler handler) {
    unhandled_ = handler;
    return "done";
  }
  std::string dispatch(unsigned type) {
    if (type < 0x80) return std::string(name(Errc::stream_type_reserved));
    const auto found = handlers_.find(type);
    if (found == handlers_.end()) {
      ++counters.unhandled;
      if (!unhandled_) return "unhandled";
      const bool fails = count_failure(*unhandled_);
      return ran(unhandled_->number, fails ? outcome_of(unhandled_->conduct) : "unhandled");
    }
    const Handler handler = found->second;
    ++counters.handled;
    count_failure(handler);
    if (handler.conduct == Conduct::leaves) handlers_.erase(found);
    if (handler.conduct == Conduct::leaves_to_another) {
      found->second = {heir_number, Conduct::answers};
    }
    return ran(handler.number, outcome_of(handler.conduct));
  }

  DispatcherCounters counters;

 private:
  bool count_failure(Handler handler) {
    const bool fails = handler.conduct == Conduct::refuses || handler.conduct == Conduct::throws;
    counters.failed += fails ? 1 : 0;
    return fails;
  }

  std::map<unsigned, Handler> handlers_;
  std::optional<Handler> unhandled_;
};

class Real {
 public:
  std::string register_handler(unsigned type, Handler handler) {
    return testing::answer_of(dispatcher_.register_handler(frame_type(type), action(handler)));
  }
  std::string unregister_handler(unsigned type) {
    return dispatcher_.unregister_handler(frame_type(type)) ? "done" : "there was none";
  }
  std::string on_unhandled(Handler handler) {
    dispatcher_.on_unhandled(action(handler));
    return "done";
  }
  std::string dispatch(unsigned type) {
    last_ = 0;
    const auto dispatched = dispatcher_.dispatch({this, frame_type(type), as_bytes("payload")});
    const std::string_view outcome = !dispatched ? name(dispatched.error().error)
                                     : *dispatched == Dispatched::handled ? "handled"
                                                                          : "unhandled";
    return last_ == 0 ? std::string(outcome) : ran(last_, outcome);
  }
  const DispatcherCounters& counters() const { return dispatcher_.counters(); }

 private:
  using Frame = CustomFrame<Real*>;

  static wire::FrameType frame_type(unsigned type) { return static_cast<wire::FrameType>(type); }

  std::function<Result<void>(const Frame&)> action(Handler handler) {
    return [this, handler](const Frame& frame) { return act(handler, frame); };
  }
  Result<void> act(Handler handler, const Frame& frame) {
    RC_ASSERT(frame.origin == this);
    RC_ASSERT(equal(frame.payload, as_bytes("payload")));
    last_ = handler.number;
    switch (handler.conduct) {
      case Conduct::answers: break;
      case Conduct::refuses: return fail(Errc::truncated);
      case Conduct::throws: throw std::runtime_error("as drawn");
      case Conduct::leaves: dispatcher_.unregister_handler(frame.type); break;
      case Conduct::leaves_to_another:
        if (!dispatcher_.unregister_handler(frame.type)) break;
        return dispatcher_.register_handler(frame.type, action({heir_number, Conduct::answers}));
    }
    return {};
  }

  FrameDispatcher<Real*> dispatcher_;
  int last_ = 0;  // the handler that ran
};

void agree(const Model& model, const Real& real) {
  RC_ASSERT(real.counters().handled == model.counters.handled);
  RC_ASSERT(real.counters().failed == model.counters.failed);
  RC_ASSERT(real.counters().unhandled == model.counters.unhandled);
}

// Few, so that they meet: of each kind the first and the last.
unsigned any_type() {
  return *rc::gen::weightedElement<unsigned>(
      {{1, 0x02U}, {1, 0x7FU}, {6, 0x80U}, {4, 0x81U}, {6, 0xFFU}});
}
Handler any_handler() {
  return {any_between(1, 99), static_cast<Conduct>(any_between(0, 4))};
}

struct Register {
  unsigned type = any_type();
  Handler handler = any_handler();
  std::string operator()(auto& on) const { return on.register_handler(type, handler); }
  void show(std::ostream& os) const {
    os << "register " << type << ": " << handler.number << ", conduct "
       << static_cast<int>(handler.conduct);
  }
};
struct Unregister {
  unsigned type = any_type();
  std::string operator()(auto& on) const { return on.unregister_handler(type); }
  void show(std::ostream& os) const { os << "unregister " << type; }
};
struct OnUnhandled {
  Handler handler = any_handler();
  std::string operator()(auto& on) const { return on.on_unhandled(handler); }
  void show(std::ostream& os) const {
    os << "on unhandled: " << handler.number << ", conduct " << static_cast<int>(handler.conduct);
  }
};
struct Dispatch {
  unsigned type = any_type();
  std::string operator()(auto& on) const { return on.dispatch(type); }
  void show(std::ostream& os) const { os << "dispatch " << type; }
};

//= STT-DISPATCH-020 test
//= STT-DISPATCH-022 test
//= STT-DISPATCH-024 test
//= STT-DISPATCH-025 test
RC_GTEST_PROP(FrameDispatcherModel, RunsTheHandlerOfTheTypeAndNoOther, ()) {
  Real real;
  testing::keep_beside<Register, Unregister, OnUnhandled, Dispatch, Dispatch, Dispatch>(Model(),
                                                                                        real);
}

}  // namespace
}  // namespace stt::primitives
