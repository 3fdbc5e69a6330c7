#include "plumbing/lineage/list_lineage.h"

#include <algorithm>
#include <utility>

#include "objects/base/error.h"
#include "objects/digest_record.h"
#include "objects/label.h"
#include "objects/lineage.h"
#include "objects/session.h"

namespace roar::plumbing {
namespace {

// What is known of an object, by number.
enum Mark : std::uint8_t { kSeen = 1, kListed = 2, kExcluded = 4, kOfSession = 8, kJob = 16 };

enum class Direction : std::uint8_t { Ancestors, Descendants };

// Where a walk begins.
struct Start {
  std::vector<std::uint64_t> jobs;
  std::vector<std::uint64_t> artifacts;
};

class Lister {
 public:
  Lister(const ReadTransaction& transaction, const LineageQuery& query)
      : transaction_(transaction), query_(query), graph_(transaction, query.reach) {
    marks_.resize(graph_.highest_number() + 1);
    if (query.session.empty()) return;
    for (const std::uint64_t job : graph_.jobs_of_session(query.session)) marks_[job] |= kOfSession;
  }

  std::vector<ObjectInfo> list() {
    const Start from = start_at(query_.from);
    const Start without = start_at(query_.without);
    for (const Direction direction : {Direction::Ancestors, Direction::Descendants}) {
      const bool wanted = direction == Direction::Ancestors ? query_.ancestors : query_.descendants;
      if (!wanted) continue;
      excluding_ = true;
      walk(without, direction);
      excluding_ = false;
      walk(from, direction);
    }
    std::vector<ObjectInfo> found = query_.topological ? in_topological_order() : by_number();
    if (query_.reverse) std::ranges::reverse(found);
    if (query_.ids) graph_.fill_ids(found);
    return found;
  }

 private:
  Start start_at(const std::vector<ObjectId>& ids) const {
    Start start;
    for (const ObjectId& id : ids) add_start(id, start);
    return start;
  }

  void add_start(const ObjectId& id, Start& start) const {
    const auto info = transaction_.info(id);
    if (!info) throw Error(Errc::NotFound, "object " + id.hex() + " is missing");
    switch (info->type) {
      case ObjectType::Job:
        start.jobs.push_back(info->sequence);
        return;
      case ObjectType::Artifact:
        start.artifacts.push_back(info->sequence);
        return;
      case ObjectType::Session:
        return add_entries(id, start);
      case ObjectType::Digest:
        return add_start(decode_digest(transaction_.payload(id, info->type)).artifact, start);
      case ObjectType::Label:
        return add_start(decode_label(transaction_.payload(id, info->type)).target, start);
      default:
        throw Error(Errc::Usage, std::string(type_name(info->type)) + " " + id.hex() +
                                     " has no lineage; jobs, artifacts and sessions have");
    }
  }

  void add_entries(const ObjectId& last, Start& start) const {
    for (std::optional<ObjectId> next = last; next;) {
      const auto entry = decode_session(transaction_.payload(*next, ObjectType::Session));
      if (entry.job) {
        const auto job = transaction_.info(*entry.job);
        if (!job) throw Error(Errc::NotFound, "object " + entry.job->hex() + " is missing");
        start.jobs.push_back(job->sequence);
      }
      next = entry.previous;
    }
  }

  // Breadth first, so that each job is come by on the shortest way. What was seen on the way in the
  // other direction is gone through again.
  void walk(const Start& start, Direction direction) {
    if (!excluding_)
      for (std::uint8_t& mark : marks_) mark &= static_cast<std::uint8_t>(~kSeen);
    std::vector<std::uint64_t> level;
    std::vector<std::uint64_t> next;
    for (const std::uint64_t job : start.jobs) meet(job, level);
    for (const std::uint64_t artifact : start.artifacts) {
      meet_artifact(artifact);
      if (is_excluded(artifact) && !excluding_) continue;
      const bool up = direction == Direction::Ancestors;
      for (const std::uint64_t job : up ? graph_.writers(artifact) : graph_.readers(artifact))
        meet(job, next);
    }
    for (std::uint64_t distance = 0; !level.empty() || !next.empty(); ++distance) {
      const bool last = !excluding_ && query_.depth && distance == *query_.depth;
      for (const std::uint64_t job : level) visit(job, direction, last, next);
      if (last) return;
      level = std::exchange(next, {});
    }
  }

