// Every limit of a session, with its unit.
#pragma once

#include <cstddef>
#include <cstdint>

namespace stt::session {

// Sequences: the largest one accepted and the 8,191 below it. The protocol asks for 1,024; a fast
// path that reorders by milliseconds needs more, and 1 KiB a session pays for it.
//= STT-REPLAY-001
inline constexpr std::uint64_t replay_window_sequences = 8'192;
static_assert(replay_window_sequences >= 1'024);

//= STT-CONTROL-015
inline constexpr std::size_t owed_path_responses_max = 4;
//= STT-PATH-010
inline constexpr std::size_t paths_on_trial_max = 4;  // addresses
inline constexpr std::size_t challenges_per_trial_max = 3;
// Bytes sent to an address on trial, for each byte that came from there.
//= STT-PATH-009
inline constexpr std::uint64_t amplification_factor = 3;

}  // namespace stt::session
