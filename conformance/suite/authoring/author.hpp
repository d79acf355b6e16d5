// The table that the vectors come from. Each function below adds the cases of one area. What the
// reference answers stands in the positives; what a negative is refused for is the author's
// intention, and generating fails where the reference does not share it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <conformance/suite/adapter.hpp>
#include <conformance/suite/authoring/edit.hpp>
#include <conformance/suite/case.hpp>
#include <stt/base/errc.hpp>

namespace stt::conform {

// Why a case exists, and the requirements it shows.
struct About {
  std::string why;
  std::vector<std::string> requirements;
  std::string level = "must";
};

struct Refusal {
  std::string stage;
  Errc reason{};
};

class Author {
 public:
  // The reference outlives the author.
  explicit Author(Adapter& reference) : reference_(reference) {}

  // A positive. The kind is the part of the id before the slash.
  void accept(std::string id, About about, nlohmann::json in);
  // A positive whose answer is known from elsewhere: a standard, or the specification.
  void known(std::string id, About about, nlohmann::json in, nlohmann::json out);
  // A proper prefix of something, as an edit of a positive.
  void need_more(std::string id, const char* base, const Edit& edit, std::size_t at_least,
                 About about);
  // A negative: `base` with one edit, and why that is refused.
  void reject(std::string id, const char* base, const Edit& edit, Refusal refusal, About about);

  // A negative that is accepted: the edit has no effect, and the answer is that of the base.
  void accept_same(std::string id, const char* base, const Edit& edit, About about);
  // A negative that is accepted, with an answer of its own: what the edit brings in is no reason to
  // treat it otherwise.
  void accept_edited(std::string id, const char* base, const Edit& edit, About about);

  // A case that was added before shows these, too.
  void cite(const std::string& id, const std::vector<std::string>& requirements);

  // The "out" of a positive that was added before.
  const nlohmann::json& out(const std::string& id) const;
  const nlohmann::json& in(const std::string& id) const;

  // The cases. Throws SuiteError if the reference disagrees with the author about any.
  std::vector<Case> take();

 private:
  const Case& find(const std::string& id) const;
  nlohmann::json ask(const Case& one) const;
  // What `base` becomes by the edit, without an expectation. Throws SuiteError if it is no
  // positive.
  Case edited(std::string id, const char* base, const Edit& edit, About about) const;
  void add(Case one);

  Adapter& reference_;
  std::vector<Case> cases_;
  std::string disagreements_;  // one a line
};

void add_varint_cases(Author& author);
void add_frame_cases(Author& author);
void add_message_cases(Author& author);
void add_stream_cases(Author& author);
void add_crypto_cases(Author& author);
void add_session_cases(Author& author);
void add_handshake_cases(Author& author);
void add_segment_cases(Author& author);
void add_delivery_cases(Author& author);
void add_ack_cases(Author& author);
void add_rotation_cases(Author& author);
void add_storage_cases(Author& author);
void add_derivation_cases(Author& author);
// The next take positives of other areas for their bases.
void add_frame_family_cases(Author& author);
void add_message_family_cases(Author& author);
void add_carriage_cases(Author& author);

// Requirements that cases of all areas show besides their own.
void cite_other_sides(Author& author);

// All of them, by id. Throws SuiteError if the reference disagrees with the author.
std::vector<Case> author_all_cases();

}  // namespace stt::conform
