#pragma once

#include <string>
#include <utility>
#include <vector>

namespace roar {

struct SubprocessResult {
  int status = 0;      // exit status; 128 + the signal's number for a death by signal
  std::string output;  // standard output
  std::string errors;  // standard error
};

// Runs a program of ours (never the user's command) to its end, without a shell, with standard
// input closed and the extra variables set. argv[0] is looked up in PATH; status is 127 if it is
// not there. Throws Errc::Io if no process can be made.
SubprocessResult run_subprocess(const std::vector<std::string>& argv,
                                const std::vector<std::pair<std::string, std::string>>& variables,
                                const std::string& directory);

}  // namespace roar
