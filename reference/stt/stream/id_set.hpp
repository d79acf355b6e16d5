// A set of stream ids that only grows: at most 8 KiB, and 512 bytes for the first 4,096 ids.
#pragma once

#include <array>
#include <cstdint>
#include <memory>

#include <stt/wire/types.hpp>

namespace stt::stream {

class IdSet {
 public:
  void insert(StreamId id) {
    std::unique_ptr<Page>& page = pages_[id.value() / page_ids];
    if (!page) page = std::make_unique<Page>();
    (*page)[id.value() % page_ids / 64] |= bit(id);
  }
  bool contains(StreamId id) const {
    const std::unique_ptr<Page>& page = pages_[id.value() / page_ids];
    return page && ((*page)[id.value() % page_ids / 64] & bit(id)) != 0;
  }

 private:
  static constexpr std::size_t page_ids = 4'096;
  using Page = std::array<std::uint64_t, page_ids / 64>;
  static std::uint64_t bit(StreamId id) { return std::uint64_t{1} << (id.value() % 64); }

  std::array<std::unique_ptr<Page>, 65'536 / page_ids> pages_;
};

}  // namespace stt::stream
