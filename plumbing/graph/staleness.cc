#include "plumbing/graph/staleness.h"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "objects/cache.h"
#include "objects/edge_tree.h"
#include "plumbing/claimed_content.h"
#include "plumbing/graph/bytecode_source.h"
#include "plumbing/graph/disk_files.h"
#include "plumbing/graph/stale_environment.h"
#include "plumbing/project_variables.h"
#include "plumbing/record_job.h"
#include "plumbing/redaction.h"

namespace roar::plumbing {
namespace {

// An input or output of a node, or a path that it looked for in vain.
struct Used {
  EdgeRole role = EdgeRole::Input;
  PathClass path_class = PathClass::Data;
  std::size_t path = 0;      // number of the path
  std::size_t question = 0;  // to DiskFiles
  std::optional<ObjectId> artifact;
  bool meanwhile = false;  // an input that was changed during the job, and what was read is lost
};

// The system files of one tree: nearly all jobs of a session share it.
struct SystemTree {
  std::vector<SystemFile> files;
  std::optional<std::vector<StaleReason>> reasons;
};

// Who left what at a path.
struct Left {
  std::size_t node = 0;
  std::optional<ObjectId> artifact;
};

class StaleFinder {
 public:
  StaleFinder(const ReadTransaction& transaction, const Workspace& workspace, Dag& dag)
      : transaction_(transaction),
        workspace_(workspace),
        dag_(dag),
        cache_(workspace.cache_directory()),
        disk_(workspace, cache_),
        used_(dag.nodes.size()),
        system_(dag.nodes.size()) {}

  void find() {
    for (std::size_t i = 0; i < dag_.nodes.size(); ++i) gather(i);
    disk_.look();
    for (std::size_t i = 0; i < dag_.nodes.size(); ++i) {
      if (!dag_.nodes[i].superseded) judge(i);
    }
    spread();
  }

 private:
  void gather(std::size_t position) {
    const DagJob& job = dag_.nodes[position].used;
    for (const EdgeGroup group : {EdgeGroup::Data, EdgeGroup::Code}) {
      for_each_edge_in(position, group, [&](const Edge& edge) { gather(position, edge); });
    }
    const auto& root = job.edges.at(static_cast<std::size_t>(EdgeGroup::System));
    if (root) {
      auto& tree = trees_[*root];
      if (!tree) tree = read_system(*root);
      system_[position] = tree.get();
    }
    gather_unread(position);
  }

  template <typename Visit>
  void for_each_edge_in(std::size_t position, EdgeGroup group, const Visit& visit) const {
    const auto& root = dag_.nodes[position].used.edges.at(static_cast<std::size_t>(group));
    if (!root) return;
    for_each_edge(transaction_, *root, [&](const Edge& edge) {
      visit(edge);
      return true;
    });
  }

  void gather(std::size_t position, const Edge& edge) {
    if (edge.path_class == PathClass::Cache) return gather_cached(position, edge);
    if (edge.path_class != PathClass::Data && edge.path_class != PathClass::Code) return;
    // The name that the program used leads to what it would find now; but one that was there for
    // the job alone says nothing.
    Used used{.role = edge.role,
              .path_class = edge.path_class,
              .path = number_of(edge.path),
              .question = disk_.ask(edge.path, edge.size),
              .artifact = content(position, edge)};
    if (edge.role == EdgeRole::Output) leave(position, used);
    if (!edge.spelled.empty() && edge.role == EdgeRole::Input) {
      spelled_.emplace(used.question, disk_.ask(edge.spelled, edge.size));
    }
    used.meanwhile = edge.changed && !edge.artifact;
    if (used.artifact || used.meanwhile) used_[position].push_back(used);
  }

  std::optional<ObjectId> content(std::size_t position, const Edge& edge) const {
    if (!edge.artifact || !dag_.nodes[position].used.imported) return edge.artifact;
    return content_of(transaction_, *edge.artifact);
  }

