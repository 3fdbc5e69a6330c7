#pragma once

#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>

#include "plumbing/run_job.h"

namespace roar::porcelain {

enum class Verbosity : std::uint8_t { Quiet, Normal, Verbose, Debug };

// The closing report of `roar run`, at most a few lines: what was recorded, what is missing and
// where to look. Quiet prints only what went wrong. Verbose lists the files that were read and
// written, Debug all others too.
void report_run(std::ostream& err, const plumbing::RunOutcome& outcome, Verbosity verbosity);

// Whether standard error is the job's own file, or a log: the closing report would end up in it. A
// terminal, a pipe and the null device are neither.
bool stderr_is_a_file() noexcept;

}  // namespace roar::porcelain
