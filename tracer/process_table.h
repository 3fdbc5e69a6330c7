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

inline constexpr std::uint32_t kNoProcess = 0xffff'ffff;

// The job's processes: what each runs, where, and which of them are roar at work for another job
// and so not to be listened to.
class ProcessTable {
 public:
  struct State {
    std::uint32_t index = 0;  // in the list of processes
    PathId executable = kNoPath;
    PathId directory = kNoPath;
    PathId entering = kNoPath;  // the program it was about to run, with nothing heard from it since
    bool is_roar = false;
    bool ended = false;
    bool listed = false;  // index is valid
    bool seen = false;    // its last Start is that of somebody who looks at it
  };

  explicit ProcessTable(PathTable& paths) : paths_(paths) {}

  // A Start fact. `is_roar` says whether its executable is this program; nullopt if the fact names
  // none.
  void start(const Fact& fact, PathId executable, PathId directory, std::optional<bool> is_roar);
  void about_to_enter(const Fact& fact, PathId program);
  // An Arguments fact.
  void set_arguments(const Fact& fact);
  // An Exit fact.
  void end(const Fact& fact);
  void change_directory(std::int32_t pid, PathId directory);

  // Where relative paths of the fact start: in its process's directory; if that has not spoken yet,
  // in its parent's; else in the root's.
  std::string_view directory_of(const Fact& fact) const;
  PathId executable_of(std::int32_t pid) const;
  // Whether the fact, a Start, is of a process that has its id from another namespace: one of the
  // same id has not ended.
  bool is_another(const Fact& fact) const;
  // The number of the process that wrote the fact; kNoProcess if it is not known.
  std::uint32_t number_of(const Fact& fact) const;
  // Whether what the writer of this fact does is roar's own business.
  bool ignores(const Fact& fact) const;

  // The programs that were entered without a word from them.
  std::vector<PathId> silent() const;
  // Root first, then in order of appearance. Ends the table's use.
  std::vector<Process> take_processes();

 private:
  const State* find(std::int32_t pid) const;
  // The state of the process that the fact speaks of, listed; a new one if its number is used
  // again.
  State& listed_state(const Fact& fact);
  static void set_arguments(Process& process, std::string_view arguments);

  PathTable& paths_;
  std::unordered_map<std::int32_t, State> states_;
  std::vector<PathId> silent_;
  std::vector<Process> listed_;             // without executables
  std::vector<PathId> listed_executables_;  // theirs
  PathId root_directory_ = kNoPath;
};

}  // namespace roar::tracer
