#pragma once

#include <string>
#include <vector>

#include "plumbing/doctor.h"
#include "tracer/observe.h"
#include "tracer/program.h"

namespace roar::plumbing {

// What can be said of a tracer before a command runs.
struct TracerCheck {
  std::string name;  // "preload", "notify", "ptrace"
  // Warning: it works, but does not see everything, or nobody can tell.
  Health health = Health::Ok;
  std::string text;    // one line
  std::string remedy;  // a command; empty if there is none
};

// Whether each tracer works here, found out by trying: one short program is run, one process is
// listened to, and one is traced.
std::vector<TracerCheck> check_tracers();

// The same for one program, which is only looked at.
struct ProgramCheck {
  std::string path;         // where it was found
  tracer::Program program;  // what would run in the end
  std::vector<TracerCheck> tracers;
  std::string chosen;  // the tracer that the settings come to; empty: it would not be started
  bool exact = false;  // and that tracer sees all of it
};
// Throws tracer::NotStarted if there is no such program.
ProgramCheck check_program(const std::string& name, tracer::Choice choice, bool strict);

}  // namespace roar::plumbing
