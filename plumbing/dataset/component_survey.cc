#include "plumbing/dataset/component_survey.h"

#include "plumbing/dataset/path_hints.h"

namespace roar::plumbing {

ComponentSurvey::ComponentSurvey(std::string_view root)
    : root_(root), of_root_(clues_of(root, root)) {}

void ComponentSurvey::add(std::string_view path, std::uint64_t size) {
  counter_.add(path, size);
  const std::string_view directory = directory_of(path);
  if (!directory_ || *directory_ != directory) {
    directory_ = directory;
    clues_ = clues_of(directory.empty() ? root_ : root_ + '/' + *directory_, root_);
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

}  // namespace roar::plumbing
