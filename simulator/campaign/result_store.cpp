#include <simulator/campaign/result_store.hpp>

#include <sqlite3.h>

#include <filesystem>
#include <utility>

#include <nlohmann/json.hpp>
#include <stt/base/hex.hpp>

namespace stt::sim {
namespace {

constexpr std::string_view fixed_columns =
    "seed, token, verdict, trace, problems, simulated_ns, events, cpu_us, states";
constexpr int first_fault_column = 9;

std::vector<Kind> fault_kinds() {
  std::vector<Kind> kinds;
  for (std::size_t i = 0; i < kind_count; ++i) {
    if (is_fault(static_cast<Kind>(i))) kinds.push_back(static_cast<Kind>(i));
  }
  return kinds;
}

// "fault_lost, fault_..." with `around` as in "sum(#)".
std::string for_each_fault(const std::string& around) {
  std::string text;
  for (const Kind kind : fault_kinds()) {
    std::string each = around;
    for (std::size_t at = 0; (at = each.find('#', at)) != std::string::npos;) {
      each.replace(at, 1, "fault_" + std::string(name(kind)));
    }
    text += ", " + each;
  }
  return text;
}

std::string columns() {
  return std::string(fixed_columns) + for_each_fault("#");
}

}  // namespace

// A prepared statement and its row.
class ResultStore::Statement {
 public:
  Statement(const ResultStore& store, const std::string& sql) : store_(store) {
    if (sqlite3_prepare_v2(store.database_, sql.c_str(), -1, &statement_, nullptr) != SQLITE_OK) {
      store.fail();
    }
  }
  ~Statement() { sqlite3_finalize(statement_); }
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  void bind(int at, std::uint64_t value) {
    sqlite3_bind_int64(statement_, at, static_cast<sqlite3_int64>(value));
  }
  void bind(int at, const std::string& value) {
    sqlite3_bind_text(statement_, at, value.c_str(), -1, SQLITE_TRANSIENT);
  }
  void bind(int at, ByteView value) {
    // A null pointer would be NULL.
    sqlite3_bind_blob(statement_, at, value.empty() ? "" : static_cast<const void*>(value.data()),
                      static_cast<int>(value.size()), SQLITE_TRANSIENT);
  }
  // Whether there is a row.
  bool step() {
    const int result = sqlite3_step(statement_);
    if (result != SQLITE_ROW && result != SQLITE_DONE) store_.fail();
    return result == SQLITE_ROW;
  }
  void reset() { sqlite3_reset(statement_); }
  std::uint64_t number(int column) const {
    return static_cast<std::uint64_t>(sqlite3_column_int64(statement_, column));
  }
  std::string text(int column) const {
    const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
    return bytes == nullptr ? std::string() : std::string(bytes);
  }
  std::string hex(int column) const {
    const auto* bytes = static_cast<const std::byte*>(sqlite3_column_blob(statement_, column));
    return to_hex({bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))});
  }
  WorldResult row() const;

 private:
  const ResultStore& store_;
  sqlite3_stmt* statement_ = nullptr;
};

WorldResult ResultStore::Statement::row() const {
  WorldResult result;
  result.token = text(1);
  const auto verdict = verdict_from_name(text(2));
  const auto problems = nlohmann::json::parse(text(4), nullptr, false);
  const auto states = parse_states(text(8));
  if (!verdict || !problems.is_array() || !states) throw StoreFailure(store_.path_ + " is damaged");
  result.verdict = *verdict;
  result.trace = hex(3);
  for (const auto& problem : problems) result.problems.push_back(problem.get<std::string>());
  result.simulated = Duration(static_cast<Duration::rep>(number(5)));
  result.events = number(6);
  result.cpu_us = number(7);
  result.states = *states;
  int column = first_fault_column;
  for (const Kind kind : fault_kinds()) {
    result.faults[static_cast<std::size_t>(kind)] = number(column++);
  }
  return result;
}

ResultStore::ResultStore(sqlite3* database, std::string path)
    : database_(database), path_(std::move(path)) {}

ResultStore::ResultStore(ResultStore&& other) noexcept
    : database_(std::exchange(other.database_, nullptr)),
      path_(std::move(other.path_)),
      is_in_transaction_(other.is_in_transaction_) {
  // Statements name the store that they belong to; they are made again when they are needed.
  other.insert_.reset();
  other.lookup_.reset();
}

ResultStore::~ResultStore() {
  insert_.reset();
  lookup_.reset();
  sqlite3_close(database_);
}

ResultStore ResultStore::create(const std::string& path) {
  if (!path.empty() && std::filesystem::exists(path))
    throw StoreFailure(path + " is there already");
  sqlite3* database = nullptr;
  sqlite3_open(path.empty() ? ":memory:" : path.c_str(), &database);
  ResultStore store(database, path);
  // A row that was committed survives the death of this process; power is another matter.
  store.execute("PRAGMA synchronous = OFF");
  store.execute(
      "CREATE TABLE results (seed INTEGER PRIMARY KEY, token TEXT NOT NULL, verdict TEXT NOT NULL,"
      " trace BLOB NOT NULL, problems TEXT NOT NULL, simulated_ns INTEGER NOT NULL,"
      " events INTEGER NOT NULL, cpu_us INTEGER NOT NULL, states TEXT NOT NULL" +
      for_each_fault("# INTEGER NOT NULL") + ")");
  return store;
}

