#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "objects/base/file_stamp.h"
#include "tracer/observation.h"
#include "tracer/signals.h"
#include "tracer/wire.h"

namespace roar::tracer {

// From this size on a file that the job reads is worth hashing before the job has ended.
inline constexpr std::uint64_t kLargeInput = std::uint64_t{1} << 20;

// A version from before the job that the job has opened to read it.
struct LargeInput {
  std::string path;  // absolute
  FileStamp stamp;
};

// Asked before the job destroys a version that it has read, or that it keeps part of.
class Keeper {
 public:
  virtual ~Keeper() = default;
  // Whether it is to be asked at all: if not, no call of the job waits. Asked once.
  virtual bool wanted() const noexcept { return true; }
  // Returns whether the content behind `descriptor` (open for reading, at any offset; the caller's)
  // is or will be known for this stamp. The job waits: must return within half a second. Called by
  // one thread, which is not the one that called observe().
  virtual bool keep(int descriptor, const FileStamp& stamp, wire::Fate fate) noexcept = 0;

  // Whether it is to be told of inputs. Asked once.
  virtual bool looks_ahead() const noexcept { return false; }
  // What the job seems to read, some time after it began to: a hint, to make use of or not. Must
  // return at once. Called by the thread that calls keep().
  virtual void expect(std::vector<LargeInput>&& /*inputs*/) noexcept {}
};

enum class Choice : std::uint8_t {
  Auto,  // preload; ptrace if preload cannot enter the program
  Preload,
  Ptrace,
};

struct Command {
  std::vector<std::string> argv;  // at least one; the first is looked up in PATH as execvp(3) does
  // Set in the child's environment on top of this process's own.
  std::vector<std::pair<std::string, std::string>> variables;
};

class CodeMemory;
class Log;

struct Options {
  Choice choice = Choice::Auto;
  // The whole job is looked at from outside, too, by a listener, which tells of what the library
  // does not see of the processes that it is in; or, where there is none, by ptrace alone.
  bool strict = false;
  Log* log = nullptr;           // an empty log to use; null: one of its own, in memory
  std::string preload_library;  // path of libroar-preload.so; empty: beside the program (see
                                // preload_library())
  CodeMemory* code = nullptr;   // tracer/loaded_code.h; null: nothing is remembered
  int grace_ms = 100;           // how long descendants of the root may go on before they are `late`
};

// The command did not start. Thrown by observe() before anything ran.
struct NotStarted {
  int status = 125;     // 127 not found, 126 found but not executable, 125 our own failure
  std::string message;  // lower case, no final stop
};

// Runs the command to its end under a tracer and returns what it did. Standard streams, terminal,
// process group, working directory, limits and signal state are those of this process. No
// descriptor of this process reaches the child except 0 to 2 and what it was itself born with.
//
// The keeper is asked while the job runs, and not after this returns. A version that the job
// destroyed is an input whose `available_at` is empty; whether its content is known is the keeper's
// knowledge alone.
//
// Throws NotStarted if the command could not be started. Once it runs, nothing is thrown: what goes
// wrong with the tracing is a gap, and the command goes on. Blocks until the root process has
// ended.
Observation observe(const Command& command, const Options& options, Keeper& keeper,
                    const SignalGuard& signals);

// Where the preload library is for this executable: in the installation's library directory, or in
// the build tree. Empty if it is in neither.
std::string preload_library();

}  // namespace roar::tracer
