#pragma once

#include <iosfwd>

#include "objects/json.h"
#include "objects/processes.h"
#include "porcelain/json_views.h"

// The processes of a job, for `roar show --processes`.

namespace roar::porcelain {

// The tree, a line for each process, with the files it used. Of a large one the beginning, unless
// all of it is wanted.
void print_processes(std::ostream& out, const JobProcesses& processes, Show show);

// The same under the keys "processes", "omitted_processes" and "omitted_files".
void put_processes(json::Object& object, const JobProcesses& processes);

}  // namespace roar::porcelain