ResultStore ResultStore::open(const std::string& path) {
  if (!std::filesystem::exists(path)) throw StoreFailure("there is no " + path);
  sqlite3* database = nullptr;
  sqlite3_open_v2(path.c_str(), &database, SQLITE_OPEN_READWRITE, nullptr);
  ResultStore store(database, path);
  store.execute("PRAGMA synchronous = OFF");
  // Whoever has other kinds of faults has another simulator.
  store.select("LIMIT 0");
  return store;
}

void ResultStore::fail() const {
  throw StoreFailure((path_.empty() ? "the results" : path_) + ": " + sqlite3_errmsg(database_));
}

void ResultStore::execute(const std::string& sql) const {
  if (sqlite3_exec(database_, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) fail();
}

void ResultStore::add(std::uint64_t seed, const WorldResult& result) {
  if (const auto present = find(seed)) {
    if (present->same_as(result)) return;
    throw Contradiction("seed " + std::to_string(seed) + " has two results:\n  " +
                        canonical_json(*present) + "\n  " + canonical_json(result));
  }
  if (!is_in_transaction_) execute("BEGIN");
  is_in_transaction_ = true;
  if (!insert_) {
    std::string places = "?,?,?,?,?,?,?,?,?";
    for (std::size_t i = 0; i < fault_kinds().size(); ++i) places += ",?";
    insert_ = std::make_unique<Statement>(
        *this, "INSERT INTO results (" + columns() + ") VALUES (" + places + ")");
  }
  Statement& insert = *insert_;
  insert.bind(1, seed);
  insert.bind(2, result.token);
  insert.bind(3, std::string(name(result.verdict)));
  insert.bind(4, from_hex(result.trace).value_or(Bytes{}));
  insert.bind(5, nlohmann::json(result.problems).dump());
  insert.bind(6, static_cast<std::uint64_t>(result.simulated.count()));
  insert.bind(7, result.events);
  insert.bind(8, result.cpu_us);
  insert.bind(9, to_json(result.states));
  int at = first_fault_column + 1;
  for (const Kind kind : fault_kinds()) {
    insert.bind(at++, result.faults[static_cast<std::size_t>(kind)]);
  }
  insert.step();
  insert.reset();
}

void ResultStore::commit() {
  if (is_in_transaction_) execute("COMMIT");
  is_in_transaction_ = false;
}

std::optional<WorldResult> ResultStore::find(std::uint64_t seed) const {
  const auto found = select("WHERE seed = " + std::to_string(seed));
  if (found.empty()) return std::nullopt;
  return found.front();
}

std::vector<WorldResult> ResultStore::select(const std::string& rest) const {
  Statement rows(*this, "SELECT " + columns() + " FROM results " + rest);
  std::vector<WorldResult> found;
  while (rows.step()) found.push_back(rows.row());
  return found;
}

std::uint64_t ResultStore::size() const {
  return total().worlds;
}

void ResultStore::each(const std::function<void(std::uint64_t, const WorldResult&)>& visit) const {
  Statement rows(*this, "SELECT " + columns() + " FROM results ORDER BY seed");
  while (rows.step()) visit(rows.number(0), rows.row());
}

std::vector<SeedRange> ResultStore::missing(SeedRange range) const {
  std::vector<SeedRange> gaps;
  Statement rows(*this, "SELECT seed FROM results WHERE seed BETWEEN " +
                            std::to_string(range.first) + " AND " + std::to_string(range.last) +
                            " ORDER BY seed");
  std::uint64_t next = range.first;
  while (rows.step()) {
    const std::uint64_t seed = rows.number(0);
    if (seed > next) gaps.push_back({next, seed - 1});
    next = seed + 1;
  }
  if (range.size() > 0 && next <= range.last) gaps.push_back({next, range.last});
  return gaps;
}

std::vector<ResultStore::FaultTotal> ResultStore::fault_totals() const {
  Statement sums(*this, "SELECT 0" + for_each_fault("total(#), total(# > 0)") + " FROM results");
  std::vector<FaultTotal> totals;
  if (!sums.step()) return totals;
  int column = 1;
  for (const Kind kind : fault_kinds()) {
    totals.push_back({kind, sums.number(column), sums.number(column + 1)});
    column += 2;
  }
  return totals;
}

FaultsByState ResultStore::state_totals() const {
  Statement rows(*this, "SELECT states FROM results");
  FaultsByState totals{};
  while (rows.step()) {
    const auto states = parse_states(rows.text(0));
    if (!states) throw StoreFailure(path_ + " is damaged");
    for (std::size_t kind = 0; kind < kind_count; ++kind) {
      for (std::size_t state = 0; state < protocol_state_count; ++state) {
        totals[kind][state] += (*states)[kind][state];
      }
    }
  }
  return totals;
}

ResultStore::Total ResultStore::total() const {
  Statement row(*this,
                "SELECT count(*), total(verdict <> 'pass'), min(seed), max(seed), total(events),"
                " total(cpu_us), total(simulated_ns) FROM results");
  row.step();
  return {row.number(0),
          row.number(1),
          row.number(2),
          row.number(3),
          row.number(4),
          row.number(5),
          static_cast<double>(row.number(6)) / 1e9};
}

std::vector<WorldResult> ResultStore::slowest(std::size_t most) const {
  return select("ORDER BY cpu_us DESC, seed LIMIT " + std::to_string(most));
}

std::vector<WorldResult> ResultStore::failures(std::size_t most) const {
  return select("WHERE verdict <> 'pass' ORDER BY seed LIMIT " + std::to_string(most));
}

}  // namespace stt::sim
