#include "plumbing/graph/staleness.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include "objects/cache.h"
#include "plumbing/graph/disk_files.h"
#include "plumbing/graph/stale_environment.h"
#include "plumbing/graph/stale_upstream.h"
#include "plumbing/graph/stale_variables.h"
#include "plumbing/graph/used_files.h"

namespace roar::plumbing {
namespace {

StaleCause cause_of(const UsedFile& used) {
  return used.path_class == PathClass::Code ? StaleCause::Code : StaleCause::Data;
}

class StaleFinder {
 public:
  StaleFinder(EdgeTable& edges, const Workspace& workspace, Dag& dag)
      : edges_(edges),
        workspace_(workspace),
        dag_(dag),
        cache_(workspace.cache_directory()),
        disk_(workspace, cache_),
        variables_(workspace),
        files_(edges, disk_, dag) {}

  void find() {
    disk_.look();
    for (std::size_t i = 0; i < dag_.nodes.size(); ++i) {
      if (!dag_.nodes[i].superseded && !dag_.nodes[i].beside) judge(i);
    }
    find_stale_upstream(dag_);
  }

 private:
  void judge(std::size_t position) {
    for (const UsedFile& used : files_.of(position)) {
      switch (used.role) {
        case EdgeRole::Input:
          judge_input(position, used);
          break;
        case EdgeRole::Output:
          judge_output(position, used);
          break;
        case EdgeRole::Absent:
          judge_absent(position, used);
          break;
        case EdgeRole::Listed:
          break;
      }
    }
    DagNode& node = dag_.nodes[position];
    if (!node.used.imported) add_all(node, variables_.reasons(node.used.variables));
    judge_environment(position);
    node.stale = !node.reasons.empty();
    consumed_outputs_.reset();
  }

  static void add_all(DagNode& node, const std::vector<StaleReason>& reasons) {
    node.reasons.insert(node.reasons.end(), reasons.begin(), reasons.end());
  }

  bool is_now(const FileNow& now, ArtifactNumber artifact) const {
    return artifact != kNoNumber && now.has(edges_.artifact(artifact));
  }

  // Empty if it is not known.
  std::string digest_of(ArtifactNumber artifact) {
    if (artifact == kNoNumber) return {};
    return read_artifact(edges_.transaction(), edges_.artifact(artifact)).blake3;
  }

  void add(std::size_t position, const UsedFile& used, StaleCause cause, StaleChange change,
           const FileNow& now) {
    const bool digest = !now.blake3.empty() || change == StaleChange::Gone;
    dag_.nodes[position].reasons.push_back(
        {.cause = cause,
         .change = change,
         .subject = edges_.path(used.path),
         .was = digest_of(used.artifact),
         .is = digest ? now.blake3 : std::to_string(now.size) + " bytes",
         .step = {}});
  }

  void judge_input(std::size_t position, const UsedFile& used) {
    const FileNow& now = files_.now_at(used);
    const LeftFile* left = files_.left_at(used.path);
    if (used.meanwhile) return judge_meanwhile(position, used, now);
    if (is_now(now, used.artifact)) return;
    if (now.state == FileNow::State::Gone) {
      // What a step made, it can make again.
      if (left == nullptr) return add(position, used, cause_of(used), StaleChange::Gone, now);
      return judge_rerun(position, used, *left);
    }
    if (now.state == FileNow::State::Unreadable) return;
    if (left != nullptr && is_now(now, left->artifact)) return judge_rerun(position, used, *left);
    add(position, used, cause_of(used), StaleChange::Changed, now);
  }

  // Unless the step wrote the file itself in the end.
  void judge_meanwhile(std::size_t position, const UsedFile& used, const FileNow& now) {
    const LeftFile* left = files_.left_at(used.path);
    if (left != nullptr && left->node == position) return;
    add(position, used, cause_of(used), StaleChange::Meanwhile, now);
  }

  // The file is as a step left it, and this step read another version.
  void judge_rerun(std::size_t position, const UsedFile& used, const LeftFile& left) {
    if (left.node == position || left.artifact == used.artifact) return;
    if (!std::ranges::binary_search(dag_.nodes[position].dependencies, left.node, {},
                                    &DagDependency::node))
      return;
    dag_.nodes[position].reasons.push_back({.cause = StaleCause::Upstream,
                                            .change = StaleChange::Rerun,
                                            .subject = edges_.path(used.path),
                                            .was = digest_of(used.artifact),
                                            .is = digest_of(left.artifact),
                                            .step = reference_of(dag_.nodes[left.node])});
  }

  void judge_output(std::size_t position, const UsedFile& used) {
    const LeftFile* left = files_.left_at(used.path);
    if (left == nullptr || left->node != position) return;
    const FileNow& now = files_.now_at(used);
    if (is_now(now, used.artifact) || now.state == FileNow::State::Unreadable) return;
    if (now.state == FileNow::State::Gone) {
      if (is_consumed(position, used)) return;
      return add(position, used, StaleCause::Output, StaleChange::Gone, now);
    }
    add(position, used, StaleCause::Output, StaleChange::Changed, now);
  }

  bool is_consumed(std::size_t position, const UsedFile& used) {
    if (!consumed_outputs_) {
      consumed_outputs_.emplace();
      for (const DagFile& output : dag_.nodes[position].outputs) {
        if (!output.consumers.empty()) consumed_outputs_->insert(output.edge.path);
      }
    }
    return consumed_outputs_->contains(edges_.path(used.path));
  }

  void judge_absent(std::size_t position, const UsedFile& used) {
    const FileNow& now = disk_.answer(used.question);
    if (now.state != FileNow::State::Regular || files_.left_at(used.path) != nullptr) return;
    add(position, used, cause_of(used), StaleChange::Appeared, now);
  }

  // Of many nodes the same has changed, if anything has.
  void judge_environment(std::size_t position) {
    DagNode& node = dag_.nodes[position];
    std::vector<const SystemFile*> changed = files_.changed_environment(position);
    if (changed.empty()) return;
    const auto [entry, added] =
        environment_reasons_.try_emplace({std::move(changed), node.used.packages});
    if (added) {
      entry->second = environment_reasons(edges_.transaction(), workspace_, cache_, disk_,
                                          entry->first.first, node.used.packages);
    }
    add_all(node, entry->second);
  }

  EdgeTable& edges_;
  const Workspace& workspace_;
  Dag& dag_;
  Cache cache_;
  DiskFiles disk_;
  StaleVariables variables_;
  UsedFiles files_;
  // Paths of the node that is judged.
  std::optional<std::unordered_set<std::string_view>> consumed_outputs_;
  std::map<std::pair<std::vector<const SystemFile*>, std::optional<ObjectId>>,
           std::vector<StaleReason>>
      environment_reasons_;
};

}  // namespace

void find_stale(EdgeTable& edges, const Workspace& workspace, Dag& dag) {
  StaleFinder(edges, workspace, dag).find();
}

}  // namespace roar::plumbing
