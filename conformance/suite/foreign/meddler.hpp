// For tests: the reference, but for what a test does to its replies.
#pragma once

#include <functional>
#include <utility>

#include <conformance/suite/adapter.hpp>

namespace stt::conform {

class Meddler final : public Adapter {
 public:
  using Meddle = std::function<void(const nlohmann::json& request, nlohmann::json& reply)>;
  explicit Meddler(Meddle meddle) : meddle_(std::move(meddle)) {}

  nlohmann::json request(const nlohmann::json& message) override {
    nlohmann::json reply = reference_->request(message);
    meddle_(message, reply);
    return reply;
  }

 private:
  std::unique_ptr<Adapter> reference_ = make_reference_adapter();
  Meddle meddle_;
};

}  // namespace stt::conform
