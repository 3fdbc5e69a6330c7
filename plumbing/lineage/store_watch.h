#pragma once

#include <filesystem>
#include <string>

#include "objects/base/fd.h"
#include "plumbing/workspace.h"

namespace roar::plumbing {

// Waits for somebody to write to a project's store. Opens none of its files: closing one would give
// up the locks that this process holds on it.
class StoreWatch {
 public:
  explicit StoreWatch(const Workspace& workspace);

  // Whether the store of now is still the one that was there when this was made.
  bool is_current() const;

  enum class Woken { Written, ReaderGone };
  // Waits until something was written since the last call, or until nobody reads what is written to
  // `out` any more. May wake up for nothing. Where the system cannot tell, it looks once a second.
  Woken wait(int out);

 private:
  std::string generation() const;

  std::filesystem::path directory_;
  std::string generation_;
  int looks_ = 0;  // that are due: what was written may be seen a little after the event
  Fd events_;      // of inotify(7); none where there is none to be had
};

}  // namespace roar::plumbing
