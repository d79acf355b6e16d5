// Writes a run as packets for Wireshark: an interface for each direction of a link, and what became
// of a packet as its comment. A packet is written as it enters a link; where it is changed on its
// way (corrupted, truncated, tampered with) it is written once more, as it goes on.
#pragma once

#include <deque>
#include <map>
#include <optional>

#include <simulator/recording/pcapng.hpp>
#include <simulator/recording/run_writer.hpp>

namespace stt::sim {

class Capture final : public RunWriter {
 public:
  // `out` outlives it. `unsealed`: adds an interface for each host, with the frames that it sends
  // before they are sealed: nonce and tag are still zeros.
  Capture(std::ostream& out, std::string_view about, bool unsealed)
      : pcapng_(out, about), unsealed_(unsealed) {}

  void begin(const Cast& cast) override;
  void on_packet(Instant at, EntityId where, const Flight& flight, ByteView bytes) override;
  void on_sent(const Observation& sent, const Flight& flight,
               std::span<const OpenedFrame> frames) override;
  void on_observation(const Observation& observation, const Flight* flight) override;
  void end() override;

 private:
  // Packets wait for what becomes of them, so that the file stays in the order of time.
  struct Waiting {
    CapturedPacket packet;
    bool settled = false;
  };

  // A packet that is on no link yet, and what has become of it already.
  struct Unplaced {
    Bytes bytes;
    std::vector<std::string> comments;
  };

  void comment(const Observation& observation, const Flight& flight);
  void add(Instant at, std::uint32_t interface, const Flight& flight, ByteView bytes);
  // What was added last of a packet that is not settled.
  Waiting& newest_of(std::uint64_t number);
  void settle(std::uint64_t number);
  void write_settled();

  PcapngWriter pcapng_;
  bool unsealed_;
  std::map<EntityId, std::uint32_t> links_;  // their interfaces
  std::map<EntityId, std::uint32_t> hosts_;  // as above, of what is not sealed yet
  std::uint32_t elsewhere_ = 0;
  EntityId network_;
  std::map<std::uint64_t, Unplaced> unplaced_;
  std::deque<Waiting> waiting_;
  std::uint64_t written_ = 0;                      // and gone from waiting_
  std::map<std::uint64_t, std::uint64_t> newest_;  // by packet: written_ + its place in waiting_
};

}  // namespace stt::sim
