#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "objects/base/fd.h"

// The file operations this program uses, with our errors. Nothing else calls the throwing overloads
// of std::filesystem: their exceptions carry no Errc and name no action.
//
// Everything here throws Errc::Io when the operating system refuses.

namespace roar {

bool file_exists(const std::filesystem::path& path);

// Creates missing parents too. It is not an error if the directory is already there.
void make_directories(const std::filesystem::path& path);

// The whole content, or nullopt if there is no such file. A directory is an error.
std::optional<std::string> read_file(const std::filesystem::path& path);

// The same, and empty if it is missing or may not be read: for what only adds to an answer.
std::string readable_content(const std::filesystem::path& path);

// What a symbolic link says. Empty if there is no such link.
std::string link_target(const std::filesystem::path& path);

// A file that appears under its name complete or not at all, even after a power cut.
//
// commit() fsyncs the data, renames the temporary file over `path`, and fsyncs the directory, in
// this order: a name must not survive a crash that its data did not. Unless commit() returns, the
// destructor removes the temporary file. A process that is killed in between leaves a file named
// "tmp-*" beside `path`.
class AtomicFile {
 public:
  // The directory must exist. `mode` is the final file's, not masked by the umask.
  AtomicFile(std::filesystem::path path, mode_t mode);
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  void write(std::string_view bytes);
  void commit();

 private:
  std::filesystem::path path_;
  std::string temporary_;  // empty once renamed
  Fd fd_;
};

}  // namespace roar
