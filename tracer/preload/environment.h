#pragma once

#include "tracer/preload/freestanding.h"

namespace roar::tracer::preload {

// libc's variable, or null as long as libc has not set it.
char** program_environment() noexcept;

// Keeps what a child must be told: the name of this library and of the log. Returns the latter, or
// null if this process is not observed.
const char* remember_environment(char** environment) noexcept;

// How the environment of a program about to be executed must be changed so that it is observed too,
// or, if it cannot be, so that its loader does not complain. The caller gives the memory, because
// there may be nobody else's: the child of a vfork lives in its parent's.
class EnvironmentPlan {
 public:
  // `enterable`: whether this library can be loaded into the program.
  EnvironmentPlan(char* const* environment, bool enterable) noexcept;

  bool unchanged() const noexcept { return unchanged_; }
  std::size_t entries() const noexcept { return entries_; }  // pointers, the final null included
  std::size_t bytes() const noexcept { return bytes_; }      // of new strings
  void build(char** list, char* bytes) const noexcept;

 private:
  char* const* environment_;
  bool enterable_;
  bool unchanged_ = true;
  bool has_log_ = false;
  const char* preload_ = nullptr;  // the value of the first LD_PRELOAD
  std::size_t entries_ = 1;
  std::size_t bytes_ = 0;
};

// Whether the environment that a child of system(3) would get lets it be observed.
bool environment_is_complete() noexcept;

// Whether this library can be loaded into the program: it is an ELF file of our class, or a script
// for one, and the library is visible from here.
bool can_enter(int directory, const char* path) noexcept;

}  // namespace roar::tracer::preload
