#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

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

// Runs a program of ours (never the user's command) to its end, or to a limit, without a shell,
// with standard input closed and the variables set. argv[0] is looked up in PATH; status is 127 if
// it is not there. Throws Errc::Io if no process can be made.
SubprocessResult run_subprocess(const std::vector<std::string>& argv,
                                const SubprocessVariables& variables, const std::string& directory,
                                const SubprocessLimits& limits = {});

}  // namespace roar
