#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "plumbing/command.h"
#include "plumbing/steps.h"
#include "plumbing/workspace.h"

namespace roar::plumbing {

// What it takes to execute a step of the active session once more.
struct Rerun {
  StepReference step;
  std::string name;                     // of the step; may be empty
  std::vector<std::string> argv;        // as recorded, and edited
  std::vector<std::string> add_tags;    // as recorded
  std::vector<std::string> block_tags;  // as recorded
  std::string directory;                // absolute; where the recorded job started
  std::vector<std::string> stale;  // steps it depends on whose own inputs have newer versions: "@1"
  // Files that the recorded job was born with, as redirections of a shell are; stored form.
  std::vector<std::string> inherited_inputs;
  std::vector<std::string> inherited_outputs;
};

// From the job that stands for the step, with `edits` ("--key=value") applied to its arguments: see
// edit_arguments. Throws Errc::Usage for a reference of another form, Errc::NotFound if there is no
// such step, and what edit_arguments throws.
Rerun rerun_of(const Workspace& workspace, std::string_view reference, Arguments edits);

// Sets options in a command line, each edit in the one place where the option stands: "--key=old"
// becomes "--key=value"; of the two arguments "--key" and "old" the second is replaced; "--key"
// that no value follows becomes "--key=value"; what is not there is appended. Only whole arguments
// are looked at, and the first one never. Throws Errc::Usage for an edit of another form, and
// Errc::Conflict if the option stands there twice or inside of an argument, such as a script for
// sh -c.
void edit_arguments(std::vector<std::string>& argv, Arguments edits);

}  // namespace roar::plumbing
