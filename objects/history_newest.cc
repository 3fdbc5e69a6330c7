#include <functional>
#include <limits>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "objects/base/error.h"
#include "objects/history.h"
#include "objects/index.h"
#include "objects/key.h"

// The questions that are asked often and whose answers are short: they cost what the answer costs,
// however long the history is.

namespace roar {

void for_each_job_newest_first(const ReadTransaction& transaction, std::string_view session,
                               const JobVisitor& visit) {
  const std::optional<SessionSummary> summary = session_summary(transaction, session);
  if (!summary) return;
  for (std::optional<ObjectId> next = summary->head; next;) {
    const SessionEntry entry = decode_session(transaction.payload(*next, ObjectType::Session));
    if (entry.job && !visit({.job = *entry.job,
                             .session = entry.session,
                             .kind = entry.kind,
                             .step = entry.step,
                             .step_name = entry.step_name}))
      return;
    next = entry.previous;
  }
}

void for_each_job_of_step(const ReadTransaction& transaction, std::string_view session,
                          JobKind kind, std::uint32_t step, const JobVisitor& visit) {
  ReadTransaction::Impl& impl = IndexAccess::of(transaction);
  for_each_place_of_step(impl, session, kind, step, [&](const IndexedPlace& place) {
    return visit({.job = impl.id_of(place.job),
                  .session = place.session,
                  .kind = place.kind,
                  .step = place.step,
                  .step_name = place.step_name});
  });
}

std::vector<StepTip> step_tips(const ReadTransaction& transaction, std::string_view session) {
  return survey_steps(transaction, session, std::numeric_limits<std::size_t>::max()).tips;
}

StepSurvey survey_steps(const ReadTransaction& transaction, std::string_view session,
                        std::size_t tips_max) {
  IndexedSteps steps = newest_places(IndexAccess::of(transaction), session, tips_max);
  StepSurvey survey{.run_steps = steps.runs, .build_steps = steps.builds, .tips = {}};
  survey.tips.reserve(steps.newest.size());
  for (IndexedPlace& place : steps.newest)
    survey.tips.push_back(
        {.kind = place.kind, .step = place.step, .step_name = std::move(place.step_name)});
  return survey;
}

namespace {

// The path in a key of the table of paths; empty if it was too long to stand there.
std::string_view path_of_key(std::string_view key) {
  constexpr std::size_t kRest = 1 + kNumberSize + 1 + kNumberSize;
  if (key.size() <= kRest || key.size() - kRest > kKeyTextMax) return {};
  return key.substr(0, key.size() - kRest);
}

// `path` up to the first slash after `prefix`, that included.
std::string_view cut_below(std::string_view path, std::size_t prefix) {
  const std::size_t slash = path.find('/', prefix);
  return slash == std::string_view::npos ? path : path.substr(0, slash + 1);
}

// The last path with the prefix.
std::optional<std::string> last_tracked(TableCursor& cursor, std::string_view prefix) {
  std::string beyond(prefix);
  while (!beyond.empty() && beyond.back() == '\xff') beyond.pop_back();
  if (!beyond.empty()) ++beyond.back();
  bool more = !beyond.empty() && cursor.seek(beyond) ? cursor.previous() : cursor.last();
  for (; more && cursor.key().starts_with(prefix); more = cursor.previous())
    if (const std::string_view path = path_of_key(cursor.key()); path.starts_with(prefix))
      return std::string(cut_below(path, prefix.size()));
  return std::nullopt;
}

}  // namespace

std::vector<std::string> tracked_paths(const ReadTransaction& transaction, std::string_view prefix,
                                       std::size_t limit) {
  ReadTransaction::Impl& impl = IndexAccess::of(transaction);
  std::vector<std::string> paths;
  if (prefix.size() > kKeyTextMax) return paths;
  TableCursor cursor(*impl.txn, impl.table(Table::Path));
  bool more = prefix.empty() ? cursor.first() : cursor.seek(prefix);
  while (more && cursor.key().starts_with(prefix)) {
    const std::string_view path = path_of_key(cursor.key());
    if (!path.starts_with(prefix) || path.empty()) {
      more = cursor.next();
      continue;
    }
    std::string name(cut_below(path, prefix.size()));
    // On to what follows the whole directory, or all uses of the path.
    std::string following = name;
    if (name.ends_with('/') && name.size() > prefix.size()) {
      ++following.back();
    } else {
      following.push_back('\x01');
    }
    if (paths.size() == limit) {
      if (auto last = last_tracked(cursor, prefix); last && limit > 0) paths.back() = *last;
      break;
    }
    paths.push_back(std::move(name));
    more = cursor.seek(following);
  }
  return paths;
}

void for_each_job_by_start(const ReadTransaction& transaction,
                           const std::function<bool(const ObjectId&)>& visit) {
  constexpr std::size_t kStart = 8 + 4;
  ReadTransaction::Impl& impl = IndexAccess::of(transaction);
  TableCursor cursor(*impl.txn, impl.table(Table::Job));
  for (bool more = cursor.last(); more; more = cursor.previous())
    if (!visit(impl.id_of(number_at(cursor.key(), kStart, kNumberSize)))) return;
}

std::vector<ObjectId> entries_of_job(const ReadTransaction& transaction, const ObjectId& job) {
  ReadTransaction::Impl& impl = IndexAccess::of(transaction);
  std::vector<ObjectId> entries;
  const std::optional<Location> location = impl.locate(job);
  if (!location) return entries;
  for_each_with_prefix(*impl.txn, impl.table(Table::Place), number_key(location->sequence),
                       [&](std::string_view key, std::string_view) {
                         entries.push_back(impl.id_of(number_at(key, kNumberSize, kNumberSize)));
                         return true;
                       });
  return entries;
}

std::vector<std::string> paths_of_artifact(const ReadTransaction& transaction,
                                           const ObjectId& artifact) {
  ReadTransaction::Impl& impl = IndexAccess::of(transaction);
  const std::optional<Location> location = impl.locate(artifact);
  if (!location) return {};
  std::set<std::string, std::less<>> paths;
  for_each_with_prefix(*impl.txn, impl.table(Table::Use), number_key(location->sequence),
                       [&](std::string_view, std::string_view path) {
                         if (!paths.contains(path)) paths.emplace(path);
                         return true;
                       });
  return {paths.begin(), paths.end()};
}

std::optional<std::string> path_of_artifact(const ReadTransaction& transaction,
                                            const ObjectId& artifact) {
  ReadTransaction::Impl& impl = IndexAccess::of(transaction);
  std::optional<std::string> path;
  const std::optional<Location> location = impl.locate(artifact);
  if (!location) return path;
  for_each_with_prefix(*impl.txn, impl.table(Table::Use), number_key(location->sequence),
                       [&](std::string_view, std::string_view found) {
                         path = found;
                         return false;
                       });
  return path;
}

}  // namespace roar
