#include "plumbing/graph/first_reads.h"

#include "objects/numbered_history.h"

namespace roar::plumbing {

std::optional<std::uint64_t> FirstReads::reader(const ObjectId& content, std::string_view path) {
  const auto [entry, added] = readers_.try_emplace(content);
  ByPath& readers = entry->second;
  if (added) {
    for (NumberedUse& use : numbered_uses_of_artifact(transaction_, content, EdgeRole::Input))
      readers.try_emplace(std::move(use.path), use.job);
  }
  const auto found = readers.find(path);
  if (found == readers.end()) return std::nullopt;
  return found->second;
}

std::optional<Timestamp> FirstReads::when(const ObjectId& content, std::string_view path) {
  const auto job = reader(content, path);
  if (!job) return std::nullopt;
  const auto [entry, added] = started_.try_emplace(*job);
  if (added) entry->second = read_numbered_job(transaction_, *job).job.started;
  return entry->second;
}

}  // namespace roar::plumbing
