#include "plumbing/resolve.h"

#include <algorithm>
#include <system_error>
#include <vector>

#include "objects/base/error.h"
#include "objects/base/hex.h"
#include "objects/history.h"
#include "plumbing/claimed_content.h"
#include "plumbing/quote.h"
#include "plumbing/steps.h"

namespace roar::plumbing {
namespace {

constexpr std::size_t kCandidatesShown = 20;

struct Candidate {
  ObjectInfo object;
  std::string what;  // how it matches, for a list of candidates
};

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'A' && c <= 'F') c = static_cast<char>(c - 'A' + 'a');
  }
  return result;
}

[[noreturn]] void not_found(std::string_view name, const std::string& why = {}) {
  throw Error(Errc::NotFound, quoted_path(name) + " names nothing that is recorded" +
                                  (why.empty() ? std::string() : ": " + why));
}

class NameResolver {
 public:
  NameResolver(const ReadTransaction& transaction, std::string_view name)
      : transaction_(transaction), name_(name) {}

  // Nullopt if the name is of none of the forms that are no path.
  std::optional<ObjectId> by_form() const {
    if (name_.starts_with('@')) return by_step();
    if (name_ == "HEAD" || name_.starts_with("refs/")) return by_ref();
    const std::size_t colon = name_.find(':');
    if (colon != std::string_view::npos && is_hex(name_.substr(colon + 1))) {
      return by_kind(name_.substr(0, colon), lower(name_.substr(colon + 1)));
    }
    if (is_hex(name_) && name_.size() >= kPrefixMin) return by_digits(lower(name_));
    return std::nullopt;
  }

 private:
  ObjectId by_step() const {
    const auto reference = parse_step_reference(name_);
    if (!reference) {
      throw Error(Errc::NotFound, "invalid DAG reference " + quoted_path(name_) +
                                      "; use @N or @BN where N is a number from 1");
    }
    const auto session = active_session(transaction_);
    if (!session) not_found(name_, "there is no active session");
    const auto job = job_of_step(transaction_, *session, *reference);
    if (!job) not_found(name_, "the active session has no such step");
    return *job;
  }

  ObjectId by_ref() const {
    const auto target = transaction_.resolve_ref(name_);
    if (!target) not_found(name_, "there is no such ref");
    return *target;
  }

  std::optional<ObjectId> by_kind(std::string_view kind, const std::string& digits) const {
    std::vector<Candidate> candidates;
    if (kind == "oid") {
      add_objects(digits, candidates);
    } else if (kind == "job") {
      add_jobs(digits, candidates);
    } else if (kind == "session") {
      add_sessions(digits, candidates);
    } else if (kind == "path") {
      return std::nullopt;
    } else {
      add_digests(kind, digits, candidates);
    }
    return only(candidates);
  }

  // A whole name is taken in the order in which the documentation lists the kinds. A prefix must
  // stand for one thing among all kinds.
  std::optional<ObjectId> by_digits(const std::string& digits) const {
    std::vector<Candidate> candidates;
    add_objects(digits, candidates);
    if (digits.size() == 2 * ObjectId::kSize && !candidates.empty()) return only(candidates);
    add_digests({}, digits, candidates);
    add_jobs(digits, candidates);
    add_sessions(digits, candidates);
    if (candidates.empty()) return std::nullopt;
    return only(candidates);
  }

  void add(const ObjectId& id, std::string what, std::vector<Candidate>& candidates) const {
    const auto info = transaction_.info(id);
    if (info) candidates.push_back({.object = *info, .what = std::move(what)});
  }

  void add_objects(const std::string& digits, std::vector<Candidate>& candidates) const {
    if (digits.size() > 2 * ObjectId::kSize) return;
    for (const ObjectInfo& info : transaction_.with_prefix(digits, kCandidatesShown)) {
      candidates.push_back({.object = info, .what = "id"});
    }
  }

  void add_digests(std::string_view algorithm, const std::string& digits,
                   std::vector<Candidate>& candidates) const {
    for (const DigestMatch& match :
         artifacts_with_digest(transaction_, algorithm, digits, kCandidatesShown)) {
      // A claim about content that was seen since names that content.
      add(content_of(transaction_, match.artifact), match.algorithm + ":" + match.digest,
          candidates);
    }
  }

