#pragma once

#include "tracer/preload/environment.h"
#include "tracer/preload/facts.h"

namespace roar::tracer::preload {

// How a program that is about to be executed is observed; `at_flags` as for execveat(2). Needs
// little of the stack: programs execute others from where there is not much.
FileWayIn way_into(Spelling program, int at_flags) noexcept;
// What to do where a listener sees the program anyway.
inline WayIn way_beside_net(FileWayIn way) noexcept {
  return way.way_in == WayIn::Onlooker ? way.otherwise : way.way_in;
}

// The execution of an Onlooker's program by roar-enter. Lives, with all that it points to, in a
// frame that is there only then: there may be nobody else's memory, in the child of a vfork.
class Entering {
 public:
  // False if the program cannot be handed over, or not be executed: then it is executed as it is.
  bool prepare(Spelling program, char* const* arguments, char* const* environment) noexcept;

  const char* program() const noexcept { return program_; }
  // The number of pointers that write_arguments writes for these.
  static std::size_t entries(char* const* arguments) noexcept;
  void write_arguments(char* const* arguments, char** list) noexcept;

 private:
  bool name_target(Spelling program) noexcept;

  char name_[11] = "roar-enter";
  char mode_[2] = "-";
  char program_[kEnterBytes];
  char target_[kDirectoryBytes + 256];
};

}  // namespace roar::tracer::preload
