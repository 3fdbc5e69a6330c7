#pragma once

#include <iosfwd>
#include <string>

#include "objects/json.h"
#include "plumbing/views.h"

// What a job says about the state of its code, for people and for programs.

namespace roar::porcelain {

// "main @ 1a2b3c4 · dirty · patch", for the report after a run.
std::string git_summary(const GitState& git);

// The lines of `roar show`: commit, patch and how to restore it, kept and withheld files, drift.
void print_git(std::ostream& out, const GitState& git,
               const std::optional<plumbing::PatchStat>& patch);

json::Object git_json(const GitState& git);
json::Object git_json(const GitState& git, const std::optional<plumbing::PatchStat>& patch);

}  // namespace roar::porcelain