  // Of compiled modules the source counts; those of packages count as the package.
  void gather_cached(std::size_t position, const Edge& edge) {
    if (is_environment(edge)) {
      extra_[position].push_back(system_file(edge));
      return;
    }
    if (edge.role != EdgeRole::Input) return;
    const auto source = bytecode_source(transaction_, edge.path, dag_.nodes[position].used.ended);
    if (!source) return;
    used_[position].push_back({.role = EdgeRole::Input,
                               .path_class = PathClass::Code,
                               .path = number_of(source->path),
                               .question = disk_.ask(source->path, source->size),
                               .artifact = source->artifact});
  }

  // Files that the job looked for in vain. Only what is the project's own: programs look for their
  // modules and settings in a hundred places.
  void gather_unread(std::size_t position) {
    for_each_edge_in(position, EdgeGroup::Unread, [&](const Edge& edge) {
      const bool own = edge.path_class == PathClass::Data || edge.path_class == PathClass::Code;
      if (edge.role != EdgeRole::Absent || !own || edge.path.starts_with('/')) return;
      used_[position].push_back({.role = EdgeRole::Absent,
                                 .path_class = edge.path_class,
                                 .path = number_of(edge.path),
                                 .question = disk_.ask_existence(edge.path),
                                 .artifact = {}});
    });
  }

  std::unique_ptr<SystemTree> read_system(const ObjectId& root) {
    auto tree = std::make_unique<SystemTree>();
    for_each_edge(transaction_, root, [&](const Edge& edge) {
      if (is_environment(edge)) tree->files.push_back(system_file(edge));
      return true;
    });
    return tree;
  }

  SystemFile system_file(const Edge& edge) {
    return {.path = edge.path,
            .artifact = *edge.artifact,
            .size = edge.size,
            .bytecode = edge.path.ends_with(".pyc"),
            .question = disk_.ask(edge.path, edge.size)};
  }

  std::size_t number_of(const std::string& path) {
    const auto [entry, added] = numbers_.try_emplace(path, paths_.size());
    if (added) {
      paths_.push_back(&entry->first);
      left_.emplace_back();
    }
    return entry->second;
  }

  // Of two jobs that wrote to a path, what the one left counts that was started later.
  void leave(std::size_t position, const Used& used) {
    if (dag_.nodes[position].superseded) return;
    std::optional<Left>& left = left_[used.path];
    if (left && dag_.nodes[position].job.started < dag_.nodes[left->node].job.started) return;
    left = Left{.node = position, .artifact = used.artifact};
  }

  // What the program would find under the name that it used.
  const FileNow& now_at(const Used& used) const {
    const FileNow& now = disk_.answer(used.question);
    const auto spelled = spelled_.find(used.question);
    if (used.role != EdgeRole::Input || spelled == spelled_.end()) return now;
    const FileNow& found = disk_.answer(spelled->second);
    return found.state == FileNow::State::Gone ? now : found;
  }

