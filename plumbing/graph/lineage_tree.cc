#include "plumbing/graph/lineage_tree.h"

#include <algorithm>
#include <unordered_set>
#include <utility>

#include "plumbing/record_job.h"

namespace roar::plumbing {
namespace {

LineageFile with_digests(const ReadTransaction& transaction, UpstreamFile file) {
  LineageFile result{.file = std::move(file), .digests = {}};
  if (result.file.edge.artifact)
    result.digests = digests_of(transaction, *result.file.edge.artifact);
  return result;
}

class TreeWalk {
 public:
  TreeWalk(const ReadTransaction& transaction, const LineageViewQuery& query)
      : transaction_(transaction), upstream_(transaction), query_(query) {}

  std::vector<LineageJob> walk(const std::vector<ObjectId>& from) {
    std::vector<LineageJob> jobs;
    std::vector<ObjectId> level;
    for (const ObjectId& job : from) meet(job, level);
    for (std::uint64_t distance = 1; !level.empty(); ++distance) {
      if (query_.depth && distance > *query_.depth) break;
      const bool last = query_.depth && distance == *query_.depth;
      for (const ObjectId& id : std::exchange(level, {})) jobs.push_back(visit(id, last, level));
    }
    return jobs;
  }

 private:
  void meet(const ObjectId& job, std::vector<ObjectId>& level) {
    if (seen_.insert(job).second) level.push_back(job);
  }

  LineageJob visit(const ObjectId& id, bool last, std::vector<ObjectId>& next) {
    UpstreamJob job = upstream_.job(id);
    LineageJob result{.summary = job_summary(transaction_, id, job.job),
                      .inputs = {},
                      .outputs = {},
                      .cut = false};
    for (UpstreamFile& input : job.inputs) {
      if (input.producer && !last) meet(input.producer->job, next);
      result.cut = result.cut || (input.producer && last);
      const bool code = query_.code && input.edge.path_class == PathClass::Code;
      if (is_shown(input.edge) || code) {
        result.inputs.push_back(with_digests(transaction_, std::move(input)));
      }
    }
    for (UpstreamFile& output : job.outputs) {
      if (is_shown(output.edge)) {
        result.outputs.push_back(with_digests(transaction_, std::move(output)));
      }
    }
    return result;
  }

  const ReadTransaction& transaction_;
  Upstream upstream_;
  const LineageViewQuery& query_;
  std::unordered_set<ObjectId> seen_;
};

}  // namespace

const LineageJob* LineageView::find(const ObjectId& job) const {
  const auto found = std::ranges::find_if(
      jobs, [&](const LineageJob& candidate) { return candidate.summary.id == job; });
  return found == jobs.end() ? nullptr : &*found;
}

LineageView lineage_view(const ReadTransaction& transaction, LineageTarget target,
                         const LineageViewQuery& query) {
  LineageView view;
  view.jobs = TreeWalk(transaction, query).walk(target.jobs);
  if (target.artifact) {
    view.digests = digests_of(transaction, *target.artifact);
    view.size = read_artifact(transaction, *target.artifact).size;
  }
  view.target = std::move(target);
  return view;
}

}  // namespace roar::plumbing
