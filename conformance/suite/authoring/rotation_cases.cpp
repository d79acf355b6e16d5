// The sending direction of a session: its sequences and its epochs.
#include <conformance/suite/authoring/author.hpp>

namespace stt::conform {
namespace {

using nlohmann::json;

const json send = {{"do", "send"}};
const json rotate = {{"do", "rotate"}};

json acked(const char* sequence) {
  return {{"do", "acked"}, {"sequence", sequence}};
}
json skip(const char* count) {
  return {{"do", "skip"}, {"count", count}};
}

json sending(const std::vector<json>& steps, bool reliable = false) {
  json in = {{"steps", steps}};
  if (reliable) in["reliable"] = true;
  return in;
}

struct Bad {
  const char* name;
  const char* base;
  json step;
  Errc reason;
  const char* requirement;
  const char* why;
};

}  // namespace

void add_rotation_cases(Author& author) {
  const auto accept = [&](const char* name, const char* why, const char* requirement,
                          const json& in) {
    author.accept(std::string("session.send/") + name, {why, {requirement}}, in);
  };
  accept("first", "The first frame has sequence 0 and epoch 0.", "STT-ROTATION-003",
         sending({send}));
  accept("three", "Sequences rise by one.", "STT-FRAME-028", sending({send, send, send}));
  accept("skipped", "A sender may leave sequences out.", "STT-FRAME-031",
         sending({send, skip("5"), send}));
  accept("rotated", "Sequences go on, the epoch rises.", "STT-FRAME-030",
         sending({send, rotate, send}));
  accept("rotated-before-anything", "A rotation waits for nothing to be sent.", "STT-ROTATION-012",
         sending({rotate, send}));
  accept("rotated-twice", "The second one waited for an acknowledgement.", "STT-ROTATION-016",
         sending({send, rotate, send, acked("1"), rotate, send}));
  accept("acknowledged-late", "An acknowledgement of a later frame of the epoch serves as well.",
         "STT-ROTATION-016", sending({rotate, send, send, acked("1"), rotate, send}));
  accept("rotated-on-reliable", "On a WebSocket a frame that was sent is enough.", "STT-WS-012",
         sending({rotate, send, rotate, send}, true));
  accept("last-sequence", "2^64-1 is used like any other.", "STT-FRAME-032",
         sending({skip("18446744073709551615"), send}));
  const Errc early = Errc::rotation_too_early;
  const Errc exhausted = Errc::sequence_exhausted;
  for (const Bad& bad : {
           Bad{"rotated-too-early", "rotated", rotate, early, "STT-ROTATION-016",
               "Nothing of epoch 1 is acknowledged: the receiver may still be at 0."},
           Bad{"rotated-too-early-unsent", "rotated-before-anything", rotate, early,
               "STT-ROTATION-016", "Sent, and not acknowledged."},
           Bad{"rotated-third-too-early", "rotated-twice", rotate, early, "STT-ROTATION-016",
               "Each rotation waits anew; what confirmed epoch 1 does not confirm 2."},
           Bad{"beyond-last-sequence", "last-sequence", send, exhausted, "STT-FRAME-032",
               "There is no sequence 2^64."},
           Bad{"skip-beyond-last-sequence", "last-sequence", skip("1"), exhausted, "STT-FRAME-032",
               "Nor can one be left out."},
           Bad{"skip-over-the-end", "three", skip("18446744073709551614"), exhausted,
               "STT-FRAME-032", "Three are used; so many are not left, and no sum runs over."},
       }) {
    author.reject(std::string("session.send/") + bad.name,
                  (std::string("session.send/") + bad.base).c_str(), push("steps", bad.step),
                  {"command", bad.reason}, {bad.why, {bad.requirement}});
  }
  author.reject("session.send/acknowledged-of-the-epoch-before", "session.send/rotated-twice",
                described("steps: the ACK names the frame before the first rotation", "steps",
                          json{send, rotate, send, acked("0"), rotate}),
                {"command", early},
                {"An ACK of epoch 0 says nothing of epoch 1.", {"STT-ROTATION-016"}});
  author.reject(
      "session.send/rotated-at-once-on-reliable", "session.send/rotated-on-reliable",
      described("steps: nothing is sent between the rotations", "steps", json{rotate, rotate}),
      {"command", early}, {"Also on a WebSocket an epoch is used before it ends.", {"STT-WS-012"}});
}

}  // namespace stt::conform
