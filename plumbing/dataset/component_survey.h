#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "objects/composite.h"
#include "objects/object_id.h"
#include "plumbing/dataset/dataset_root.h"
#include "plumbing/dataset/infer_datasets.h"

namespace roar::plumbing {

// What the files of a composite say about it as a data set.
class ComponentSurvey {
 public:
  // `root` is the composite's directory, in stored form.
  explicit ComponentSurvey(std::string_view root);

  // A file or a link, in any order; those of one directory together are the quickest.
  void add(std::string_view path, std::uint64_t size);

  DatasetProfile profile(std::string_view structure) const { return counter_.profile(structure); }
  std::string split() const;         // empty if none, or several
  std::string version_hint() const;  // the same

 private:
  std::string root_;
  ProfileCounter counter_;
  std::set<std::string_view> splits_;
  std::set<std::string> versions_;
  PathClues of_root_;
  // Of the directory of the last component.
  std::optional<std::string> directory_;
  PathClues clues_;
};

// The composite in the directory `path` (stored form), whose objects have these payloads; all of
// its files are looked at, those of nested composites too.
using PayloadOf = std::function<std::string(const ObjectId&)>;
WholeDataset survey_composite(std::string_view path, const Composite& composite,
                              const PayloadOf& payload_of);

}  // namespace roar::plumbing
