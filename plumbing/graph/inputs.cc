#include "plumbing/graph/inputs.h"

#include <algorithm>
#include <map>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "plumbing/record_job.h"

namespace roar::plumbing {
namespace {

using Key = std::pair<std::string, ObjectId>;  // path and content

struct Found {
  std::uint64_t size = 0;
  PathClass path_class = PathClass::Data;
  std::optional<ObjectId> producer;
};

class InputsWalk {
 public:
  InputsWalk(const ReadTransaction& transaction, const InputsQuery& query)
      : transaction_(transaction), upstream_(transaction), query_(query) {}

  void walk(const LineageTarget& target) {
    std::vector<ObjectId> pending;
    for (const ObjectId& job : target.jobs) meet(job, pending);
    while (!pending.empty()) {
      const ObjectId id = pending.back();
      pending.pop_back();
      visit(id, pending);
    }
  }

  std::vector<LineageInput> files() {
    std::vector<LineageInput> files;
    for (const auto& [key, found] : found_) {
      if (!is_wanted(found)) continue;
      LineageInput file{.path = key.first,
                        .artifact = key.second,
                        .size = found.size,
                        .path_class = found.path_class,
                        .digests = digests_of(transaction_, key.second),
                        .producer = {}};
      if (found.producer) {
        const auto [summary, added] = summaries_.try_emplace(*found.producer);
        if (added) summary->second = job_summary(transaction_, *found.producer);
        file.producer = summary->second;
      }
      files.push_back(std::move(file));
    }
    return files;
  }

 private:
  void meet(const ObjectId& job, std::vector<ObjectId>& pending) {
    if (seen_.insert(job).second) pending.push_back(job);
  }

  void visit(const ObjectId& id, std::vector<ObjectId>& pending) {
    bool reads_data = false;
    const UpstreamJob job = upstream_.job(id);
    for (const UpstreamFile& input : job.inputs) {
      const Edge& edge = input.edge;
      const bool code = edge.path_class == PathClass::Code;
      reads_data = reads_data || is_shown(edge);
      const auto producer =
          input.producer ? std::optional(input.producer->job) : std::optional<ObjectId>();
      if (is_shown(edge) || (code && query_.code)) {
        found_.try_emplace(
            {edge.path, *edge.artifact},
            Found{.size = edge.size, .path_class = edge.path_class, .producer = producer});
      }
      if (producer && query_.reach != InputsQuery::Reach::Direct) meet(*producer, pending);
    }
    if (!reads_data) sources_.insert(id);
    // Then most of them are producers, and are named.
    if (query_.reach == InputsQuery::Reach::All && query_.sourced.value_or(true))
      summaries_.emplace(id, job_summary(transaction_, id, job.job));
  }

  bool is_wanted(const Found& found) const {
    if (query_.sourced && *query_.sourced != found.producer.has_value()) return false;
    return query_.reach != InputsQuery::Reach::Roots || !found.producer ||
           sources_.contains(*found.producer);
  }

  const ReadTransaction& transaction_;
  Upstream upstream_;
  const InputsQuery& query_;
  std::unordered_set<ObjectId> seen_;
  std::unordered_set<ObjectId> sources_;  // jobs that read no data
  std::map<Key, Found> found_;
  std::unordered_map<ObjectId, JobSummary> summaries_;
};

}  // namespace

std::vector<LineageInput> inputs_of(const ReadTransaction& transaction, const LineageTarget& target,
                                    const InputsQuery& query) {
  InputsWalk walk(transaction, query);
  walk.walk(target);
  return walk.files();
}

}  // namespace roar::plumbing
