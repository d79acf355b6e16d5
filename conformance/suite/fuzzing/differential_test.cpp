#include <conformance/suite/fuzzing/differential.hpp>

#include <gtest/gtest.h>

#include <conformance/suite/foreign/meddler.hpp>

namespace stt::conform {
namespace {

using nlohmann::json;

const Suite& suite() {
  static const Suite suite = load_suite(STT_SOURCE_DIR "/vectors");
  return suite;
}

AdapterFactory meddled(Meddler::Meddle meddle) {
  return [meddle] { return std::make_unique<Meddler>(meddle); };
}

FuzzPlan plan_of(const char* kind, std::uint64_t cases) {
  FuzzPlan plan;
  plan.cases = cases;
  plan.selection.kinds = {kind};
  return plan;
}

TEST(DifferentialFuzzing, FindsNothingWhereNothingIsWrong) {
  FuzzPlan plan;
  plan.cases = 1'000;
  const FuzzReport report = fuzz(suite(), plan, make_reference_adapter);
  EXPECT_TRUE(report.differences.empty());
  EXPECT_GT(report.compared, plan.cases / 2) << "most of what is drawn should be a question";
  EXPECT_GT(report.kinds.size(), 40U);
  EXPECT_TRUE(report.left_out.contains("replay.window"));
}

// A decoder that takes what is longer than it need be, from the third byte on.
void take_overlong(const json& request, json& reply) {
  if (request.value("kind", "") != "varint.decode" || reply.value("reason", "") == "") return;
  const std::string bytes = request["in"]["bytes"];
  if (reply["reason"] != "wire.varint_overlong" || bytes.size() < 6) return;
  reply = {{"outcome", "accept"}, {"out", {{"value", "0"}, {"consumed", 3}}}};
}

TEST(DifferentialFuzzing, ShrinksWhatItFinds) {
  const FuzzReport report = fuzz(suite(), plan_of("varint.*", 1'000), meddled(take_overlong));
  ASSERT_EQ(report.differences.size(), 1U);
  const Disagreement& found = report.differences.front();
  EXPECT_EQ(found.question.kind, "varint.decode");
  EXPECT_EQ(found.question.in["bytes"].get<std::string>().size(), 6U) << found.question.in;
  EXPECT_EQ(found.theirs["outcome"], "accept");
  EXPECT_EQ(found.ours["reason"], "wire.varint_overlong");
  EXPECT_FALSE(found.base.empty());
  EXPECT_TRUE(ask_both(found.question, meddled(take_overlong)));
  EXPECT_FALSE(ask_both(found.question, make_reference_adapter));
}

TEST(DifferentialFuzzing, ASeedIsARun) {
  const auto first = fuzz(suite(), plan_of("varint.*", 500), meddled(take_overlong));
  const auto again = fuzz(suite(), plan_of("varint.*", 500), meddled(take_overlong));
  ASSERT_FALSE(first.differences.empty());
  ASSERT_EQ(first.differences.size(), again.differences.size());
  EXPECT_EQ(first.differences[0].question.in, again.differences[0].question.in);
  EXPECT_EQ(first.compared, again.compared);
}

TEST(DifferentialFuzzing, WhatBreaksAnAdapterIsADifference) {
  const auto breaks = [](const json& request, json&) {
    if (request.value("kind", "") == "control.decode") {
      throw AdapterError("crash: it is gone", AdapterError::Kind::crash);
    }
  };
  const auto report = fuzz(suite(), plan_of("control.decode", 100), meddled(breaks));
  ASSERT_FALSE(report.differences.empty());
  EXPECT_TRUE(report.differences[0].theirs.is_null());
  EXPECT_EQ(report.differences[0].note, "crash: it is gone");
}

TEST(DifferentialFuzzing, AnotherReasonIsADifference) {
  const auto renames = [](const json&, json& reply) {
    if (reply.value("reason", "") == "wire.frame_magic") reply["reason"] = "wire.truncated";
  };
  const auto report = fuzz(suite(), plan_of("frame.decode", 300), meddled(renames));
  ASSERT_FALSE(report.differences.empty());
  EXPECT_EQ(report.differences[0].ours["reason"], "wire.frame_magic");
}

}  // namespace
}  // namespace stt::conform
