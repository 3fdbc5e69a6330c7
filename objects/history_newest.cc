#include <algorithm>
#include <optional>
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
  std::vector<IndexedPlace> places = newest_places(IndexAccess::of(transaction), session);
  std::ranges::sort(places, std::ranges::greater(), &IndexedPlace::entry);
  std::vector<StepTip> tips;
  tips.reserve(places.size());
  for (IndexedPlace& place : places)
    tips.push_back(
        {.kind = place.kind, .step = place.step, .step_name = std::move(place.step_name)});
  return tips;
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
std::optional<std::string> last_tracked(LmdbCursor& cursor, std::string_view prefix) {
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
  LmdbCursor cursor(*impl.txn, impl.table(Table::Path));
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

}  // namespace roar
