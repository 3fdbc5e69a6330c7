#include "plumbing/lineage/name_candidates.h"

#include <algorithm>
#include <utility>

#include "objects/base/hex.h"
#include "objects/composite.h"
#include "objects/history.h"
#include "plumbing/claimed_content.h"
#include "plumbing/lineage/one_line.h"

namespace roar::plumbing {
namespace {

constexpr std::size_t kShown = 20;

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'A' && c <= 'F') c = static_cast<char>(c - 'A' + 'a');
  }
  return result;
}

}  // namespace

NameCandidates::NameCandidates(const ReadTransaction& transaction, std::string_view digits)
    : transaction_(transaction), digits_(is_hex(digits) ? lower(digits) : std::string(digits)) {}

void NameCandidates::add(const ObjectId& id, std::string what, std::string session) {
  const auto info = transaction_.info(id);
  if (info)
    found_.push_back({.object = *info, .what = std::move(what), .session = std::move(session)});
}

void NameCandidates::add_objects() {
  if (digits_.size() > 2 * ObjectId::kSize) return;
  for (const ObjectInfo& info : transaction_.with_prefix(digits_, kShown)) {
    found_.push_back({.object = info, .what = "id"});
  }
}

void NameCandidates::add_digests(std::string_view algorithm) {
  for (const DigestMatch& match : artifacts_with_digest(transaction_, algorithm, digits_, kShown)) {
    // A claim about content that was seen since names that content.
    add(content_of(transaction_, match.artifact), match.algorithm + ":" + match.digest);
  }
  for (const CompositeMatch& match :
       composites_with_digest(transaction_, algorithm, digits_, kShown))
    add(match.composite, match.algorithm + ":" + match.digest);
}

void NameCandidates::add_jobs() {
  for (const ObjectId& job : jobs_with_uid(transaction_, digits_, kShown)) {
    add(job, "uid " + read_job(transaction_, job).uid);
  }
}

void NameCandidates::add_sessions() {
  constexpr std::string_view kRefs = "refs/sessions/";
  for (const Ref& ref : transaction_.refs(std::string(kRefs) + digits_)) {
    const std::string session = ref.name.substr(kRefs.size());
    if (ref.target) add(*ref.target, "session " + session, session);
  }
}

bool NameCandidates::is_one() const {
  return !found_.empty() && std::ranges::all_of(found_, [&](const Candidate& candidate) {
    return candidate.object.id == first();
  });
}

std::string NameCandidates::lines() {
  std::ranges::stable_sort(found_, [](const Candidate& a, const Candidate& b) {
    return std::pair(type_name(a.object.type), a.object.id) <
           std::pair(type_name(b.object.type), b.object.id);
  });
  std::string text;
  for (const Candidate& candidate : found_) {
    text += "\n  " + candidate.object.id.hex() + " " +
            std::string(type_name(candidate.object.type)) + "  (" + candidate.what + ")  " +
            one_line(transaction_, candidate.object);
  }
  return text;
}

}  // namespace roar::plumbing
