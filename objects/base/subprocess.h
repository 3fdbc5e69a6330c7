#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "objects/base/fd.h"

namespace roar {

// Variables to set for a program; those without a value are taken away.
using SubprocessVariables = std::vector<std::pair<std::string, std::optional<std::string>>>;

struct SubprocessLimits {
  std::optional<std::chrono::milliseconds> time;  // none: as long as it takes
  std::optional<std::size_t> output;              // bytes of standard output
};

enum class SubprocessEnd : std::uint8_t { Itself, TimeLimit, OutputLimit };

struct SubprocessResult {
  int status = 0;  // exit status; 128 + the signal's number for a death by signal
  SubprocessEnd end = SubprocessEnd::Itself;  // else it was killed
  std::string output;                         // standard output
  std::string errors;                         // standard error
};

// A program of ours (never the user's command), run without a shell, with standard input closed and
// the variables set, beside what the caller does until it asks for the result. Not for several
// threads.
class Subprocess {
 public:
  // Starts it. argv[0] is looked up in PATH. The time limit counts from here. What it prints beyond
  // what a pipe holds makes it wait for finish(). Throws Errc::Io if no process can be made.
  Subprocess(const std::vector<std::string>& argv, const SubprocessVariables& variables,
             const std::string& directory, const SubprocessLimits& limits = {});
  // Kills and waits for it unless finish() was called.
  ~Subprocess();
  Subprocess(Subprocess&& other) noexcept;
  Subprocess& operator=(Subprocess&&) = delete;
  Subprocess(const Subprocess&) = delete;
  Subprocess& operator=(const Subprocess&) = delete;

  // Waits for its end, or for a limit. To be called once. Status is 127 if argv[0] is not there.
  // Throws Errc::Io.
  SubprocessResult finish();

 private:
  using Clock = std::chrono::steady_clock;

  // Gathers its output until both streams end or a limit is reached.
  SubprocessEnd collect(SubprocessResult& result);

  SubprocessLimits limits_;
  std::optional<Clock::time_point> deadline_;
  Fd output_;
  Fd errors_;
  pid_t pid_ = 0;  // 0: not there, or waited for
};

// Runs such a program to its end, or to a limit.
SubprocessResult run_subprocess(const std::vector<std::string>& argv,
                                const SubprocessVariables& variables, const std::string& directory,
                                const SubprocessLimits& limits = {});

}  // namespace roar
