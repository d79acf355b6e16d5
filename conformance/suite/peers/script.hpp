// Plays the steps of a case, and ends it where the subject does not do what they expect.
#pragma once

#include <conformance/suite/peers/duel.hpp>
#include <conformance/suite/verdict.hpp>

namespace stt::conform::peers {

class Script {
 public:
  // Both outlive the script.
  Script(const Case& one, Duel& duel) : case_(one), duel_(duel) {}

  // Throws EndOfCase where a step fails.
  void play();
  // The step that is being played, from 1; 0 before.
  std::size_t step() const { return step_; }
  // Where the case leaves a choice and was played: what the subject has chosen.
  const std::string& option() const { return option_; }

 private:
  void play_step(const nlohmann::json& step);
  void act(const nlohmann::json& step);
  void expect(const nlohmann::json& step, Verdict otherwise);
  void refuse_happening(const nlohmann::json& step);
  void count(const nlohmann::json& step);
  std::size_t counted(const nlohmann::json& step);
  void find_option();
  void set_manners(const nlohmann::json& manners);
  void judge_refusal();
  void stays_alive();
  bool holds(const nlohmann::json& pattern);
  bool state_holds(const std::string& state, const nlohmann::json& wanted);
  bool query_holds(const nlohmann::json& wanted);
  nlohmann::json resolved(const nlohmann::json& pattern) const;
  [[noreturn]] void missed(const nlohmann::json& pattern, Verdict otherwise);

  const Case& case_;
  Duel& duel_;
  std::size_t step_ = 0;
  std::string option_;
};

}  // namespace stt::conform::peers