  void add_jobs(const std::string& digits, std::vector<Candidate>& candidates) const {
    for (const ObjectId& job : jobs_with_uid(transaction_, digits, kCandidatesShown)) {
      add(job, "uid " + read_job(transaction_, job).uid, candidates);
    }
  }

  void add_sessions(const std::string& digits, std::vector<Candidate>& candidates) const {
    for (const SessionSummary& session : sessions(transaction_)) {
      if (session.id.starts_with(digits)) add(session.head, "session " + session.id, candidates);
    }
  }

  // Two ways to name one object are not two objects.
  ObjectId only(std::vector<Candidate>& candidates) const {
    if (candidates.empty()) not_found(name_);
    const ObjectId& first = candidates.front().object.id;
    if (std::ranges::all_of(
            candidates, [&](const Candidate& candidate) { return candidate.object.id == first; })) {
      return first;
    }
    std::ranges::sort(candidates, {}, [](const Candidate& candidate) {
      return std::pair(candidate.object.type, candidate.object.id);
    });
    std::string message = quoted_path(name_) + " is ambiguous; candidates:";
    for (const Candidate& candidate : candidates) {
      message += "\n  " + candidate.object.id.hex() + " " +
                 std::string(type_name(candidate.object.type)) + "  (" + candidate.what + ")";
    }
    throw Error(Errc::Conflict, message);
  }

  const ReadTransaction& transaction_;
  std::string_view name_;
};

// The newest version of a stored path whose content is known.
std::optional<ResolvedName> newest_version_at(const ReadTransaction& transaction,
                                              const std::string& stored) {
  const auto uses = uses_of_path(transaction, stored);
  const auto newest = std::find_if(uses.rbegin(), uses.rend(),
                                   [](const Use& use) { return use.artifact.has_value(); });
  if (newest == uses.rend()) return std::nullopt;
  return ResolvedName{.id = *newest->artifact, .type = ObjectType::Artifact, .path = stored};
}

std::optional<ResolvedName> newest_version(const ReadTransaction& transaction,
                                           const Workspace& workspace, std::string_view name) {
  const std::filesystem::path absolute =
      workspace.directory / name;  // or `name`, if that is absolute
  const std::filesystem::path lexical = absolute.lexically_normal();
  auto version = newest_version_at(transaction, stored_path(workspace, lexical.native()));
  if (version) return version;
  // Paths are recorded as the kernel resolves them, so a name that leads through a symbolic link is
  // found only so.
  std::error_code error;
  const std::filesystem::path resolved = std::filesystem::weakly_canonical(absolute, error);
  if (error || resolved == lexical) return std::nullopt;
  return newest_version_at(transaction, stored_path(workspace, resolved.native()));
}

}  // namespace

ResolvedName resolve(const ReadTransaction& transaction, const Workspace& workspace,
                     std::string_view name) {
  constexpr std::string_view kPath = "path:";
  if (name.starts_with(kPath)) {
    auto version = newest_version(transaction, workspace, name.substr(kPath.size()));
    if (!version) not_found(name, "no job read or wrote this path");
    return *version;
  }
  const auto id = NameResolver(transaction, name).by_form();
  if (id) return {.id = *id, .type = transaction.info(*id)->type, .path = {}};
  auto version = newest_version(transaction, workspace, name);
  if (!version) not_found(name, "no job read or wrote this path");
  return *version;
}

ObjectId resolve_object(const ReadTransaction& transaction, std::string_view name) {
  const auto id = NameResolver(transaction, name).by_form();
  if (!id) not_found(name);
  return *id;
}

std::string short_id(const ReadTransaction& transaction, const ObjectId& id) {
  std::string hex = id.hex();
  for (std::size_t length = 8; length < hex.size(); ++length) {
    if (transaction.with_prefix(hex.substr(0, length), 2).size() < 2) return hex.substr(0, length);
  }
  return hex;
}

}  // namespace roar::plumbing
