// What an event carries: any value of the application, borrowed for the time of the emit.
#pragma once

#include <string_view>
#include <type_traits>
#include <typeinfo>

#include <stt/base/bytes.hpp>

namespace stt::primitives {

// The type under which a T travels, so that who emits and who handles need not agree on how a text
// or bytes are held: "text", std::string and std::string_view are one, Bytes and ByteView another.
template <class T>
using CarriedAs = std::conditional_t<
    std::is_convertible_v<const T&, std::string_view>, std::string_view,
    std::conditional_t<std::is_convertible_v<const T&, ByteView>, ByteView, std::decay_t<T>>>;

// One value, its type forgotten.
class Payload {
 public:
  Payload() = default;  // none
  // Borrows `value`.
  template <class Carried>
  static Payload of(const Carried& value) {
    static_assert(std::is_same_v<Carried, CarriedAs<Carried>>);
    Payload payload;
    payload.type_ = &typeid(Carried);
    payload.value_ = &value;
    return payload;
  }

  // The value, or nullptr if it is carried as another type.
  template <class Carried>
  const Carried* as() const {
    if (type_ == nullptr || *type_ != typeid(Carried)) return nullptr;
    return static_cast<const Carried*>(value_);
  }

 private:
  const std::type_info* type_ = nullptr;
  const void* value_ = nullptr;
};

}  // namespace stt::primitives
