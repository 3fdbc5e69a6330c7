#pragma once

#include <string>

#include "objects/label_value.h"
#include "plumbing/workspace.h"

namespace roar::plumbing {

// A temporary file that a program of the user's writes labels into, one assignment a line
// (assignments.h). It is removed with the object.
class LabelFile {
 public:
  // Throws Errc::Io if no directory takes it.
  explicit LabelFile(const Workspace& workspace);
  ~LabelFile();
  LabelFile(const LabelFile&) = delete;
  LabelFile& operator=(const LabelFile&) = delete;

  const std::string& path() const noexcept { return path_; }

  // What it says, merged: sorted, each key once, with placeholders for secrets. Throws Errc::Usage,
  // naming the line, for what is no assignment, and for more than a megabyte.
  LabelDocument labels() const;

 private:
  const Workspace* workspace_;
  std::string path_;
};

}  // namespace roar::plumbing
