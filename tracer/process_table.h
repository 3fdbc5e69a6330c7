#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "tracer/fact.h"
#include "tracer/observation.h"
#include "tracer/path_table.h"

namespace roar::tracer {

// The job's processes: what each runs, where, and which of them are roar at work for another job
// and so not to be listened to.
class ProcessTable {
 public:
  struct State {
    std::size_t index = 0;  // in processes()
    PathId executable = kNoPath;
    PathId directory = kNoPath;
    PathId entering = kNoPath;  // the program it was about to run, with nothing heard from it since
    bool is_roar = false;
    bool ended = false;
    bool listed = false;  // index is valid
  };

  explicit ProcessTable(PathTable& paths) : paths_(paths) {}

  // A Start fact. `is_roar` says whether its executable is this program; nullopt if the fact names
  // none.
  void start(const Fact& fact, PathId executable, PathId directory, std::optional<bool> is_roar);
  void about_to_enter(const Fact& fact, PathId program);
  void end(std::int32_t pid);
  void change_directory(std::int32_t pid, PathId directory);

  // Where relative paths of the fact start: in its process's directory; if that has not spoken yet,
  // in its parent's; else in the root's.
  std::string_view directory_of(const Fact& fact) const;
  PathId executable_of(std::int32_t pid) const;
  // Whether what the writer of this fact does is roar's own business.
  bool ignores(const Fact& fact) const;

  // The programs that were entered without a word from them.
  std::vector<PathId> silent() const;
  // Root first, then in order of appearance.
  std::vector<Process> processes() const;

 private:
  const State* find(std::int32_t pid) const;

  PathTable& paths_;
  std::unordered_map<std::int32_t, State> states_;
  std::vector<PathId> silent_;
  struct Listed {
    std::int32_t pid;
    std::int32_t parent;
    PathId executable;
  };
  std::vector<Listed> listed_;
  PathId root_directory_ = kNoPath;
};

}  // namespace roar::tracer
