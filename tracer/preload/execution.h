#pragma once

#include "tracer/preload/environment.h"
#include "tracer/preload/facts.h"

namespace roar::tracer::preload {

// How a program is about to be executed: as it is, or by roar-enter. Lives in the frame of the
// caller, like all that it points to: there may be nobody else's memory, in the child of a vfork.
class Execution {
 public:
  // `at_flags` as for execveat(2).
  Execution(Spelling program, int at_flags, char* const* environment) noexcept;

  const EnvironmentPlan& environment() const noexcept { return environment_; }
  // Null if the program is executed as it is.
  const char* enter() const noexcept { return enter_; }
  // The number of pointers that enter_arguments writes for these.
  static std::size_t entries(char* const* arguments) noexcept;
  void enter_arguments(char* const* arguments, char** list) noexcept;

 private:
  WayIn way_into(Spelling program, int at_flags) noexcept;
  bool name_target(Spelling program) noexcept;

  const char* enter_ = nullptr;
  char name_[11] = "roar-enter";
  char mode_[2] = "-";
  char enter_path_[kEnterBytes];
  char target_[kDirectoryBytes + 256];
  EnvironmentPlan environment_;
};

}  // namespace roar::tracer::preload
