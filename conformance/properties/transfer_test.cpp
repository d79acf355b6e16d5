// Messages arrive whole, once and in order, and everything completes, whatever the network does.
#include <conformance/properties/two_hosts.hpp>

namespace stt::properties {
namespace {

// Goal: up to 30 % loss, 30 % reordering, duplicates and jitter, in both directions; messages of
// drawn sizes, some of them echoed, read in parts or whole.
RC_GTEST_PROP(HostileNetwork, MessagesArriveWholeOnceAndInOrder, ()) {
  sim::Scenario scenario = two_hosts(any_seed());
  for (sim::LinkPlan* plan : {&scenario.links[0].forward, &scenario.links[0].back}) {
    plan->initial.loss = any_between<sim::Ppm>(0, 300'000);
    plan->initial.reorder = any_between<sim::Ppm>(0, 300'000);
    plan->initial.duplicate = any_between<sim::Ppm>(0, 300'000);
    plan->initial.jitter = 1us * any_between<int>(0, 20'000);
    plan->initial.jitter_reorders = any_between<int>(0, 1) == 1;
  }
  sim::Conversation conversation =
      talk(any_between<std::uint64_t>(0, 15'000), any_between<std::uint32_t>(1, 4),
           any_between<std::uint32_t>(0, 3));
  conversation.echo = any_between<int>(0, 1) == 1;
  conversation.whole = any_between<int>(0, 1) == 1;
  scenario.conversations = {conversation};
  expect_as_told(scenario);
}

// Goal: a receiver with exactly the memory that the rule asks for, and every stream full: each of k
// streams carries messages of the maximum size, read whole. None waits for ever.
RC_GTEST_PROP(FlowControl, StreamsWithMaximalMessagesComplete, ()) {
  sim::Scenario scenario = two_hosts(any_seed());
  const auto streams = any_between<std::uint32_t>(1, 8);
  for (sim::HostPlan& host : scenario.hosts) {
    wire::Parameters& declared = host.config.parameters;
    declared.max_message_bytes = any_between<std::uint64_t>(2'000, 15'000);
    declared.max_streams = any_between<std::uint64_t>(streams, 10);
    declared.initial_stream_credit = any_between<std::uint64_t>(1, 2'000);
    host.config.receive_budget_bytes =
        declared.max_message_bytes + 1 + declared.max_streams * declared.initial_stream_credit;
    declared.initial_session_credit = host.config.receive_budget_bytes;
    host.config.send_buffer_bytes = any_between<std::uint64_t>(1'000, 20'000);
  }
  scenario.links[0].forward.initial.loss = any_between<sim::Ppm>(0, 50'000);
  sim::Conversation conversation =
      talk(scenario.hosts[1].config.parameters.max_message_bytes, streams, 2);
  conversation.bytes_min = conversation.bytes_max;
  conversation.whole = true;
  scenario.conversations = {conversation};
  expect_as_told(scenario);
}

// Goal: keys change every few datagrams while frames of the old key are still overtaken.
RC_GTEST_PROP(KeyRotation, GoesOnWhileFramesAreReordered, ()) {
  sim::Scenario scenario = two_hosts(any_seed());
  for (sim::HostPlan& host : scenario.hosts) {
    host.config.rotate_after_bytes = any_between<std::uint64_t>(2'000, 20'000);
  }
  for (sim::LinkPlan* plan : {&scenario.links[0].forward, &scenario.links[0].back}) {
    plan->initial.reorder = any_between<sim::Ppm>(50'000, 300'000);
    plan->initial.reorder_hold = 1ms * any_between<int>(1, 40);
    plan->initial.loss = any_between<sim::Ppm>(0, 100'000);
    plan->initial.duplicate = any_between<sim::Ppm>(0, 100'000);
  }
  sim::Conversation conversation = talk(120'000);
  conversation.bytes_min = conversation.bytes_max;
  conversation.echo = true;
  scenario.conversations = {conversation};
  scenario.expectation.rotations_at_least = 2;
  expect_as_told(scenario);
}

// Goal: the path carries less and less under a transfer; what was lost by its size is cut anew.
RC_GTEST_PROP(PathMtu, MayShrinkUnderATransfer, ()) {
  sim::Scenario scenario = two_hosts(any_seed());
  sim::LinkPlan& plan = scenario.links[0].forward;
  plan.initial.mtu_bytes = any_between<std::uint64_t>(1'300, 1'500);
  sim::LinkChange shrink;
  shrink.at = 1ms * any_between<int>(50, 400);
  shrink.set(&sim::LinkConditions::mtu_bytes, any_between<std::uint64_t>(1'200, 1'300));
  plan.changes = {shrink};
  plan.initial.loss = any_between<sim::Ppm>(0, 30'000);
  sim::Conversation conversation = talk(250'000);
  conversation.bytes_min = conversation.bytes_max;
  scenario.conversations = {conversation};
  expect_as_told(scenario);
}

// Goal: the same where no frame is large: many small ones share each datagram, and vanish with it.
RC_GTEST_PROP(PathMtu, MayShrinkUnderSmallFrames, ()) {
  sim::Scenario scenario = two_hosts(any_seed());
  sim::LinkPlan& plan = scenario.links[0].forward;
  sim::LinkChange shrink;
  shrink.at = 1ms * any_between<int>(50, 400);
  shrink.set(&sim::LinkConditions::mtu_bytes, any_between<std::uint64_t>(1'200, 1'400));
  plan.changes = {shrink};
  scenario.conversations = {talk(300, 20, 25)};
  expect_as_told(scenario);
}

}  // namespace
}  // namespace stt::properties
