// What has happened in a case, in order: what the subject sent and told, each a flat JSON object,
// and beside it the ladder for reports, with what we did.
#pragma once

#include <optional>
#include <vector>

#include <nlohmann/json.hpp>
#include <stt/base/bytes.hpp>

namespace stt::conform::peers {

// Whether each member of `pattern` is in `happening` and fits: equal, or {"at_least": n},
// {"at_most": n} for numbers, one of a list, or "*" for anything.
bool fits(const nlohmann::json& pattern, const nlohmann::json& happening);

class Journal {
 public:
  // `raw` is the frame itself, if it was one. Members that `raw` repeats stay out of the ladder.
  void happened(std::int64_t now, nlohmann::json happening, Bytes raw = {});
  void did(std::int64_t now, const std::string& what);

  // Expectations look at what has happened since here.
  void begin_scope() { scope_ = entries_.size(); }
  // Everything so far is settled: no later scope reaches back before here.
  void settle() { settled_ = scope_ = entries_.size(); }
  void rewind() { scope_ = settled_; }

  // The first entry in scope that fits and was not taken, or nothing.
  std::optional<std::size_t> find(const nlohmann::json& pattern) const;
  std::size_t count(const nlohmann::json& pattern) const;
  // The numbers that the entries in scope that fit have as this member, added up.
  std::size_t sum(const nlohmann::json& pattern, const std::string& member) const;
  // The same, of the entries that have this member.
  std::optional<std::size_t> find_member(const char* member) const;

  void take(std::size_t entry) { entries_[entry].taken = true; }
  const nlohmann::json& what(std::size_t entry) const { return entries_[entry].happening; }
  const Bytes& raw(std::size_t entry) const { return entries_[entry].raw; }
  const nlohmann::json& ladder() const { return ladder_; }

 private:
  struct Entry {
    nlohmann::json happening;
    Bytes raw;
    bool taken = false;
  };
  void note(std::int64_t now, const std::string& line);

  std::vector<Entry> entries_;
  std::size_t scope_ = 0;
  std::size_t settled_ = 0;
  nlohmann::json ladder_ = nlohmann::json::array();
};

}  // namespace stt::conform::peers
