// The words for what is one of several, in scenario files: read and written by the same tables.
#pragma once

#include <simulator/scenario/json_value.hpp>
#include <simulator/scenario/scenario.hpp>

namespace stt::sim::json {

inline const Choices<JitterKind> jitter_kinds{{"uniform", JitterKind::uniform},
                                              {"normal", JitterKind::normal},
                                              {"correlated", JitterKind::correlated},
                                              {"trace", JitterKind::trace}};
inline const Choices<QueueKind> queue_kinds{{"drop_tail", QueueKind::drop_tail},
                                            {"codel", QueueKind::codel}};
inline const Choices<wire::FrameType> frame_types{
    {"handshake", wire::FrameType::handshake}, {"data", wire::FrameType::data},
    {"control", wire::FrameType::control},     {"stream_control", wire::FrameType::stream_control},
    {"auth", wire::FrameType::auth},           {"custom", wire::FrameType::custom_first}};
inline const Choices<CongestionControl> congestion_controls{
    {"new_reno", CongestionControl::new_reno},
    {"cubic", CongestionControl::cubic},
    {"bbr", CongestionControl::bbr}};
inline const Choices<Outage::What> outage_kinds{
    {"pause", Outage::What::pause},
    {"crash", Outage::What::crash},
    {"crash_and_lose_storage", Outage::What::crash_and_lose_storage}};
inline const Choices<Attack> attack_kinds{
    {"flood", Attack::flood}, {"forge", Attack::forge}, {"replay", Attack::replay}};

}  // namespace stt::sim::json
