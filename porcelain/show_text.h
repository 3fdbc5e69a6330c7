#pragma once

#include <iosfwd>

#include "plumbing/views.h"
#include "porcelain/json_views.h"

// What `roar show` prints for people.

namespace roar::porcelain {

// What every view of a job begins with: what it was, how it was observed, its command.
void print_job_head(std::ostream& out, const plumbing::JobView& view);
void print_job(std::ostream& out, const plumbing::JobView& view, Show show);
void print_artifact(std::ostream& out, const plumbing::ArtifactView& view);
void print_path(std::ostream& out, const plumbing::PathView& view);
void print_session(std::ostream& out, const plumbing::SessionView& view, Show show);

}  // namespace roar::porcelain