  void judge(std::size_t position) {
    for (const Used& used : used_[position]) {
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
    judge_variables(position);
    judge_system(position);
    DagNode& node = dag_.nodes[position];
    node.stale = !node.reasons.empty();
  }

  void add(std::size_t position, const Used& used, StaleCause cause, StaleChange change,
           const FileNow& now) {
    const bool digest = !now.blake3.empty() || change == StaleChange::Gone;
    std::string was;
    if (used.artifact) was = read_artifact(transaction_, *used.artifact).blake3;
    dag_.nodes[position].reasons.push_back(
        {.cause = cause,
         .change = change,
         .subject = *paths_[used.path],
         .was = std::move(was),
         .is = digest ? now.blake3 : std::to_string(now.size) + " bytes",
         .step = {}});
  }

  static StaleCause cause_of(const Used& used) {
    return used.path_class == PathClass::Code ? StaleCause::Code : StaleCause::Data;
  }

  void judge_input(std::size_t position, const Used& used) {
    const FileNow& now = now_at(used);
    const std::optional<Left>& left = left_[used.path];
    if (used.meanwhile) return judge_meanwhile(position, used, now);
    if (now.has(*used.artifact)) return;
    if (now.state == FileNow::State::Gone) {
      // What a step made, it can make again.
      if (!left) return add(position, used, cause_of(used), StaleChange::Gone, now);
      return judge_rerun(position, used, *left);
    }
    if (now.state == FileNow::State::Unreadable) return;
    if (left && left->artifact && now.has(*left->artifact)) {
      return judge_rerun(position, used, *left);
    }
    add(position, used, cause_of(used), StaleChange::Changed, now);
  }

  // Unless the step wrote the file itself in the end.
  void judge_meanwhile(std::size_t position, const Used& used, const FileNow& now) {
    const std::optional<Left>& left = left_[used.path];
    if (left && left->node == position) return;
    add(position, used, cause_of(used), StaleChange::Meanwhile, now);
  }

  // The file is as a step left it, and this step read another version.
  void judge_rerun(std::size_t position, const Used& used, const Left& left) {
    if (left.node == position || left.artifact == used.artifact) return;
    const auto& dependencies = dag_.nodes[position].dependencies;
    const bool depends = std::ranges::any_of(
        dependencies, [&](const DagDependency& one) { return one.node == left.node; });
    if (!depends) return;
    std::string is;
    if (left.artifact) is = read_artifact(transaction_, *left.artifact).blake3;
    dag_.nodes[position].reasons.push_back(
        {.cause = StaleCause::Upstream,
         .change = StaleChange::Rerun,
         .subject = *paths_[used.path],
         .was = read_artifact(transaction_, *used.artifact).blake3,
         .is = std::move(is),
         .step = reference_of(dag_.nodes[left.node])});
  }

  void judge_output(std::size_t position, const Used& used) {
    const std::optional<Left>& left = left_[used.path];
    if (!left || left->node != position) return;
    const FileNow& now = now_at(used);
    if (now.has(*used.artifact) || now.state == FileNow::State::Unreadable) return;
    if (now.state == FileNow::State::Gone) {
      if (is_consumed(position, used)) return;
      return add(position, used, StaleCause::Output, StaleChange::Gone, now);
    }
    add(position, used, StaleCause::Output, StaleChange::Changed, now);
  }

  bool is_consumed(std::size_t position, const Used& used) const {
    const std::string& path = *paths_[used.path];
    return std::ranges::any_of(dag_.nodes[position].outputs, [&](const DagFile& output) {
      return output.edge.path == path && !output.consumers.empty();
    });
  }

  void judge_absent(std::size_t position, const Used& used) {
    const FileNow& now = disk_.answer(used.question);
    if (now.state != FileNow::State::Regular || left_[used.path]) return;
    add(position, used, cause_of(used), StaleChange::Appeared, now);
  }

  // Of the variables that a job recorded only the project's are for all jobs.
  void judge_variables(std::size_t position) {
    DagNode& node = dag_.nodes[position];
    if (node.used.imported || !node.used.variables) return;
    const JobVariables& now = variables_now();
    const JobVariables& then = *node.used.variables;
    const auto value_in = [](const JobVariables& variables, const std::string& name) {
      const auto found = std::ranges::find(variables, name, &JobVariables::value_type::first);
      return found == variables.end() ? std::optional<std::string>() : found->second;
    };
    for (const auto& [name, value] : now) {
      const auto before = value_in(then, name);
      if (before == value) continue;
      add_variable(node, name, before, value);
    }
    for (const auto& [name, value] : then) {
      if (is_noted_variable(name) || value_in(now, name)) continue;
      add_variable(node, name, value, std::nullopt);
    }
  }

  static void add_variable(DagNode& node, const std::string& name,
                           const std::optional<std::string>& before,
                           const std::optional<std::string>& now) {
    StaleReason reason{.cause = StaleCause::Parameters,
                       .change = StaleChange::Changed,
                       .subject = name,
                       .was = before.value_or(""),
                       .is = now.value_or(""),
                       .step = {}};
    if (!before) reason.change = StaleChange::Appeared;
    if (!now) reason.change = StaleChange::Gone;
    node.reasons.push_back(std::move(reason));
  }

  // As they would be recorded.
  const JobVariables& variables_now() {
    if (variables_) return *variables_;
    Redactor redactor(workspace_);
    variables_ = project_variables(workspace_);
    for (auto& [name, value] : *variables_) value = redactor.redact_variable(name, value);
    return *variables_;
  }

  void judge_system(std::size_t position) {
    DagNode& node = dag_.nodes[position];
    SystemTree* const tree = system_[position];
    const auto extra = extra_.find(position);
    std::vector<const SystemFile*> files;
    if (extra != extra_.end()) {
      for (const SystemFile& file : extra->second) files.push_back(&file);
    }
    if (tree != nullptr && (!tree->reasons || !files.empty())) {
      for (const SystemFile& file : tree->files) files.push_back(&file);
    }
    std::vector<StaleReason> reasons;
    const bool remembered = tree != nullptr && tree->reasons && extra == extra_.end();
    if (remembered) {
      reasons = *tree->reasons;
    } else {
      reasons =
          environment_reasons(transaction_, workspace_, cache_, disk_, files, node.used.packages);
      if (tree != nullptr && extra == extra_.end()) tree->reasons = reasons;
    }
    node.reasons.insert(node.reasons.end(), reasons.begin(), reasons.end());
  }

  static bool taints(const DagNode& node) {
    return std::ranges::any_of(
        node.reasons, [](const StaleReason& reason) { return reason.cause != StaleCause::Output; });
  }

  void spread() {
    // Steps may depend on ones with a higher number, so this goes on until nothing changes.
    std::vector<char> tainted(dag_.nodes.size());
    for (std::size_t i = 0; i < dag_.nodes.size(); ++i) tainted[i] = taints(dag_.nodes[i]) ? 1 : 0;
    for (bool changed = true; changed;) {
      changed = false;
      for (std::size_t i = 0; i < dag_.nodes.size(); ++i) {
        if (tainted[i] != 0 || dag_.nodes[i].superseded) continue;
        const bool upstream = std::ranges::any_of(
            dag_.nodes[i].dependencies,
            [&](const DagDependency& dependency) { return tainted[dependency.node] != 0; });
        if (upstream) tainted[i] = 1;
        changed = changed || upstream;
      }
    }
    for (DagNode& node : dag_.nodes) {
      if (!node.superseded) add_upstream(node, tainted);
    }
  }

  void add_upstream(DagNode& node, const std::vector<char>& tainted) const {
    for (const DagDependency& dependency : node.dependencies) {
      if (tainted[dependency.node] == 0) continue;
      const std::string step = reference_of(dag_.nodes[dependency.node]);
      node.reasons.push_back({.cause = StaleCause::Upstream,
                              .change = StaleChange::Stale,
                              .subject = step,
                              .was = {},
                              .is = {},
                              .step = step});
      node.stale = true;
    }
  }

  const ReadTransaction& transaction_;
  const Workspace& workspace_;
  Dag& dag_;
  Cache cache_;
  DiskFiles disk_;
  std::vector<std::vector<Used>> used_;                   // by node
  std::vector<SystemTree*> system_;                       // by node; null if it has none
  std::map<std::size_t, std::vector<SystemFile>> extra_;  // by node: packages' compiled modules
  std::unordered_map<ObjectId, std::unique_ptr<SystemTree>> trees_;
  std::unordered_map<std::string, std::size_t> numbers_;  // of paths
  std::vector<const std::string*> paths_;                 // by number
  std::vector<std::optional<Left>> left_;                 // by number of the path
  std::unordered_map<std::size_t, std::size_t> spelled_;  // question -> that by the other name
  std::optional<JobVariables> variables_;
};

}  // namespace

void find_stale(const ReadTransaction& transaction, const Workspace& workspace, Dag& dag) {
  StaleFinder(transaction, workspace, dag).find();
}

}  // namespace roar::plumbing
