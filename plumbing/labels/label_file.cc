#include "plumbing/labels/label_file.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "objects/base/error.h"
#include "objects/base/fd.h"
#include "objects/base/file.h"
#include "objects/base/variable.h"
#include "plumbing/labels/assignments.h"
#include "plumbing/labels/labels.h"

namespace roar::plumbing {

LabelFile::LabelFile(const Workspace& workspace) : workspace_(&workspace) {
  const std::string temporary = environment_text("TMPDIR");
  const std::array directories{temporary.empty() ? std::string("/tmp") : temporary,
                               workspace.roar_directory().string()};
  int error = 0;
  for (const std::string& directory : directories) {
    path_ = directory + "/roar-labels-XXXXXX";
    const Fd file(::mkostemp(path_.data(), O_CLOEXEC));
    if (file) return;
    error = errno;
  }
  throw_errno(error, "make", "a file for labels");
}

LabelFile::~LabelFile() {
  ::unlink(path_.c_str());
}

LabelDocument LabelFile::labels() const {
  constexpr off_t kBytesMost = off_t{1} << 20;
  struct stat status {};
  // Whoever takes the file away has nothing to say.
  if (::lstat(path_.c_str(), &status) != 0 || status.st_size == 0) return {};
  if (!S_ISREG(status.st_mode)) throw Error(Errc::Usage, "the file for labels is no file any more");
  if (status.st_size > kBytesMost) throw Error(Errc::Usage, "more than a megabyte of labels");
  LabelDocument entries = parse_assignment_lines(read_file(path_).value_or(""));
  redact_labels(*workspace_, entries);
  LabelMap document;
  for (const auto& [key, value] : entries) merge_label(document, key, value);
  return {document.begin(), document.end()};
}

}  // namespace roar::plumbing
