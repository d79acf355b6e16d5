// The scripted peer's end of one session: it seals what a case says, opens what the subject sends,
// and holds the subject to the rules that no case may break (each names its requirement).
#pragma once

#include <map>
#include <set>

#include <conformance/suite/peers/handshake_script.hpp>
#include <conformance/suite/peers/line.hpp>
#include <conformance/suite/peers/messages.hpp>

namespace stt::conform::peers {

class ScriptedSession {
 public:
  // `role` is ours. `nonces` outlives the session.
  ScriptedSession(const SessionKeys& keys, Role role, const wire::Parameters& ours, Nonces& nonces);

  const SessionId& id() const { return id_; }
  Role role() const { return role_; }

  // A frame under the next sequence, unless `words` say otherwise: "sequence", "skip", "epoch",
  // "direction":"theirs", "key":"other", and the edits of edits.hpp. Adds "sequence" to `words`.
  Bytes seal(nlohmann::json& words);
  // An ACK of all that has arrived, but for the datagram that "except" names; the rest of `words`
  // as above. Nothing if nothing has arrived.
  std::optional<Bytes> seal_ack(nlohmann::json words);

  // A frame of the subject, described; nothing if it does not open. Throws EndOfCase where it
  // breaks a rule. `datagram` is the number of the one that it came in, from 1.
  std::optional<nlohmann::json> take(const wire::FrameView& frame, std::size_t datagram);

  bool has_acked(std::uint64_t sequence) const { return acked_.contains(sequence); }
  bool newest_ack_names(std::uint64_t sequence) const;
  nlohmann::json story(std::uint16_t stream) const;
  bool is_over() const { return over_; }  // the subject has sent CLOSE, or we have

  std::uint64_t epoch = 0;                       // that frames are sealed under
  std::optional<std::uint64_t> subject_session;  // its number in the adapter

 private:
  void judge_numbers(const wire::FrameView& frame, std::size_t datagram);
  void judge_data(wire::FrameType type, StreamId stream, const wire::DataMessage& message);
  void judge_stream(const Content& content);
  void judge_ack(const wire::Ack& ack);
  void note_own(const Content& content);

  SessionId id_;
  Role role_;
  wire::Parameters ours_;
  Nonces& nonces_;
  Keys sending_;
  Keys receiving_;
  std::uint64_t next_sequence_ = 0;
  std::set<std::uint64_t> sent_;
  std::set<std::uint64_t> acked_;                  // of ours, by the subject
  wire::Ack newest_ack_;                           // of the subject
  std::map<std::uint64_t, std::size_t> received_;  // in which datagram
  std::uint64_t their_epoch_ = 0;
  std::set<std::pair<std::uint64_t, Bytes>> nonces_seen_;  // of the subject, by epoch
  std::map<std::uint16_t, Line> lines_;
  std::map<std::uint16_t, std::uint64_t> credit_;  // that we have given, where it was raised
  std::set<std::uint16_t> opened_;                 // by us
  std::uint64_t session_credit_;
  bool closed_by_subject_ = false;
  bool over_ = false;
};

}  // namespace stt::conform::peers
