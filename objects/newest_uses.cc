#include "objects/newest_uses.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <limits>
#include <map>
#include <utility>
#include <vector>

#include "objects/base/error.h"
#include "objects/edge_node.h"
#include "objects/index.h"
#include "objects/key.h"
#include "objects/use_rows.h"

namespace roar {
namespace {

// The highest number below `number` of a job that is in a session.
std::optional<std::uint64_t> job_before(const ReadTransaction::Impl& impl, std::uint64_t number) {
  TableCursor cursor(*impl.txn, impl.table(Table::Place));
  const bool found = cursor.seek(number_key(number)) ? cursor.previous() : cursor.last();
  if (!found) return std::nullopt;
  return number_at(cursor.key(), 0, kNumberSize);
}

template <typename Rows>
class NewestFirst {
 public:
  using Use = typename Rows::Use;
  using Visitor = std::function<bool(const Use&)>;

  NewestFirst(const ReadTransaction& transaction, const Rows& rows, const Visitor& visit)
      : transaction_(transaction),
        impl_(IndexAccess::of(transaction)),
        rows_(rows),
        visit_(visit) {}

  void run(SearchPace pace) {
    for (const std::size_t reach : {pace.first, pace.second})
      if (visit_gathered(reach) || visit_jobs(reach)) return;
    visit_gathered(std::numeric_limits<std::size_t>::max());
  }

 private:
  // Visits all uses that are left if they can be gathered from so many rows.
  bool visit_gathered(std::size_t rows_max) {
    std::vector<std::pair<std::uint64_t, Use>> found;  // with its leaf
    rows_.for_each([&](std::uint64_t leaf, const Use& use) {
      found.emplace_back(leaf, use);
      return found.size() <= rows_max;
    });
    if (found.size() > rows_max) return false;
    Holders holders(impl_, rows_max);
    std::vector<Use> uses;
    for (auto& [leaf, use] : found) {
      for (const std::uint64_t job : holders.jobs_with(leaf)) {
        if (job >= reached_) break;
        uses.push_back(use);
        uses.back().job = job;
      }
      if (!holders.saw_all() || uses.size() > rows_max) return false;
    }
    visit_in_reverse(std::move(uses));
    return true;
  }

  // Goes on with the jobs from where it was, until it has looked at so much more. Whether that was
  // the end.
  bool visit_jobs(std::size_t looks_max) {
    for (looks_ = 0; looks_ < looks_max;) {
      const std::optional<std::uint64_t> job = job_before(impl_, reached_);
      if (!job) return true;
      reached_ = *job;
      if (!visit_in_reverse(uses_in(*job))) return true;
    }
    return false;
  }

  bool visit_in_reverse(std::vector<Use> uses) const {
    std::ranges::sort(uses);
    return std::all_of(uses.rbegin(), uses.rend(), std::cref(visit_));
  }

  std::vector<Use> uses_in(std::uint64_t number) {
    ++looks_;
    const Job job = read_numbered_job(transaction_, number).job;
    std::vector<Use> uses;
    for (int group = 0; group < kEdgeGroups; ++group) {
      const std::optional<ObjectId>& root = job.edges.at(static_cast<std::size_t>(group));
      if (!root || static_cast<EdgeGroup>(group) == EdgeGroup::Unread) continue;
      std::ranges::copy(below(*root), std::back_inserter(uses));
    }
    for (Use& use : uses) use.job = number;
    return uses;
  }

  // What is in the leaves below a node, which jobs mostly share.
  const std::vector<Use>& below(const ObjectId& node) {
    const auto [entry, is_new] = below_.try_emplace(node);
    std::vector<Use>& uses = entry->second;
    if (!is_new) return uses;
    ++looks_;
    const std::optional<Location> location = impl_.locate(node);
    if (!location) throw Error(Errc::Corrupt, "object " + node.hex() + " is missing");
    rows_.for_each_in(location->sequence, [&](std::uint64_t, const Use& use) {
      uses.push_back(use);
      return true;
    });
    if (!uses.empty()) return uses;
    const std::string payload = transaction_.payload(node, ObjectType::Node);
    if (is_leaf_payload(payload)) return uses;
    for (const EdgeNode::Child& child : decode_node(payload).children)
      std::ranges::copy(below(child.node), std::back_inserter(uses));
    return uses;
  }

  const ReadTransaction& transaction_;
  ReadTransaction::Impl& impl_;
  const Rows& rows_;
  const Visitor& visit_;
  std::map<ObjectId, std::vector<Use>> below_;
  // The number of the last job that was looked at; uses in it, and in later ones, were visited.
  std::uint64_t reached_ = std::numeric_limits<std::uint64_t>::max();
  std::size_t looks_ = 0;  // in this turn
};

}  // namespace

void for_each_use_newest_first(const ReadTransaction& transaction, const ObjectId& artifact,
                               std::optional<EdgeRole> role,
                               const std::function<bool(const NumberedUse&)>& visit,
                               SearchPace pace) {
  ReadTransaction::Impl& impl = IndexAccess::of(transaction);
  const std::optional<Location> location = impl.locate(artifact);
  if (!location) return;
  const ArtifactRows rows(impl, location->sequence, role);
  NewestFirst(transaction, rows, visit).run(pace);
}

void for_each_path_use_newest_first(const ReadTransaction& transaction, std::string_view path,
                                    const std::function<bool(const NumberedPathUse&)>& visit,
                                    SearchPace pace) {
  const PathRows rows(IndexAccess::of(transaction), path, std::nullopt);
  NewestFirst(transaction, rows, visit).run(pace);
}

}  // namespace roar
