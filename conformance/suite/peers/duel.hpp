// The world of one case: the subject, the scripted peer, and nothing between them but virtual time.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <vector>

#include <conformance/suite/case.hpp>
#include <conformance/suite/peers/journal.hpp>
#include <conformance/suite/peers/scripted_session.hpp>
#include <conformance/suite/peers/subject.hpp>

namespace stt::conform::peers {

// What the scripted peer does of itself, as a good peer would.
struct Manners {
  bool acks = true;   // acknowledges, 10 ms after something arrived
  bool pongs = true;  // answers PING
  bool paths = true;  // answers PATH_CHALLENGE
};

// "a", "a2" (the same address, another port), "b" to "f", "subject".
std::string address_of(const std::string& name);

class Duel {
 public:
  // Begins the subject as `in` of the case says; `adapter` outlives this. The refusal of peer.new,
  // if there is one, is in the journal.
  Duel(const nlohmann::json& in, Adapter& adapter);

  // A handshake between the two, in the role that the case gives to the subject, and the time until
  // it has settled. Throws EndOfCase (not exercised) if there is no session at the end.
  void establish();
  // One datagram. Frames are as in vectors/README.md; "as" keeps one by a name.
  void send(const nlohmann::json& frames, const std::string& from);
  // The same, but only built and kept.
  void build(const nlohmann::json& frames) { static_cast<void>(datagram_of(frames)); }
  // A command to the subject. Its refusal is in the journal, as {"refused": reason}.
  void command(nlohmann::json members);
  // Lets time pass until `done`, or up to `deadline`; whether it was done.
  bool run(std::int64_t deadline, const std::function<bool()>& done);

  std::int64_t now() const { return now_; }
  Journal& journal() { return journal_; }
  Subject& subject() { return subject_; }
  ScriptedSession& session(std::size_t number);
  std::size_t sessions() const { return sessions_.size(); }
  Manners& manners() { return manners_; }
  // Messages that the application of the subject was given: as Line::story().
  nlohmann::json delivered(std::uint16_t stream) const;
  // A name of a case in place of what it stands for: streams, codes, addresses, "$frame.member".
  nlohmann::json resolve(const std::string& member, const nlohmann::json& value) const;
  nlohmann::json resolve_all(const nlohmann::json& members) const;
  // The stream that a case calls "mine:1" (the first that we may open), "theirs:1", or by the name
  // that open_stream gave it.
  std::uint16_t stream_of(const nlohmann::json& name) const;
  void keep(const std::string& name, const nlohmann::json& words, Bytes bytes);

  std::size_t current = std::string::npos;  // the session that frames mean; none yet
  std::string home;                         // the address that we answer from

 private:
  struct Kept {
    nlohmann::json words;
    Bytes bytes;
  };
  struct Delivered {
    nlohmann::json messages = nlohmann::json::array();
    nlohmann::json types = nlohmann::json::array();
    std::string rest;
  };

  void begin(const nlohmann::json& in);
  void process(const nlohmann::json& reply);
  void take_datagram(const nlohmann::json& effect);
  bool take_frame(const wire::FrameView& frame, const nlohmann::json& common);
  std::optional<nlohmann::json> take_handshake(const wire::FrameView& frame);
  void add_session(const HandshakeScript& script, Role ours);
  void take_effect(const nlohmann::json& effect);
  void answer(ScriptedSession& session, const nlohmann::json& words);
  void judge_size(const nlohmann::json& words);
  void offer_rest();
  Bytes datagram_of(const nlohmann::json& frames);
  Bytes frame_of(nlohmann::json words);
  std::optional<Bytes> handshake_frame(const std::string& frame, const nlohmann::json& words);
  // The one that a frame names, or the newest.
  HandshakeScript& chosen(const std::vector<std::unique_ptr<HandshakeScript>>& scripts,
                          const nlohmann::json& words);
  std::unique_ptr<HandshakeScript> make_script();
  void deliver(const Bytes& datagram, const std::string& from);
  void judge_amplification(const std::string& to, std::size_t bytes);
  void tick();

  Subject subject_;
  Journal journal_;
  Nonces nonces_;
  std::unique_ptr<Identities> identities_;
  wire::Parameters parameters_;  // ours
  bool subject_connects_;
  std::int64_t now_ = 1'000'000;
  std::int64_t ticked_at_ = 0;
  std::size_t ticks_at_once_ = 0;
  std::size_t ticks_ = 0;
  Manners manners_;
  std::multimap<std::int64_t, std::function<void()>> agenda_;
  std::vector<std::unique_ptr<HandshakeScript>> as_initiator_;
  std::vector<std::unique_ptr<HandshakeScript>> as_responder_;
  std::map<Bytes, HandshakeScript*> hellos_;  // of the subject
  std::vector<std::unique_ptr<ScriptedSession>> sessions_;
  std::map<std::string, Kept> kept_;
  std::map<std::string, std::uint16_t> streams_;  // opened by the subject, by the case's name
  std::map<std::uint16_t, Delivered> delivered_;
  std::map<std::uint16_t, nlohmann::json> to_offer_;  // what send did not take, by stream
  std::optional<std::uint64_t> subject_session_;      // that commands mean
  std::map<std::string, std::size_t> given_from_;     // bytes, by address
  std::map<std::string, std::size_t> sent_to_;
  std::set<std::string> validated_;
  std::set<const ScriptedSession*> ack_planned_;
  std::size_t datagrams_ = 0;
  std::size_t probe_bytes_ = 0;  // the largest PING that has arrived, and the largest acknowledged
  std::size_t path_bytes_ = 0;
};

}  // namespace stt::conform::peers
