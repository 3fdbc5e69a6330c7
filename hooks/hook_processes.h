#pragma once

#include <sys/types.h>

#include <set>

namespace roar::hooks {

// The processes of a hook: itself and all that it starts, directly or not. It stays in our process
// group, so that the terminal's signals and its input reach it; so a group cannot tell which they
// are. While this object lives, processes whose parent has ended become children of ours instead of
// init's.
//
// One at a time, made before the hook is started, and no other thread may start processes
// meanwhile.
class HookProcesses {
 public:
  HookProcesses();
  ~HookProcesses();
  HookProcesses(const HookProcesses&) = delete;
  HookProcesses& operator=(const HookProcesses&) = delete;

  // Kills them, but for those that may not be killed. Waits for none of them.
  void kill() const;

 private:
  int adopted_before_ = 0;
  std::set<pid_t> others_;  // children that we had already
};

}  // namespace roar::hooks
