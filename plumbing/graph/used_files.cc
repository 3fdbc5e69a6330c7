#include "plumbing/graph/used_files.h"

namespace roar::plumbing {

UsedFiles::UsedFiles(EdgeTable& edges, DiskFiles& disk, const Dag& dag)
    : edges_(edges),
      disk_(disk),
      dag_(dag),
      sources_(edges.transaction()),
      used_(dag.nodes.size()) {
  for (std::size_t i = 0; i < dag.nodes.size(); ++i) gather(i);
}

namespace {

const NumberedNode* tree_of(EdgeTable& edges, const DagNode& node, EdgeGroup group) {
  return edges.tree(node.used.edges.at(static_cast<std::size_t>(group)));
}

}  // namespace

void UsedFiles::gather(std::size_t node) {
  const DagNode& of = dag_.nodes[node];
  for (const EdgeGroup group : {EdgeGroup::Data, EdgeGroup::Code}) {
    const NumberedNode* tree = tree_of(edges_, of, group);
    if (tree == nullptr) continue;
    for_each_numbered_edge(*tree, [&](const NumberedEdge& edge) { gather(node, edge); });
    if (of.beside) continue;
    for (const NumberedNode* leaf : tree->leaves) note_environment(*leaf);
  }
  if (of.beside) return;
  if (const NumberedNode* system = tree_of(edges_, of, EdgeGroup::System)) {
    for (const NumberedNode* leaf : system->leaves) note_environment(*leaf);
  }
  if (const NumberedNode* unread = tree_of(edges_, of, EdgeGroup::Unread)) {
    for_each_numbered_edge(*unread, [&](const NumberedEdge& edge) { gather_unread(node, edge); });
  }
  used_[node].shrink_to_fit();
}

void UsedFiles::gather(std::size_t node, const NumberedEdge& edge) {
  if (edge.environment) return;
  if (edge.path_class == PathClass::Cache) return gather_cached(node, edge);
  if (edge.path_class != PathClass::Data && edge.path_class != PathClass::Code) return;
  UsedFile used{.role = edge.role,
                .path_class = edge.path_class,
                .path = edge.path,
                .artifact = edges_.content_of(edge, dag_.nodes[node].used.imported)};
  if (edge.role == EdgeRole::Output) leave(node, used);
  if (dag_.nodes[node].beside) return;
  used.question = ask(edge.path, edge.size);
  // The name that the program used leads to what it would find now; but one that was there for the
  // job alone says nothing.
  if (edge.spelled != kNoNumber && edge.role == EdgeRole::Input) {
    spelled_.emplace(used.question, ask(edge.spelled, edge.size));
  }
  used.meanwhile = edge.changed && edge.artifact == kNoNumber;
  if (used.artifact != kNoNumber || used.meanwhile) used_[node].push_back(used);
}

// Of compiled modules the source counts; those of packages count as the package.
void UsedFiles::gather_cached(std::size_t node, const NumberedEdge& edge) {
  if (edge.role != EdgeRole::Input || dag_.nodes[node].beside) return;
  const BytecodeSource* source = sources_.find(edges_.path(edge.path), dag_.nodes[node].used.ended);
  if (source == nullptr) return;
  const PathNumber number = edges_.number_of_path(source->path);
  used_[node].push_back({.role = EdgeRole::Input,
                         .path_class = PathClass::Code,
                         .path = number,
                         .question = ask(number, source->size),
                         .artifact = edges_.number_of_artifact(source->artifact)});
}

// Files that the job looked for in vain. Only what is the project's own: programs look for their
// modules and settings in a hundred places.
void UsedFiles::gather_unread(std::size_t node, const NumberedEdge& edge) {
  const bool own = edge.path_class == PathClass::Data || edge.path_class == PathClass::Code;
  const std::string& path = edges_.path(edge.path);
  if (edge.role != EdgeRole::Absent || !own || path.starts_with('/')) return;
  used_[node].push_back({.role = EdgeRole::Absent,
                         .path_class = edge.path_class,
                         .path = edge.path,
                         .question = static_cast<std::uint32_t>(disk_.ask_existence(path))});
}

void UsedFiles::note_environment(const NumberedNode& leaf) {
  if (leaf.number >= known_leaves_.size()) known_leaves_.resize(edges_.nodes());
  if (known_leaves_[leaf.number]) return;
  known_leaves_[leaf.number] = true;
  std::vector<SystemFile> files;
  for (const NumberedEdge& edge : leaf.edges) {
    if (!edge.environment) continue;
    const std::string& path = edges_.path(edge.path);
    files.push_back({.path = path,
                     .artifact = edges_.artifact(edge.artifact),
                     .size = edge.size,
                     .bytecode = path.ends_with(".pyc"),
                     .question = ask(edge.path, edge.size)});
  }
  if (!files.empty())
    environments_.emplace(leaf.number, Environment{.files = std::move(files), .changed = {}});
}

// Of two jobs that wrote to a path, what the one left counts that was started later.
void UsedFiles::leave(std::size_t node, const UsedFile& used) {
  if (dag_.nodes[node].superseded) return;
  if (used.path >= left_.size()) left_.resize(edges_.paths());
  std::optional<LeftFile>& left = left_[used.path];
  if (left && dag_.nodes[node].job.started < dag_.nodes[left->node].job.started) return;
  left = LeftFile{.node = node, .artifact = used.artifact};
}

const FileNow& UsedFiles::now_at(const UsedFile& used) const {
  const FileNow& now = disk_.answer(used.question);
  const auto spelled = spelled_.find(used.question);
  if (used.role != EdgeRole::Input || spelled == spelled_.end()) return now;
  const FileNow& found = disk_.answer(spelled->second);
  return found.state == FileNow::State::Gone ? now : found;
}

void UsedFiles::add_changed(const NumberedNode* tree,
                            std::vector<const SystemFile*>& changed) const {
  if (tree == nullptr) return;
  for (const NumberedNode* leaf : tree->leaves) {
    const auto found = environments_.find(leaf->number);
    if (found == environments_.end()) continue;
    const Environment& environment = found->second;
    if (!environment.changed) {
      environment.changed.emplace();
      for (const SystemFile& file : environment.files) {
        if (is_changed(disk_.answer(file.question), file)) environment.changed->push_back(&file);
      }
    }
    changed.insert(changed.end(), environment.changed->begin(), environment.changed->end());
  }
}

std::vector<const SystemFile*> UsedFiles::changed_environment(std::size_t node) const {
  std::vector<const SystemFile*> changed;
  for (const EdgeGroup group : {EdgeGroup::Data, EdgeGroup::Code, EdgeGroup::System})
    add_changed(tree_of(edges_, dag_.nodes[node], group), changed);
  return changed;
}

}  // namespace roar::plumbing
