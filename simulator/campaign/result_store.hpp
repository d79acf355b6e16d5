// The results of a campaign, in an SQLite file: a row a seed.
#pragma once

#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <simulator/campaign/seed_range.hpp>
#include <simulator/campaign/world_result.hpp>

struct sqlite3;
struct sqlite3_stmt;

namespace stt::sim {

// The file cannot be read or written, or is another one than expected; what() is a sentence.
struct StoreFailure : std::runtime_error {
  using std::runtime_error::runtime_error;
};
// One seed, two results: what must never happen.
struct Contradiction : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class ResultStore {
 public:
  // A new file; fails if it is there already. An empty path: in memory.
  static ResultStore create(const std::string& path);
  // One that is there.
  static ResultStore open(const std::string& path);
  ~ResultStore();
  ResultStore(ResultStore&&) noexcept;
  ResultStore& operator=(ResultStore&&) = delete;

  // A result that is there already must be the same one: Contradiction. Kept for good at the next
  // commit().
  void add(std::uint64_t seed, const WorldResult& result);
  void commit();

  std::optional<WorldResult> find(std::uint64_t seed) const;
  std::uint64_t size() const;
  // In the order of seeds.
  void each(const std::function<void(std::uint64_t seed, const WorldResult&)>& visit) const;
  // What of `range` is not there yet, as ranges in order.
  std::vector<SeedRange> missing(SeedRange range) const;

  struct FaultTotal {
    Kind kind{};
    std::uint64_t times = 0;
    std::uint64_t worlds = 0;
  };
  // Of every kind of fault, in the order of Kind.
  std::vector<FaultTotal> fault_totals() const;
  FaultsByState state_totals() const;
  struct Total {
    std::uint64_t worlds = 0;
    std::uint64_t failures = 0;
    std::uint64_t first_seed = 0;
    std::uint64_t last_seed = 0;
    std::uint64_t events = 0;
    std::uint64_t cpu_us = 0;
    double simulated_s = 0;
  };
  Total total() const;
  // Those that took the most CPU, and those that did not pass: in this order, at most `most`.
  std::vector<WorldResult> slowest(std::size_t most) const;
  std::vector<WorldResult> failures(std::size_t most) const;

 private:
  class Statement;
  explicit ResultStore(sqlite3* database, std::string path);
  void execute(const std::string& sql) const;
  [[noreturn]] void fail() const;
  std::vector<WorldResult> select(const std::string& rest) const;

  sqlite3* database_ = nullptr;
  std::string path_;
  bool is_in_transaction_ = false;
  std::unique_ptr<Statement> insert_;
  std::unique_ptr<Statement> lookup_;
};

}  // namespace stt::sim
