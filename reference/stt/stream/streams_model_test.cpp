// The streams of two sides over a drawn network, beside two applications that talk directly. The
// network comes to rest after each operation; what it did on the way must not show.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <stt/base/beside_model_test.hpp>
#include <stt/stream/joined_test.hpp>
#include <stt/stream/two_applications_test.hpp>

namespace stt::stream {
namespace {

using stt::testing::answer_of;
using stt::testing::any_between;
using stt::testing::text_of;
using testing::in_words;
using testing::Joined;
using testing::Network;
using testing::TwoApplications;

class TwoSides {
 public:
  explicit TwoSides(Joined joined) : joined_(std::move(joined)) {}

  std::string open(std::size_t side) {
    return told(answer_of(joined_[side].open(),
                          [](StreamId id) { return "stream " + std::to_string(id.value()); }));
  }
  // NOLINTNEXTLINE(readability-function-size): those of Streams::send
  std::string send(std::size_t side, StreamId id, std::string_view bytes, bool end_of_message,
                   wire::FrameType type) {
    return told(answer_of(joined_[side].send(id, as_bytes(bytes), end_of_message, type),
                          [](std::size_t taken) { return std::to_string(taken) + " taken"; }));
  }
  std::string read(std::size_t side, StreamId id, std::size_t bytes_max) {
    Bytes out(bytes_max);
    return told(answer_of(joined_[side].read(id, out), [&](const Part& part) {
      return in_words(part, text_of(ByteView(out).first(part.bytes)));
    }));
  }
  std::string receive(std::size_t side, StreamId id) {
    return told(answer_of(joined_[side].receive(id), [](const MessageOut& message) {
      return in_words({message.bytes.size(), true, message.type}, text_of(message.bytes));
    }));
  }
  std::string close(std::size_t side, StreamId id) {
    return told(answer_of(joined_[side].close(id)));
  }
  std::string reset(std::size_t side, StreamId id, std::uint64_t code) {
    return told(answer_of(joined_[side].reset(id, code)));
  }
  std::string stop(std::size_t side, StreamId id, std::uint64_t code) {
    return told(answer_of(joined_[side].stop(id, code)));
  }

  Streams& side(std::size_t side) { return joined_[side]; }

 private:
  std::string told(std::string answer) {
    joined_.settle();
    RC_ASSERT(!joined_.failure());
    for (std::size_t side = 0; side < 2; ++side) {
      for (const StreamEvent& event : joined_.events(side)) {
        const bool asks_to_come_again =
            event.kind == StreamEvent::Kind::readable || event.kind == StreamEvent::Kind::writable;
        if (!asks_to_come_again) answer += in_words(side, event);
      }
    }
    return answer;
  }

  Joined joined_;
};

void agree(const TwoApplications& model, TwoSides& real) {
  for (std::size_t side = 0; side < 2; ++side) {
    const Streams& streams = real.side(side);
    RC_ASSERT(streams.open_count() == model.open_count(side));
    RC_ASSERT(streams.has_unread() == model.has_unread(side));
    RC_ASSERT(streams.flushed());
    for (const StreamId id : model.ids()) {
      RC_ASSERT(streams.is_complete(id) == model.is_complete(side, id));
    }
  }
}

// A side, and a stream: mostly one that exists.
struct Place {
  explicit Place(const TwoApplications& model) {
    std::vector<StreamId> ids = model.ids();
    ids.push_back(StreamId(77));
    id = *rc::gen::elementOf(ids);
  }
  std::size_t side = any_between<std::size_t>(0, 1);
  StreamId id;

  void show(std::ostream& os) const { os << " stream " << id.value() << " of side " << side; }
};

struct Open {
  std::size_t side = any_between<std::size_t>(0, 1);
  std::string operator()(auto& on) const { return on.open(side); }
  void show(std::ostream& os) const { os << "open a stream of side " << side; }
};
struct Send : Place {
  using Place::Place;
  std::string bytes =
      std::string(*rc::gen::weightedElement<std::size_t>({{1, 0U}, {4, 3U}, {2, 40U}, {1, 1'500U}}),
                  static_cast<char>(any_between<int>('a', 'z')));
  bool end_of_message = *rc::gen::arbitrary<bool>();
  wire::FrameType type = *rc::gen::weightedElement<wire::FrameType>(
      {{5, wire::FrameType::data}, {1, wire::FrameType::custom_last}});
  std::string operator()(auto& on) const { return on.send(side, id, bytes, end_of_message, type); }
  void show(std::ostream& os) const {
    os << "send " << bytes.size() << " bytes" << (end_of_message ? " and an end" : "")
       << " of type " << static_cast<int>(type) << " on";
    Place::show(os);
  }
};
struct Read : Place {
  using Place::Place;
  std::size_t bytes_max = *rc::gen::element<std::size_t>(0, 2, 30, 2'000);
  std::string operator()(auto& on) const { return on.read(side, id, bytes_max); }
  void show(std::ostream& os) const {
    os << "read " << bytes_max << " bytes of";
    Place::show(os);
  }
};
struct Receive : Place {
  using Place::Place;
  std::string operator()(auto& on) const { return on.receive(side, id); }
  void show(std::ostream& os) const {
    os << "receive from";
    Place::show(os);
  }
};
struct Close : Place {
  using Place::Place;
  std::string operator()(auto& on) const { return on.close(side, id); }
  void show(std::ostream& os) const {
    os << "close";
    Place::show(os);
  }
};
struct Reset : Place {
  using Place::Place;
  std::string operator()(auto& on) const { return on.reset(side, id, 70'000); }
  void show(std::ostream& os) const {
    os << "reset";
    Place::show(os);
  }
};
struct Stop : Place {
  using Place::Place;
  std::string operator()(auto& on) const { return on.stop(side, id, 80'000); }
  void show(std::ostream& os) const {
    os << "stop";
    Place::show(os);
  }
};

Network any_network() {
  Network network;
  network.loss_percent = any_between(0U, 40U);
  network.repeat_percent = any_between(0U, 40U);
  network.false_loss_percent = any_between(0U, 30U);
  network.reorders = *rc::gen::arbitrary<bool>();
  network.room_min = any_between<std::size_t>(64, 1'000);
  network.room_max = network.room_min + any_between<std::size_t>(0, 1'000);
  return network;
}

//= STT-STREAM-003 test
//= STT-STREAM-025 test
//= STT-STREAM-041 test
//= STT-STREAM-043 test
//= STT-STREAM-045 test
//= STT-STREAM-056 test
RC_GTEST_PROP(StreamsModel, AreTwoApplicationsThatTalkDirectly, ()) {
  wire::Parameters parameters;
  parameters.max_streams = any_between<std::uint64_t>(1, 5);
  parameters.initial_stream_credit = 1U << 18;  // more than is ever sent
  TwoSides real(Joined(parameters, parameters, 0, 1U << 20, any_network(),
                       *rc::gen::arbitrary<std::uint64_t>()));
  stt::testing::keep_beside<Open, Send, Send, Send, Read, Read, Receive, Close, Reset, Stop>(
      TwoApplications(static_cast<std::size_t>(parameters.max_streams)), real);
}

}  // namespace
}  // namespace stt::stream
