#include "plumbing/lineage/name_base.h"

#include <array>
#include <utility>

#include "objects/base/error.h"
#include "objects/base/hex.h"
#include "objects/history.h"
#include "objects/ref_name.h"
#include "plumbing/lineage/name_candidates.h"
#include "plumbing/lineage/one_line.h"
#include "plumbing/query/expression.h"
#include "plumbing/quote.h"
#include "plumbing/steps.h"

namespace roar::plumbing {
namespace {

constexpr std::string_view kSessionRefs = "refs/sessions/";

// Positions in name_forms().
enum Form : std::size_t { kStep, kRef, kCommand, kPath, kKind, kDigits };

[[noreturn]] void not_found(std::string_view name, const std::string& why = {}) {
  throw Error(Errc::NotFound, quoted_subject(name) + " names nothing that is recorded" +
                                  (why.empty() ? std::string() : ": " + why));
}

std::string command_text(const Job& job) {
  std::string text;
  for (const std::string& word : job.argv) {
    if (!text.empty()) text += ' ';
    text += word;
  }
  return text;
}

ObjectId only(NameCandidates& candidates, std::string_view name) {
  if (candidates.empty()) not_found(name);
  if (candidates.is_one()) return candidates.first();
  throw Error(Errc::Conflict,
              quoted_subject(name) + " is ambiguous; candidates:" + candidates.lines());
}

}  // namespace

void NameBases::note(std::size_t form, std::string outcome) const {
  if (explanation_ != nullptr)
    explanation_->tried.push_back({name_forms().at(form), std::move(outcome)});
}

std::string NameBases::described(const ObjectId& id) const {
  const auto info = transaction_.info(id);
  if (!info) throw Error(Errc::Corrupt, "object " + id.hex() + " is missing");
  return id.hex() + " " + std::string(type_name(info->type)) + "  " + one_line(transaction_, *info);
}

std::optional<NameBase> NameBases::find(std::string_view text) const {
  using Find = std::optional<NameBase> (NameBases::*)(std::string_view) const;
  struct Entry {
    Form form;
    Find find;
  };
  constexpr std::array<Entry, 4> kEntries{{{kStep, &NameBases::by_step},
                                           {kRef, &NameBases::by_ref},
                                           {kKind, &NameBases::by_kind},
                                           {kDigits, &NameBases::by_digits}}};
  for (const Entry& entry : kEntries) {
    if (entry.form == kKind) {
      note(kCommand, "no");
      note(kPath, "no");
    }
    try {
      auto found = (this->*entry.find)(text);
      note(entry.form, found ? described(found->id) : "no");
      if (found) return found;
    } catch (const Error& error) {
      note(entry.form, error.what());
      throw;
    }
  }
  return std::nullopt;
}

std::optional<NameBase> NameBases::by_step(std::string_view text) const {
  if (!text.starts_with('@')) return std::nullopt;
  const auto session = active_session(transaction_);
  if (text == "@") {
    const auto head = transaction_.resolve_ref("HEAD");
    if (!session || !head) not_found(text, "there is no active session");
    return NameBase{.id = *head, .ref = std::string(kSessionRefs) + *session, .path = {}};
  }
  const auto reference = parse_step_reference(text);
  if (!reference) {
    throw Error(Errc::NotFound, "invalid DAG reference " + quoted_subject(text) +
                                    "; use @N or @BN where N is a number from 1");
  }
  if (!session) not_found(text, "there is no active session");
  const auto job = job_of_step(transaction_, *session, *reference);
  if (!job) not_found(text, "the active session has no such step");
  return NameBase{.id = *job, .ref = {}, .path = {}};
}

std::optional<NameBase> NameBases::by_ref(std::string_view text) const {
  if (text != "HEAD" && !text.starts_with("refs/")) return std::nullopt;
  const auto target = transaction_.resolve_ref(text);
  if (!target) not_found(text, "there is no such ref");
  return NameBase{.id = *target, .ref = std::string(text), .path = {}};
}

std::optional<NameBase> NameBases::by_kind(std::string_view text) const {
  constexpr std::string_view kSession = "session/";
  const std::size_t end = text.starts_with(kSession) ? kSession.size() - 1 : text.find(':');
  if (end == std::string_view::npos || end == 0) return std::nullopt;
  const std::string_view kind = text.substr(0, end);
  if (!is_hex(text.substr(end + 1))) return by_text_digest(kind, text.substr(end + 1));
  NameCandidates candidates(transaction_, text.substr(end + 1));
  if (kind == "oid") {
    candidates.add_objects();
  } else if (kind == "job") {
    candidates.add_jobs();
  } else if (kind == "session") {
    candidates.add_sessions();
  } else {
    candidates.add_digests(kind);
  }
  NameBase base{.id = only(candidates, text), .ref = {}, .path = {}};
  if (kind == "session") base.ref = std::string(kSessionRefs) + candidates.session();
  return base;
}

// What servers call contents need not be hexadecimal. A path may look the same.
std::optional<NameBase> NameBases::by_text_digest(std::string_view algorithm,
                                                  std::string_view digest) const {
  if (digest.empty()) return std::nullopt;
  NameCandidates candidates(transaction_, digest);
  candidates.add_digests(algorithm);
  if (candidates.empty()) return std::nullopt;
  return NameBase{.id = only(candidates, std::string(algorithm).append(":").append(digest)),
                  .ref = {},
                  .path = {}};
}

// A whole name is taken in the order in which the documentation lists the kinds. A prefix must
// stand for one thing among all kinds.
std::optional<NameBase> NameBases::by_digits(std::string_view text) const {
  if (!is_hex(text) || text.size() < kPrefixMin) return std::nullopt;
  NameCandidates candidates(transaction_, text);
  candidates.add_objects();
  if (text.size() != 2 * ObjectId::kSize || candidates.empty()) {
    candidates.add_digests({});
    candidates.add_jobs();
    candidates.add_sessions();
  }
  if (candidates.empty()) return std::nullopt;
  NameBase base{.id = only(candidates, text), .ref = {}, .path = {}};
  if (!candidates.session().empty()) base.ref = std::string(kSessionRefs) + candidates.session();
  return base;
}

std::optional<NameBase> NameBases::short_ref(std::string_view text) const {
  for (const std::string_view folder : {std::string_view("refs/"), kSessionRefs}) {
    const std::string name = std::string(folder).append(text);
    if (!is_ref_name(name)) continue;
    if (const auto target = transaction_.resolve_ref(name))
      return NameBase{.id = *target, .ref = name, .path = {}};
  }
  return std::nullopt;
}

NameBase NameBases::by_command(std::string_view expression) const {
  if (expression.empty()) throw Error(Errc::Usage, "no expression follows ':/'");
  const Expression compiled{std::string(expression)};
  NameBase base;
  for_each_job_by_start(transaction_, [&](const ObjectId& id) {
    if (!compiled.matches(command_text(read_job(transaction_, id)))) return true;
    base.id = id;
    return false;
  });
  if (base.id.is_zero()) not_found(std::string(":/").append(expression), "no command matches");
  return base;
}

std::string NameBases::other_ref(std::string_view digits) const {
  // What is a session's id is found as digits, too.
  const std::string name = "refs/" + std::string(digits);
  return is_ref_name(name) && transaction_.ref(name) ? name : std::string();
}

}  // namespace roar::plumbing
