#pragma once

#include <string>
#include <string_view>

#include "plumbing/command.h"
#include "plumbing/run_job.h"

namespace roar::porcelain {

// `roar run` and `roar build` in full: parses, runs, reports. Returns the command's exit status; if
// a signal ended it, this process has ended by the same signal instead.
int run_and_record(Context& context, Arguments arguments, std::string_view synopsis, JobKind kind);

}  // namespace roar::porcelain
