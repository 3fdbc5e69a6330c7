#include "plumbing/lineage/earlier.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>

#include "objects/base/error.h"
#include "objects/history.h"
#include "objects/newest_uses.h"
#include "objects/session.h"
#include "plumbing/lineage/moment.h"
#include "plumbing/quote.h"

namespace roar::plumbing {
namespace {

constexpr std::string_view kSessionRefs = "refs/sessions/";

// A count of up to eight digits; what is longer can only be meant as a time.
std::optional<std::size_t> count_of(std::string_view when) {
  constexpr std::size_t kDigitsMax = 8;
  if (when.empty() || when.size() > kDigitsMax) return std::nullopt;
  std::size_t count = 0;
  const char* end = when.data() + when.size();
  const auto [stop, error] = std::from_chars(when.data(), end, count);
  if (error != std::errc() || stop != end) return std::nullopt;
  return count;
}

Timestamp moment_of(std::string_view when) {
  const auto moment = parse_moment(when, Timestamp::now());
  if (!moment)
    throw Error(Errc::Usage, "'" + std::string(when) +
                                 "' is neither a number nor a time; write @{2}, @{yesterday}, "
                                 "@{3.days.ago} or @{2026-01-31T12:00}");
  return *moment;
}

ObjectId existing(const ObjectId& target, std::string_view ref) {
  if (target.is_zero())
    throw Error(Errc::NotFound, "ref '" + std::string(ref) + "' did not exist then");
  return target;
}

ObjectId target_before(const ReadTransaction& transaction, std::string_view ref,
                       std::size_t updates) {
  if (updates == 0) return existing(transaction.resolve_ref(ref).value_or(ObjectId()), ref);
  const std::vector<ReflogEntry> log = transaction.reflog(ref);
  if (updates > log.size() || (updates == log.size() && log.front().before.is_zero()))
    throw Error(Errc::NotFound, "the log of ref '" + std::string(ref) + "' has only " +
                                    std::to_string(log.size()) +
                                    (log.size() == 1 ? " entry" : " entries"));
  return existing(log[log.size() - updates].before, ref);
}

ObjectId target_at(const ReadTransaction& transaction, std::string_view ref, Timestamp when,
                   std::string& warning) {
  const std::vector<ReflogEntry> log = transaction.reflog(ref);
  if (log.empty()) throw Error(Errc::NotFound, "ref '" + std::string(ref) + "' has no log");
  const auto found = std::find_if(log.rbegin(), log.rend(),
                                  [&](const ReflogEntry& entry) { return entry.when <= when; });
  if (found == log.rend() && warning.empty())
    warning =
        "the log of '" + std::string(ref) + "' only goes back to " + moment_text(log.front().when);
  const ObjectId target = existing(found == log.rend() ? log.front().after : found->after, ref);
  const std::optional<Ref> present = transaction.ref(ref);
  if (!present || present->target || transaction.info(target)->type != ObjectType::Session)
    return target;
  // A symbolic ref's log says where it was turned to; what it named has moved on since.
  const std::string payload = transaction.payload(target, ObjectType::Session);
  const std::string session = std::string(kSessionRefs) + decode_session(payload).session;
  return transaction.ref(session) ? target_at(transaction, session, when, warning) : target;
}

}  // namespace

ObjectId earlier_target(const ReadTransaction& transaction, std::string_view ref,
                        std::string_view when, std::string& warning) {
  if (const auto updates = count_of(when)) return target_before(transaction, ref, *updates);
  return target_at(transaction, ref, moment_of(when), warning);
}

std::vector<PathVersion> versions_of_path(const ReadTransaction& transaction,
                                          std::string_view stored_path) {
  std::vector<PathVersion> versions;
  std::uint64_t last = 0;  // the artifact of the last version
  for (const NumberedPathUse& use : numbered_uses_of_path(transaction, stored_path)) {
    if (use.artifact == 0 || use.artifact == last) continue;
    last = use.artifact;
    versions.push_back({.artifact = id_of_numbered(transaction, use.artifact),
                        .job = id_of_numbered(transaction, use.job)});
  }
  std::ranges::reverse(versions);
  return versions;
}

std::optional<ObjectId> newest_version_of(const ReadTransaction& transaction,
                                          std::string_view stored_path) {
  std::uint64_t newest = 0;
  for_each_path_use_newest_first(transaction, stored_path, [&](const NumberedPathUse& use) {
    newest = use.artifact;
    return newest == 0;
  });
  if (newest == 0) return std::nullopt;
  return id_of_numbered(transaction, newest);
}

ObjectId earlier_version(const ReadTransaction& transaction, std::string_view stored_path,
                         std::string_view when) {
  const std::optional<std::size_t> count = count_of(when);
  const Timestamp moment = count ? Timestamp() : moment_of(when);
  const std::vector<PathVersion> versions = versions_of_path(transaction, stored_path);
  const std::string path = quoted_subject(stored_path);
  if (count) {
    if (*count < versions.size()) return versions[*count].artifact;
    throw Error(Errc::NotFound, "path " + path + " has only " + std::to_string(versions.size()) +
                                    " recorded version" + (versions.size() == 1 ? "" : "s"));
  }
  const auto found = std::ranges::find_if(versions, [&](const PathVersion& version) {
    return read_job(transaction, version.job).started <= moment;
  });
  if (found == versions.end())
    throw Error(Errc::NotFound, "no version of path " + path + " is so old");
  return found->artifact;
}

}  // namespace roar::plumbing
