// For tests: a real object beside a model of it. Both are given the same drawn operations, and have
// to answer the same; when they do not, RapidCheck shrinks the list of operations and prints it.
//
// An Operation is drawn by its constructor, which may look at the model. It is called with the
// model and with the real object, which offer the same functions, and gives what they answer as
// text:
//
//   struct Remove {
//     std::string name = any_name();
//     std::string operator()(auto& endpoints) const { return endpoints.remove(name); }
//     void show(std::ostream& os) const { os << "remove " << name; }
//   };
//
// What has to hold after each operation stands in agree(model, real).
#pragma once

#include <ostream>
#include <string>

#include <rapidcheck.h>
#include <rapidcheck/state.h>

#include <stt/base/bytes.hpp>
#include <stt/base/drawn_test.hpp>
#include <stt/base/result.hpp>

namespace stt::testing {

template <class Model, class Real, class Operation>
class OnBoth final : public rc::state::Command<Model, Real> {
 public:
  explicit OnBoth(const Model& before) : operation_(drawn(before)) {}

  void apply(Model& model) const override { (void)operation_(model); }
  void run(const Model& before, Real& real) const override {
    Model after = before;
    const std::string expected = operation_(after);
    RC_ASSERT(operation_(real) == expected);
    agree(after, real);
  }
  void show(std::ostream& os) const override { operation_.show(os); }

 private:
  static Operation drawn(const Model& before) {
    if constexpr (std::is_constructible_v<Operation, const Model&>) {
      return Operation(before);
    } else {
      return Operation();
    }
  }

  Operation operation_;
};

// Draws operations, and does them to both. An Operation named twice is drawn twice as often.
template <class... Operations, class Model, class Real>
void keep_beside(const Model& model, Real& real, int operations_max = rc::kNominalSize) {
  const auto any_operation =
      rc::state::gen::execOneOfWithArgs<OnBoth<Model, Real, Operations>...>();
  const auto operations = *rc::gen::scale(static_cast<double>(operations_max) / rc::kNominalSize,
                                          rc::state::gen::commands(model, any_operation));
  rc::state::runAll(operations, model, real);
}

// Answers as text.
inline std::string text_of(ByteView bytes) {
  std::string text;
  for (const std::byte byte : bytes) text += static_cast<char>(byte);
  return text;
}
template <class T, class AsText>
std::string answer_of(const Result<T>& result, AsText as_text) {
  return result ? as_text(*result) : std::string(name(result.error()));
}
inline std::string answer_of(const Result<void>& result) {
  return std::string(result ? "done" : name(result.error()));
}

}  // namespace stt::testing
