#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "objects/base/timestamp.h"
#include "objects/job.h"
#include "plumbing/progress.h"
#include "plumbing/views.h"

// How values read in output for people.

namespace roar::porcelain {

// "12ms" below a tenth of a second (at least "1ms"), else "3.4s".
std::string duration_text(std::int64_t nanoseconds);

using plumbing::size_text;

// "just now", "5m ago", "3h ago", "2d ago", "4mo ago".
std::string age_text(Timestamp then, Timestamp now);

// "2026-11-21 14:02:11" in the local time zone.
std::string time_text(Timestamp time);

// "1 input", "2 inputs".
std::string count_text(std::uint64_t count, std::string_view singular);
// The same for a word whose plural is another one.
std::string count_text(std::uint64_t count, std::string_view singular, std::string_view plural);

// The command as one would type it, cut to `width` characters with "..." if that is not 0.
std::string command_text(std::span<const std::string> argv, std::size_t width);

// "exit 0", "signal 3, core dumped", "exit 1, interrupted", "exit unknown".
std::string exit_text(const JobExit& exit);

// "@3", "@B1", or the short uid if the job is of no step.
std::string job_reference(const plumbing::JobSummary& job);

}  // namespace roar::porcelain
