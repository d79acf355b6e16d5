#include <algorithm>

#include <fmt/format.h>
#include <conformance/suite/authoring/author.hpp>
#include <conformance/suite/authoring/sealing.hpp>
#include <stt/session/key_chain.hpp>

namespace stt::conform {
namespace {

using nlohmann::json;

constexpr const char* session_id = "0102030405060708";
const std::string chain = times(32, "3c");
const std::string key = times(32, "4b");

json sealing(unsigned type, unsigned stream_id, const std::string& payload) {
  return {{"key", key},
          {"type", type},
          {"session_id", session_id},
          {"stream_id", stream_id},
          {"sequence", "7"},
          {"epoch", "0"},
          {"nonce", times(16, "a5") + "0000000000000007"},
          {"payload", payload}};
}

void add_single_frames(Author& author) {
  author.accept("frame.seal/data",
                {"A DATA frame with \"hello\": the tag covers header and epoch.",
                 {"STT-FRAME-026", "STT-FRAME-027", "STT-FRAME-035", "STT-CRYPTO-005"}},
                sealing(2, 1, "000068656c6c6f"));
  author.accept("frame.seal/control", {"An empty PING.", {"STT-FRAME-026"}}, sealing(3, 0, "02"));
  author.accept("frame.seal/empty",
                {"A datagram without bytes.", {"STT-FRAME-026", "STT-DISPATCH-008"}},
                sealing(0x80, 0, ""));
  const std::string bytes = author.out("frame.seal/data").at("bytes");
  author.accept("frame.open/data", {"What was sealed opens.", {"STT-FRAME-026", "STT-FRAME-027"}},
                {{"key", key}, {"bytes", bytes}});
  json random_nonce = sealing(2, 1, "000068656c6c6f");
  random_nonce["nonce"] = times(24, "e7");
  author.accept("frame.seal/random-nonce", {"Another way to choose nonces.", {"STT-FRAME-036"}},
                random_nonce);
  author.accept(
      "frame.open/random-nonce",
      {"A receiver takes any nonce; how it was chosen is the sender's affair.", {"STT-FRAME-036"}},
      {{"key", key}, {"bytes", author.out("frame.seal/random-nonce").at("bytes")}});

  json nonce_of_zeros = author.in("frame.seal/data");
  nonce_of_zeros["nonce"] = times(24, "00");
  author.accept("frame.seal/nonce-of-zeros", {"Zeros are a nonce, too.", {"STT-FRAME-036"}},
                nonce_of_zeros);
  author.accept_same("frame.open/nonce-of-zeros", "frame.open/data",
                     described("bytes: sealed again under a nonce of zeros", "bytes",
                               author.out("frame.seal/nonce-of-zeros").at("bytes")),
                     {"No nonce is refused for what it is.", {"STT-FRAME-036"}});

  const Refusal closed{"open", Errc::authentication_failed};
  const auto refuse = [&](const char* id, const Edit& edit, const char* why) {
    author.reject(std::string("frame.open/") + id, "frame.open/data", edit, closed,
                  {why, {"STT-FRAME-027", "STT-FRAME-038", "STT-ERROR-002"}});
  };
  refuse("type-changed", replace("bytes", 4, "02", "80"), "The type is covered.");
  refuse("session-id-changed", replace("bytes", 12, "08", "09"), "The session id is covered.");
  refuse("stream-id-changed", replace("bytes", 13, "01", "02"), "The stream id is covered.");
  refuse("sequence-changed", replace("bytes", 14, "07", "08"), "The sequence is covered.");
  refuse("epoch-changed", replace("bytes", 23, "00", "01"), "The epoch is covered.");
  refuse("nonce-changed", replace("bytes", 24, "a5", "a4"), "The nonce decides.");
  refuse("key-changed", replace("key", 0, "4b", "4a"), "A frame for somebody else.");
  author.reject("frame.open/truncated-length", "frame.open/data",
                described("bytes: the last payload byte goes, and the length follows", "bytes",
                          [&] {
                            std::string shorter = bytes;
                            shorter.erase(2 * 22, 2);
                            shorter.replace(2 * 3, 2, "3b");
                            return shorter;
                          }()),
                closed, {"The length is covered.", {"STT-FRAME-027", "STT-FRAME-038"}});
}

void add_replay(Author& author) {
  const About fresh{"Each sequence is new and within the window.", {"STT-REPLAY-001"}};
  const auto list = [](std::initializer_list<const char*> sequences) {
    return json{{"sequences", json(sequences)}};
  };
  author.accept("replay.window/in-order", fresh, list({"0", "1", "2"}));
  author.accept("replay.window/reordered",
                {"1,024 sequences back is inside every window.", {"STT-REPLAY-001"}},
                list({"5000", "3976"}));
  author.accept("replay.window/far-jump",
                {"A large step forward clears what lies behind.", {"STT-REPLAY-001"}},
                list({"7", "1099511627776", "1099511627775"}));
  author.accept("replay.window/last-sequence",
                {"The window holds up to 2^64-1.", {"STT-REPLAY-006"}},
                list({"18446744073709551614", "18446744073709551615"}));
  for (const auto& [id, late] :
       {std::pair{"late-by-64", "4936"}, std::pair{"late-by-256", "4744"},
        std::pair{"late-by-512", "4488"}, std::pair{"late-by-960", "4040"}}) {
    author.accept(
        std::string("replay.window/") + id,
        {"A window has no holes: whatever lies within it may come late.", {"STT-REPLAY-001"}},
        list({"5000", late}));
  }
  // 99,500 is told from them by 1,024, 1,025, 1,032, 1,056, 1,088, 1,152 and 2,048 many times over.
  author.accept("replay.window/old-marks-are-gone",
                {"Whatever the size of the ring that keeps the marks: none of long ago is left.",
                 {"STT-REPLAY-001"}},
                list({"75", "172", "236", "428", "492", "1196", "100000", "99500"}));
  const Refusal replayed{"replay", Errc::replayed};
  author.reject("replay.window/newest-again", "replay.window/in-order", push("sequences", "2"),
                replayed, {"The newest comes twice.", {"STT-REPLAY-002"}});
  author.reject("replay.window/zero-again", "replay.window/in-order", push("sequences", "0"),
                replayed, {"Sequence 0 is marked like any other.", {"STT-REPLAY-002"}});
  author.reject("replay.window/reordered-again", "replay.window/reordered",
                push("sequences", "3976"), replayed,
                {"One that came late comes again.", {"STT-REPLAY-002"}});
  author.reject("replay.window/before-the-jump-again", "replay.window/far-jump",
                push("sequences", "1099511627775"), replayed,
                {"Marks survive where the window only just began.", {"STT-REPLAY-002"}});
  author.reject("replay.window/last-sequence-again", "replay.window/last-sequence",
                push("sequences", "18446744073709551615"), replayed,
                {"2^64-1 is marked, too.", {"STT-REPLAY-002", "STT-REPLAY-006"}});
  author.reject("replay.window/below", "replay.window/far-jump", push("sequences", "8"),
                {"replay", Errc::too_old},
                {"Nobody knows whether it was seen: too old.", {"STT-REPLAY-003"}});
}

// A frame of one direction: key_epoch of `chain`, with a payload that tells frames apart.
std::string frame(std::uint64_t epoch, std::uint64_t sequence, std::uint64_t key_epoch) {
  session::KeyChain keys{crypto::Key(std::span<const std::byte, 32>(unhex(chain)))};
  crypto::Key key_n = keys.advance();
  for (std::uint64_t i = 0; i < key_epoch; ++i) key_n = keys.advance();
  const ByteArray<2> payload{std::byte{0x02}, std::byte{0x00}};
  SessionId id;
  std::ranges::copy(unhex(session_id), id.bytes.begin());
  ByteArray<24> nonce{};
  nonce[0] = static_cast<std::byte>(epoch);
  nonce[23] = static_cast<std::byte>(sequence);
  return sealed(key_n,
                {.type = wire::FrameType::control,
                 .session_id = id,
                 .stream_id = StreamId(),
                 .sequence = Sequence(sequence),
                 .selector = Epoch(epoch)},
                nonce, payload);
}
std::string frame(std::uint64_t epoch, std::uint64_t sequence) {
  return frame(epoch, sequence, epoch);
}

json direction(const std::vector<std::string>& frames) {
  return {{"chain", chain}, {"frames", frames}};
}

// What a connection brings is in order: nothing is late, and no key is kept for it.
void add_reliable_directions(Author& author) {
  json in = direction({frame(0, 0), frame(0, 3), frame(1, 5)});
  in["reliable"] = true;
  author.accept("session.open/rotated-on-reliable",
                {"On a WebSocket, too, a frame under epoch 1 is followed: the key of epoch 0 goes.",
                 {"STT-ROTATION-014", "STT-WS-011"}},
                in);
  const auto refuse = [&](const char* id, std::uint64_t sequence, const char* why) {
    json frames = in.at("frames");
    frames.push_back(frame(0, sequence));
    author.reject(std::string("session.open/") + id, "session.open/rotated-on-reliable",
                  described(fmt::format("frames: one more, of epoch 0 and sequence {}", sequence),
                            "frames", frames),
                  {"epoch", Errc::epoch_unknown}, {why, {"STT-WS-011"}});
  };
  refuse("late-on-reliable", 4, "The key of epoch 0 is wiped as soon as epoch 1 has begun.");
  refuse("old-epoch-above-new-on-reliable", 6, "Without a key there is no order to judge.");
}

void add_directions(Author& author) {
  const std::vector<std::string> rotated{frame(0, 0), frame(0, 3), frame(1, 5)};
  author.accept(
      "session.open/first",
      {"The first frame of a direction, under epoch 0.", {"STT-ROTATION-002", "STT-ROTATION-003"}},
      direction({frame(0, 0)}));
  author.accept("session.open/rotated",
                {"A frame under epoch 1 opens, and the receiver follows.",
                 {"STT-ROTATION-013", "STT-ROTATION-014", "STT-FRAME-030"}},
                direction(rotated));
  author.accept("session.open/late-after-rotation",
                {"A reordered frame of the epoch before still opens.", {"STT-ROTATION-015"}},
                direction({rotated[0], rotated[1], rotated[2], frame(0, 4)}));
  author.accept("session.open/two-rotations", {"Epoch after epoch.", {"STT-ROTATION-014"}},
                direction({rotated[0], rotated[1], rotated[2], frame(2, 6)}));
  author.accept("session.open/forged-does-not-rotate",
                {"A frame that claims epoch 1 and does not open changes nothing.",
                 {"STT-ROTATION-014", "STT-ROTATION-021"}},
                direction({frame(0, 0), frame(1, 1, 3), frame(0, 2)}));
  author.accept(
      "session.open/forged-does-not-mark",
      {"A sequence is seen only when its frame has opened.", {"STT-REPLAY-005", "STT-CRYPTO-004"}},
      direction({frame(0, 0), frame(0, 1, 2), frame(0, 1)}));
  const auto refuse = [&](const char* id, const char* base, const std::string& last,
                          const char* words, Refusal refusal, About about) {
    json frames = author.in(std::string("session.open/") + base).at("frames");
    frames.push_back(last);
    author.reject(std::string("session.open/") + id, (std::string("session.open/") + base).c_str(),
                  described(std::string("frames: one more, ") + words, "frames", frames),
                  std::move(refusal), std::move(about));
  };
  const Refusal order{"epoch", Errc::epoch_order};
  const Refusal unknown{"epoch", Errc::epoch_unknown};
  const Refusal closed{"open", Errc::authentication_failed};
  refuse("replayed", "rotated", rotated[2], "the last one again", {"replay", Errc::replayed},
         {"A whole frame comes twice.", {"STT-REPLAY-002"}});
  refuse("replayed-of-old-epoch", "rotated", rotated[1], "the second one again",
         {"replay", Errc::replayed},
         {"The window goes on across a rotation.", {"STT-REPLAY-002", "STT-FRAME-030"}});
  refuse("replayed-before-opened", "rotated", frame(1, 5, 2), "of sequence 5 under a wrong key",
         {"replay", Errc::replayed}, {"The window is asked before the key.", {"STT-REPLAY-004"}});
  refuse("old-epoch-above-new", "rotated", frame(0, 6), "of epoch 0 and sequence 6", order,
         {"A sender that rotated does not go back.", {"STT-ROTATION-018"}});
  refuse("new-epoch-below-old", "rotated", frame(1, 2), "of epoch 1 and sequence 2", order,
         {"Epoch 1 cannot have begun before epoch 0 ended.", {"STT-ROTATION-019"}});
  refuse("first-of-new-epoch-below-old", "rotated", frame(2, 4), "of epoch 2 and sequence 4", order,
         {"The rule holds before the receiver has followed.",
          {"STT-ROTATION-019", "STT-ROTATION-023"}});
  refuse("order-before-opened", "rotated", frame(0, 6, 3),
         "of epoch 0 and sequence 6 under a wrong key", order,
         {"The order is judged before the key.", {"STT-ROTATION-023"}});
  refuse("epoch-2-of-0", "first", frame(2, 1), "of epoch 2", unknown,
         {"A receiver follows one epoch at a time.", {"STT-ROTATION-020"}});
  refuse("epoch-largest", "first",
         "535401"
         "40"
         "03" +
             std::string(session_id) +
             "0001"
             "32"
             "0200" +
             "ffffffffffffffffff01" + times(24, "11") + times(16, "22"),
         "of epoch 2^64-1", unknown,
         {"No chain is walked for a number that anybody can write.", {"STT-ROTATION-020"}});
  refuse("epoch-two-back", "two-rotations", frame(0, 7), "of epoch 0", unknown,
         {"Its key is wiped.", {"STT-ROTATION-017", "STT-ROTATION-020"}});
  refuse("next-epoch-under-old-key", "first", frame(1, 1, 0), "of epoch 1 under key_0", closed,
         {"An epoch is more than a number in the header.", {"STT-ROTATION-002", "STT-FRAME-038"}});
  refuse("epoch-under-wrong-key", "first", frame(0, 1, 1), "of epoch 0 under key_1", closed,
         {"Nor does the next key open the current epoch.", {"STT-ROTATION-002", "STT-FRAME-038"}});
}

}  // namespace

void add_session_cases(Author& author) {
  add_single_frames(author);
  add_replay(author);
  add_directions(author);
  add_reliable_directions(author);
}

}  // namespace stt::conform
