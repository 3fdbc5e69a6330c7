#include "plumbing/dataset/component_survey.h"

#include "objects/component_node.h"
#include "plumbing/dataset/path_hints.h"

namespace roar::plumbing {
namespace {

class Walk {
 public:
  Walk(const PayloadOf& payload_of, ComponentSurvey& survey)
      : payload_of_(payload_of), survey_(survey) {}

  void visit(const ObjectId& node, const std::string& above) {
    const ComponentNode decoded = decode_component_node(payload_of_(node));
    for (const ComponentNode::Child& child : decoded.children) visit(child.node, above);
    for (const Component& component : decoded.components) {
      const std::string path = above + component.path;
      if (component.composite) {
        visit(decode_composite(payload_of_(*component.composite)).node, path + '/');
      } else {
        survey_.add(path, component.size);
      }
    }
  }

 private:
  const PayloadOf& payload_of_;
  ComponentSurvey& survey_;
};

}  // namespace

ComponentSurvey::ComponentSurvey(std::string_view root)
    : root_(root), of_root_(clues_of(root, root)) {}

void ComponentSurvey::add(std::string_view path, std::uint64_t size) {
  counter_.add(path, size);
  const std::string_view directory = directory_of(path);
  if (!directory_ || *directory_ != directory) {
    directory_ = directory;
    std::string whole = root_;
    if (!root_.empty() && !directory.empty()) whole += '/';
    clues_ = clues_of(whole += directory, root_);
    versions_.insert(clues_.versions.begin(), clues_.versions.end());
  }
  std::string_view split = clues_.split;
  const std::string_view name = file_name_of(path);
  if (split.empty() && format_of(name).is_payload) split = split_of_file(name);
  if (!split.empty()) splits_.insert(split);
}

std::string ComponentSurvey::split() const {
  return splits_.size() == 1 ? std::string(*splits_.begin()) : std::string();
}

std::string ComponentSurvey::version_hint() const {
  if (!of_root_.version_of_root.empty()) return of_root_.version_of_root;
  return versions_.size() == 1 ? *versions_.begin() : std::string();
}

WholeDataset survey_composite(std::string_view path, const Composite& composite,
                              const PayloadOf& payload_of) {
  ComponentSurvey survey(path);
  Walk(payload_of, survey).visit(composite.node, {});
  return {.path = std::string(path),
          .algorithm = composite.algorithm,
          .digest = composite.digest,
          .is_declared = composite.structure.empty(),
          .profile = survey.profile(composite.structure),
          .split = survey.split(),
          .version_hint = survey.version_hint()};
}

}  // namespace roar::plumbing
