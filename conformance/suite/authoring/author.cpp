#include <conformance/suite/authoring/author.hpp>

#include <algorithm>

#include <conformance/suite/judge.hpp>

namespace stt::conform {

using nlohmann::json;

namespace {

constexpr const char* first_version = "0.1.0";

Case new_case(std::string id, About about, json in) {
  Case one;
  one.id = std::move(id);
  one.since = first_version;
  one.level = std::move(about.level);
  one.requirements = std::move(about.requirements);
  one.kind = one.id.substr(0, one.id.find('/'));
  one.why = std::move(about.why);
  one.in = std::move(in);
  return one;
}

}  // namespace

const Case& Author::find(const std::string& id) const {
  const auto found = std::ranges::find(cases_, id, &Case::id);
  if (found == cases_.end()) throw SuiteError(id + ": is named before it is there");
  return *found;
}

const json& Author::in(const std::string& id) const {
  return find(id).in;
}

const json& Author::out(const std::string& id) const {
  return find(id).expect.at("accept");
}

json Author::ask(const Case& one) const {
  try {
    return reference_.request({{"op", "vector"}, {"kind", one.kind}, {"in", one.in}});
  } catch (const AdapterError& error) {
    throw SuiteError(one.id + ": " + error.what());
  }
}

// What the author expects and what the reference does are the same, or the table is wrong.
void Author::add(Case one) {
  const json actual = ask(one);
  if (judge(one, actual) != Verdict::pass) {
    disagreements_ += one.id + ": expected " + one.expect.dump() + ", the reference answers " +
                      actual.dump() + "\n";
  }
  cases_.push_back(std::move(one));
}

std::vector<Case> Author::take() {
  if (!disagreements_.empty()) throw SuiteError(disagreements_);
  return std::move(cases_);
}

void Author::accept(std::string id, About about, json in) {
  Case one = new_case(std::move(id), std::move(about), std::move(in));
  const json actual = ask(one);
  if (actual.at("outcome") != "accept") {
    throw SuiteError(one.id + ": is a positive, and the reference answers " + actual.dump());
  }
  one.expect = {{"accept", actual.at("out")}};
  add(std::move(one));
}

void Author::known(std::string id, About about, json in, json out) {
  Case one = new_case(std::move(id), std::move(about), std::move(in));
  one.expect = {{"accept", std::move(out)}};
  add(std::move(one));
}

Case Author::edited(std::string id, const char* base, const Edit& edit, About about) const {
  const Case& from = find(base);
  if (!from.expect.contains("accept")) throw SuiteError(id + ": its base is no positive");
  Case one = new_case(std::move(id), std::move(about), from.in);
  edit.apply(one.in);
  one.base = base;
  one.edit = edit.text;
  return one;
}

void Author::need_more(std::string id, const char* base, const Edit& edit, std::size_t at_least,
                       About about) {
  Case one = edited(std::move(id), base, edit, std::move(about));
  one.expect = {{"need_more", {{"at_least", at_least}}}};
  add(std::move(one));
}

void Author::reject(std::string id, const char* base, const Edit& edit, Refusal refusal,
                    About about) {
  Case one = edited(std::move(id), base, edit, std::move(about));
  one.expect = {
      {"reject", {{"stage", refusal.stage}, {"reason", json::array({name(refusal.reason)})}}}};
  add(std::move(one));
}

void Author::accept_same(std::string id, const char* base, const Edit& edit, About about) {
  Case one = edited(std::move(id), base, edit, std::move(about));
  one.expect = find(base).expect;
  add(std::move(one));
}

void Author::accept_edited(std::string id, const char* base, const Edit& edit, About about) {
  Case one = edited(std::move(id), base, edit, std::move(about));
  const json actual = ask(one);
  if (actual.at("outcome") != "accept") {
    throw SuiteError(one.id + ": is to be accepted, and the reference answers " + actual.dump());
  }
  one.expect = {{"accept", actual.at("out")}};
  add(std::move(one));
}

void Author::cite(const std::string& id, const std::vector<std::string>& requirements) {
  const auto found = std::ranges::find(cases_, id, &Case::id);
  if (found == cases_.end()) throw SuiteError(id + ": is cited before it is there");
  for (const std::string& requirement : requirements) {
    if (std::ranges::find(found->requirements, requirement) != found->requirements.end()) {
      throw SuiteError(id + ": shows " + requirement + " already");
    }
    found->requirements.push_back(requirement);
  }
}

std::vector<Case> author_all_cases() {
  const auto reference = make_reference_adapter();
  Author author(*reference);
  add_varint_cases(author);
  add_frame_cases(author);
  add_message_cases(author);
  add_stream_cases(author);
  add_crypto_cases(author);
  add_session_cases(author);
  add_handshake_cases(author);
  add_segment_cases(author);
  add_delivery_cases(author);
  add_ack_cases(author);
  add_rotation_cases(author);
  add_storage_cases(author);
  add_derivation_cases(author);
  add_frame_family_cases(author);
  add_message_family_cases(author);
  add_carriage_cases(author);
  cite_other_sides(author);
  std::vector<Case> cases = author.take();
  std::ranges::sort(cases, {}, &Case::id);
  const auto twice = std::ranges::adjacent_find(cases, {}, &Case::id);
  if (twice != cases.end()) throw SuiteError(twice->id + ": stands twice in the table");
  return cases;
}

}  // namespace stt::conform
