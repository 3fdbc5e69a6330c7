#pragma once

#include "plumbing/workspace.h"

// A job that this process runs in, if there is one, hears nothing of a command whose library gets
// another log. These tell it so, by a gap. No variable of a job, or a job that has ended: nothing.

namespace roar::plumbing {

// The command will be in no record.
void tell_outer_job() noexcept;

// The command will be a job of `workspace`. The outer job finds that in its own store, unless it is
// of another project.
void tell_job_of_other_project(const Workspace& workspace) noexcept;

}  // namespace roar::plumbing
