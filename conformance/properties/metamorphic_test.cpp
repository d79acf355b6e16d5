// What may be changed about a transfer without changing what is delivered.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <map>
#include <set>

#include <conformance/properties/two_hosts.hpp>
#include <stt/node/two_nodes.hpp>
#include <stt/wire/frame.hpp>

namespace stt::properties {
namespace {

using testing::Fate;
using testing::Side;
using testing::TwoNodes;

struct Planned {
  std::size_t opener = 0;  // side
  std::vector<Message> messages;
};
using Plan = std::vector<Planned>;

// The messages of each stream, in order. Of its streams a peer does not know more than that.
using Content = std::vector<std::pair<wire::FrameType, Bytes>>;
using Delivered = std::array<std::multiset<Content>, 2>;

Plan any_plan() {
  Plan plan(any_between<std::size_t>(1, 6));
  for (Planned& stream : plan) {
    stream.opener = any_between<std::size_t>(0, 1);
    stream.messages.resize(any_between<std::size_t>(1, 4));
    for (Message& message : stream.messages) {
      message.type = *rc::gen::element(wire::FrameType::data, wire::FrameType::custom_first);
      message.bytes.assign(*rc::gen::element<std::size_t>(0, 20, 900, 30'000),
                           std::byte{*rc::gen::arbitrary<std::uint8_t>()});
    }
  }
  return plan;
}

// Two nodes that carry out a plan.
class Transfer {
 public:
  explicit Transfer(Plan plan) : plan_(std::move(plan)), net_(patient(), patient()) {
    for (std::size_t s = 0; s < 2; ++s) {
      side(s).on_event = [this, s](const Event& event) {
        if (const auto* opened = std::get_if<StreamOpened>(&event)) heard_[s][opened->stream];
      };
    }
  }

  TwoNodes& net() { return net_; }
  Side& side(std::size_t s) { return s == 0 ? net_.a : net_.b; }
  SessionHandle session(std::size_t s) const { return s == 0 ? net_.a_session : net_.b_session; }

  // Streams are opened in the order of `plan`; before each of them `unused` others that are reset.
  Delivered run(std::size_t unused = 0) {
    RC_ASSERT(net_.connect());
    for (const Planned& planned : plan_) {
      for (std::size_t i = 0; i < unused; ++i) {
        RC_ASSERT(node(planned.opener)
                      .reset_stream(net_.now, session(planned.opener), open(planned.opener), 0));
      }
      sending_.push_back({open(planned.opener), 0, 0});
    }
    RC_ASSERT(net_.run_until(
        [&] {
          send();
          read();
          return all_arrived();
        },
        600s));
    Delivered delivered;
    for (std::size_t s = 0; s < 2; ++s) {
      for (const auto& [id, content] : heard_[s]) {
        if (!content.empty()) delivered[s].insert(content);
      }
    }
    return delivered;
  }

 private:
  struct Sending {
    StreamId stream;
    std::size_t message;
    std::size_t bytes;
  };

  static Config patient() {
    Config config;
    config.handshake_deadline = 60s;
    config.parameters.idle_timeout_ms = 0;
    return config;
  }
  Node& node(std::size_t s) { return side(s).node; }
  StreamId open(std::size_t s) {
    const auto id = node(s).open_stream(net_.now, session(s));
    RC_ASSERT(id.has_value());
    return *id;
  }
  void send() {
    for (std::size_t i = 0; i < plan_.size(); ++i) {
      const Planned& planned = plan_[i];
      Sending& at = sending_[i];
      while (at.message < planned.messages.size()) {
        const Message& message = planned.messages[at.message];
        const ByteView rest = ByteView(message.bytes).subspan(at.bytes);
        const auto taken =
            node(planned.opener)
                .send(net_.now, session(planned.opener), at.stream, rest, true, message.type);
        if (!taken) break;
        at.bytes += *taken;
        if (*taken < rest.size()) break;
        at = {at.stream, at.message + 1, 0};
      }
    }
  }
  void read() {
    for (std::size_t s = 0; s < 2; ++s) {
      for (auto& [id, content] : heard_[s]) {
        while (auto message = node(s).receive(net_.now, session(s), id)) {
          content.emplace_back(message->type, std::move(message->bytes));
        }
      }
    }
  }
  bool all_arrived() const {
    std::size_t missing = 0;
    for (const Planned& planned : plan_) missing += planned.messages.size();
    for (const auto& streams : heard_) {
      for (const auto& [id, content] : streams) missing -= content.size();
    }
    return missing == 0;
  }

  Plan plan_;
  TwoNodes net_;
  std::vector<Sending> sending_;
  std::array<std::map<StreamId, Content>, 2> heard_;
};

// Drops datagrams as a seed says; of two with the same seed the higher rate drops those of the
// lower one too, by their number.
void lose(TwoNodes& net, std::uint64_t seed, unsigned percent) {
  net.filter = [percent, random = testing::CountingRandom(seed)](Side&, Bytes&) mutable {
    ByteArray<2> drawn{};
    RC_ASSERT(random.fill("loss", drawn));
    const auto number =
        std::to_integer<unsigned>(drawn[0]) * 256 + std::to_integer<unsigned>(drawn[1]);
    return Fate{.deliver = number % 100 >= percent};
  };
}

RC_GTEST_PROP(MoreLoss, ChangesWhenAndNeverWhat, ()) {
  const Plan plan = any_plan();
  const auto seed = any_seed();
  Transfer without(plan);
  const Delivered delivered = without.run();
  for (const unsigned percent : {5U, any_between(6U, 30U)}) {
    Transfer with(plan);
    lose(with.net(), seed, percent);
    RC_ASSERT(with.run() == delivered);
    RC_ASSERT(with.net().now >= without.net().now);
  }
}

RC_GTEST_PROP(OtherStreamIds, ChangeNothingThatIsDelivered, ()) {
  const Plan plan = any_plan();
  const Delivered delivered = Transfer(plan).run();
  Plan reordered = plan;
  std::ranges::reverse(reordered);
  RC_ASSERT(Transfer(reordered).run() == delivered);
  RC_ASSERT(Transfer(plan).run(any_between<std::size_t>(1, 3)) == delivered);
}

// Each datagram travels as two, cut after a drawn frame; or every frame alone.
void split(Transfer& transfer, bool each_alone) {
  TwoNodes& net = transfer.net();
  net.filter = [&net, each_alone, random = testing::CountingRandom(7)](Side& from,
                                                                       Bytes& bytes) mutable {
    const Address& to = &from == &net.a ? net.b.address : net.a.address;
    std::vector<Bytes> datagrams(1);
    for (ByteView left = bytes; !left.empty();) {
      const auto parsed = wire::parse_frame(left);
      RC_ASSERT(std::holds_alternative<wire::FrameView>(parsed));
      const ByteView frame = std::get<wire::FrameView>(parsed).whole;
      append(datagrams.back(), frame);
      left = left.subspan(frame.size());
      ByteArray<1> drawn{};
      RC_ASSERT(random.fill("cut", drawn));
      const bool cut = datagrams.size() == 1 && std::to_integer<unsigned>(drawn[0]) < 100;
      if (!left.empty() && (each_alone || cut)) datagrams.emplace_back();
    }
    for (const Bytes& datagram : datagrams) {
      net.in_flight.emplace(net.now + 5ms, TwoNodes::Flying{from.address, to, datagram});
    }
    return Fate{.deliver = false};
  };
}

RC_GTEST_PROP(SplitDatagrams, ChangeNothing, ()) {
  const Plan plan = any_plan();
  const Delivered delivered = Transfer(plan).run();
  for (const bool each_alone : {false, true}) {
    Transfer transfer(plan);
    split(transfer, each_alone);
    RC_ASSERT(transfer.run() == delivered);
    for (std::size_t s = 0; s < 2; ++s) {
      const auto statistics = transfer.side(s).node.statistics(transfer.session(s));
      RC_ASSERT(statistics->drops.total() == 0U);
      RC_ASSERT(statistics->retransmissions == 0U);
    }
  }
}

}  // namespace
}  // namespace stt::properties
