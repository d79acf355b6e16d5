#include <stt/adapters/async/error.hpp>

#include <string>

namespace stt {
namespace {

namespace conditions = boost::system::errc;

class Category final : public boost::system::error_category {
 public:
  const char* name() const noexcept override { return "stt"; }

  std::string message(int value) const override {
    const auto code = errc_from_number(static_cast<std::uint64_t>(value));
    return code ? std::string(stt::name(*code)) : "an unknown error";
  }

  bool failed(int value) const noexcept override {
    return value != static_cast<int>(Errc::no_error) && value != 0;
  }

  boost::system::error_condition default_error_condition(int value) const noexcept override {
    switch (static_cast<Errc>(value)) {
      case Errc::handshake_timeout:
      case Errc::websocket_deadline:
      case Errc::websocket_idle_timeout:
      case Errc::idle_timeout: return conditions::make_error_condition(conditions::timed_out);
      case Errc::invalid_argument:
        return conditions::make_error_condition(conditions::invalid_argument);
      case Errc::would_block:
        return conditions::make_error_condition(conditions::operation_would_block);
      case Errc::address_in_use:
        return conditions::make_error_condition(conditions::address_in_use);
      case Errc::address_unusable:
        return conditions::make_error_condition(conditions::address_not_available);
      default: return {value, *this};
    }
  }
};

}  // namespace

const boost::system::error_category& error_category() {
  static const Category category;
  return category;
}

}  // namespace stt