  void visit(std::uint64_t job, Direction direction, bool last, std::vector<std::uint64_t>& next) {
    const bool wanted = excluding_ || is_wanted(job);
    if (wanted) list(job, kJob);
    if (last) return;
    const bool up = direction == Direction::Ancestors;
    if (wanted && query_.artifacts)
      graph_.for_each_new_file(job, up ? EdgeRole::Input : EdgeRole::Output,
                               [&](std::uint64_t artifact) { meet_artifact(artifact); });
    for (const std::uint64_t other : up ? graph_.parents(job) : graph_.children(job))
      meet(other, next);
  }

  bool is_excluded(std::uint64_t number) const { return (marks_[number] & kExcluded) != 0; }

  bool is_wanted(std::uint64_t job) {
    if (query_.since || query_.until) {
      const Timestamp started = graph_.started(job);
      if (query_.since && started < *query_.since) return false;
      if (query_.until && *query_.until < started) return false;
    }
    return query_.session.empty() || (marks_[job] & kOfSession) != 0;
  }

  void meet(std::uint64_t job, std::vector<std::uint64_t>& level) {
    std::uint8_t& mark = marks_.at(job);
    const int before = excluding_ ? kExcluded : kExcluded | kSeen;
    if ((mark & before) != 0) return;
    mark |= excluding_ ? kExcluded : kSeen;
    level.push_back(job);
  }

  void meet_artifact(std::uint64_t artifact) {
    if (excluding_) marks_.at(artifact) |= kExcluded;
    if (!excluding_ && !is_excluded(artifact)) list(artifact, 0);
  }

  void list(std::uint64_t number, std::uint8_t type) {
    if (!excluding_) marks_.at(number) |= static_cast<std::uint8_t>(kListed | type);
  }

  std::vector<std::uint64_t> listed_of(const std::vector<std::uint64_t>& jobs) const {
    std::vector<std::uint64_t> listed;
    for (const std::uint64_t job : jobs)
      if ((marks_[job] & kListed) != 0) listed.push_back(job);
    return listed;
  }

  // Of what was listed, the latest written first; without ids.
  std::vector<ObjectInfo> by_number() const {
    const auto is_found = [&](std::uint8_t mark) {
      return (mark & kListed) != 0 && ((mark & kJob) != 0 ? query_.jobs : query_.artifacts);
    };
    std::vector<ObjectInfo> found;
    found.reserve(static_cast<std::size_t>(std::ranges::count_if(marks_, is_found)));
    for (std::uint64_t number = marks_.size(); number-- > 0;) {
      if (!is_found(marks_[number])) continue;
      const bool job = (marks_[number] & kJob) != 0;
      found.push_back({.id = {},
                       .type = job ? ObjectType::Job : ObjectType::Artifact,
                       .size = 0,
                       .sequence = number});
    }
    return found;
  }

  // Twice the number of a job is its place; an artifact goes between.
  std::uint64_t place_of(const ObjectInfo& object) {
    if (object.type == ObjectType::Job) return 2 * object.sequence;
    const std::vector<std::uint64_t> readers = listed_of(graph_.readers(object.sequence));
    std::uint64_t writer = 0;
    for (const std::uint64_t job : listed_of(graph_.writers(object.sequence)))
      if (readers.empty() || job < readers.back()) writer = job;
    if (writer != 0) return 2 * writer + 1;
    return readers.empty() ? 0 : 2 * readers.front() - 1;
  }

  std::vector<ObjectInfo> in_topological_order() {
    std::vector<ObjectInfo> found = by_number();
    std::vector<std::pair<std::uint64_t, ObjectInfo>> placed;
    placed.reserve(found.size());
    for (const ObjectInfo& object : found) placed.emplace_back(place_of(object), object);
    std::ranges::stable_sort(placed, std::ranges::greater(),
                             [](const auto& one) { return one.first; });
    std::ranges::transform(placed, found.begin(), [](const auto& one) { return one.second; });
    return found;
  }

  const ReadTransaction& transaction_;
  const LineageQuery& query_;
  LineageGraph graph_;
  bool excluding_ = false;
  std::vector<std::uint8_t> marks_;
};

}  // namespace

std::vector<ObjectInfo> list_lineage(const ReadTransaction& transaction,
                                     const LineageQuery& query) {
  return Lister(transaction, query).list();
}

}  // namespace roar::plumbing
