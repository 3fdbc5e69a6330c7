#include "plumbing/nested_jobs.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "objects/history.h"

namespace roar::plumbing {
namespace {

using PathAndRole = std::pair<std::string, EdgeRole>;

// Oldest first.
std::vector<Job> jobs_inside(const ReadTransaction& transaction, std::string_view uid,
                             Timestamp started) {
  std::vector<Job> inside;
  const auto session = active_session(transaction);
  if (!session) return inside;
  const auto places = jobs_of_session(transaction, *session);
  for (auto place = places.rbegin(); place != places.rend(); ++place) {
    Job job = read_job(transaction, place->job);
    // Jobs stand in the order in which they ended, so nothing before the outer one's start matters.
    if (job.ended < started) break;
    if (job.parent_uid == uid) inside.push_back(std::move(job));
  }
  std::ranges::reverse(inside);
  return inside;
}

}  // namespace

void add_nested_edges(const ReadTransaction& transaction, std::string_view uid, Timestamp started,
                      std::vector<Edge>& edges) {
  std::map<PathAndRole, std::size_t> positions;
  std::set<std::string, std::less<>> written;
  for (std::size_t i = 0; i < edges.size(); ++i) {
    positions.emplace(PathAndRole(edges[i].path, edges[i].role), i);
    if (edges[i].role == EdgeRole::Output) written.insert(edges[i].path);
  }
  for (const Job& job : jobs_inside(transaction, uid, started)) {
    for_each_edge_of(transaction, job, [&](const Edge& inner) {
      if (inner.role == EdgeRole::Output) written.insert(inner.path);
      if (inner.role == EdgeRole::Input && written.contains(inner.path)) return true;
      const auto [position, added] =
          positions.emplace(PathAndRole(inner.path, inner.role), edges.size());
      if (added) edges.push_back(inner);
      edges[position->second].via = job.uid;
      return true;
    });
  }
  std::ranges::sort(edges, {}, [](const Edge& edge) { return std::tie(edge.path, edge.role); });
}

}  // namespace roar::plumbing
