// Writes the keys of a run, so that other programs open its frames. There is no such thing outside
// the simulator: the keys of a world come from its seed and protect nothing.
//
// A line a key, in the order of first use; all fields but the label and the epoch are lower-case
// hex.
//
//   HELLO     <seed hint>               <key>    every HELLO with that hint in its header
//   RESPONSE  <nonce of the frame>      <key>    that one frame
//   AUTH_I2R  <session id>              <key>    the session's AUTH_PROOF
//   AUTH_R2I  <session id>              <key>    its FINAL
//   I2R       <session id> <epoch>      <key>    the initiator's frames of that epoch
//   R2I       <session id> <epoch>      <key>    the responder's
//
// Lines that begin with # are for people.
#pragma once

#include <ostream>

#include <simulator/recording/run_writer.hpp>

namespace stt::sim {

class KeyLog final : public RunWriter {
 public:
  // `out` outlives it.
  KeyLog(std::ostream& out, std::string_view about);

  void on_used_key(Instant at, const UsedKey& used) override;

 private:
  std::ostream& out_;
};

}  // namespace stt::sim
