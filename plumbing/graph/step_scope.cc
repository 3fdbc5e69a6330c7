#include "plumbing/graph/step_scope.h"

#include <sys/stat.h>

#include <set>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "objects/numbered_history.h"
#include "plumbing/claimed_content.h"
#include "plumbing/graph/bytecode_source.h"
#include "plumbing/record_job.h"

namespace roar::plumbing {
namespace {

// With as many steps, each found by its own questions, the whole DAG is read in the same time.
constexpr std::size_t kStepsMax = 1000;

class ScopeFinder {
 public:
  ScopeFinder(EdgeTable& edges, const Workspace& workspace, std::string_view session)
      : edges_(edges),
        transaction_(edges.transaction()),
        workspace_(workspace),
        session_(session),
        sources_(edges.transaction()) {}

  std::optional<StepScope> find(const StepReference& step) {
    add_judged({step.kind, step.number});
    while (!pending_.empty()) {
      if (judged_.size() + beside_.size() > kStepsMax) return std::nullopt;
      const Key next = pending_.back();
      pending_.pop_back();
      visit(next);
    }
    StepScope scope;
    for (const auto& [kind, number] : judged_)
      scope.judged.push_back({.kind = kind, .step = number, .step_name = {}});
    for (const auto& [kind, number] : beside_) {
      if (!judged_.contains({kind, number}))
        scope.beside.push_back({.kind = kind, .step = number, .step_name = {}});
    }
    return scope;
  }

 private:
  using Key = std::pair<JobKind, std::uint32_t>;

  void add_judged(Key step) {
    if (judged_.insert(step).second) pending_.push_back(step);
  }

  void visit(const Key& step) {
    const auto job =
        read_job_of_step(transaction_, session_, {.kind = step.first, .number = step.second});
    if (!job) return;
    const bool imported = job->tracing.backend == kImported;
    for (int group = 0; group < kEdgeGroups; ++group) {
      const NumberedNode* tree = edges_.tree(job->edges.at(static_cast<std::size_t>(group)));
      const bool is_system = static_cast<EdgeGroup>(group) == EdgeGroup::System;
      if (tree == nullptr || (is_system && !tree->has_outputs)) continue;
      for_each_numbered_edge(*tree, [&](const NumberedEdge& edge) {
        visit_edge(edge, edges_.content_of(edge, imported), job->ended);
      });
    }
  }

  void visit_edge(const NumberedEdge& edge, ArtifactNumber content, Timestamp ended) {
    if (edge.role == EdgeRole::Input && content != kNoNumber) add_writers(content);
    if (edge.environment) return;
    if (edge.path_class == PathClass::Cache) {
      const auto* source = sources_.find(edges_.path(edge.path), ended);
      if (source != nullptr) add_others_at(edges_.number_of_path(source->path));
      return;
    }
    if (edge.path_class != PathClass::Data && edge.path_class != PathClass::Code) return;
    add_others_at(edge.path);
    if (edge.role == EdgeRole::Output && content != kNoNumber && is_gone(edge.path))
      add_readers(content);
  }

  template <typename Add>
  void for_each_step(std::uint64_t job, const Add& add) {
    for (const StepTip& step : steps_of_numbered_job(transaction_, session_, job))
      add(Key{step.kind, step.step});
  }

  // Whose outputs the step may have read: all that wrote the content, whichever it turns out to be.
  void add_writers(ArtifactNumber content) {
    if (!written_.insert(content).second) return;
    for (const ObjectId& artifact : same_content(transaction_, edges_.artifact(content))) {
      for (const NumberedUse& use :
           numbered_uses_of_artifact(transaction_, artifact, EdgeRole::Output))
        for_each_step(use.job, [&](const Key& step) { add_judged(step); });
    }
  }

  // A result that is gone makes its step stale unless somebody read it, and had it from no other.
  void add_readers(ArtifactNumber content) {
    if (!read_.insert(content).second) return;
    for (const ObjectId& artifact : same_content(transaction_, edges_.artifact(content))) {
      for (const NumberedUse& use : numbered_uses_of_artifact(transaction_, artifact, std::nullopt))
        for_each_step(use.job, [&](const Key& step) { beside_.insert(step); });
    }
  }

  // Who wrote to a path last may be a step that the others have nothing from.
  void add_others_at(PathNumber path) {
    if (!paths_.insert(path).second) return;
    for (const NumberedPathUse& use :
         numbered_uses_of_path(transaction_, edges_.path(path), EdgeRole::Output))
      for_each_step(use.job, [&](const Key& step) { beside_.insert(step); });
  }

  bool is_gone(PathNumber path) const {
    struct stat status {};
    return ::stat(absolute_path(workspace_, edges_.path(path)).c_str(), &status) != 0;
  }

  EdgeTable& edges_;
  const ReadTransaction& transaction_;
  const Workspace& workspace_;
  std::string session_;
  BytecodeSources sources_;
  std::set<Key> judged_;
  std::set<Key> beside_;  // some of them may be judged, too
  std::vector<Key> pending_;
  std::unordered_set<ArtifactNumber> written_;  // whose writers are known
  std::unordered_set<ArtifactNumber> read_;     // whose readers are known
  std::unordered_set<PathNumber> paths_;
};

}  // namespace

std::optional<StepScope> scope_of_step(EdgeTable& edges, const Workspace& workspace,
                                       std::string_view session, const StepReference& step) {
  return ScopeFinder(edges, workspace, session).find(step);
}

}  // namespace roar::plumbing
