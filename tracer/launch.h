#pragma once

#include <sys/types.h>

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "tracer/log.h"
#include "tracer/observation.h"
#include "tracer/signals.h"

// Starting the root process of a job the way a shell would, and waiting for it.

namespace roar::tracer {

// Where `name` is, looked up in PATH as execvp(3) does. Throws NotStarted.
std::string find_program(const std::string& name);

// This process's environment with these variables set, as "name=value".
std::vector<std::string> environment_with(
    const std::vector<std::pair<std::string, std::string>>& variables);

struct Launch {
  std::string program;  // path
  std::vector<std::string> arguments;
  // If not empty: a program that executes `program`, with its own first arguments. Those of the
  // program follow.
  std::vector<std::string> through;
  std::vector<std::string> environment;
  // Runs in the child before it executes the program: async-signal-safe calls only. Returns an
  // errno, which stops the start, or 0.
  std::function<int()> before_exec;
};

// A failure of Launch::before_exec, as opposed to one of the program.
struct PreparationFailed {
  int errnum;
};

// Forks and executes; returns the child's id once its program runs. An Exec fact is in the log
// before that. Throws NotStarted or PreparationFailed, and then there is no child.
pid_t start(const Launch& launch, Log& log, const SignalGuard& signals);

// Blocks until the child ends, says so to `signals`, and reaps it. If the terminal stops the child,
// or anything does while the job is in the foreground, this process stops too, as a shell expects
// of a job; continued, it continues the child.
ExitState wait_for(pid_t child, const SignalGuard& signals);

}  // namespace roar::tracer
