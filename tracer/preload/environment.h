#pragma once

#include "tracer/preload/program_file.h"

namespace roar::tracer::preload {

// libc's variable, or null as long as libc has not set it.
char** program_environment() noexcept;

// Keeps what a child must be told: the name of this library and of the log. Returns the latter, or
// null if this process is not observed.
const char* remember_environment(char** environment) noexcept;

// How the environment of a program about to be executed must be changed so that it is observed too,
// or, if it cannot be, so that its loader does not complain. One that is looked at from outside
// does without the library, also in its children: they are looked at, too. The caller gives the
// memory, because there may be nobody else's: the child of a vfork lives in its parent's.
class EnvironmentPlan {
 public:
  EnvironmentPlan(char* const* environment, WayIn way_in) noexcept;

  bool unchanged() const noexcept { return unchanged_; }
  std::size_t entries() const noexcept { return entries_; }  // pointers, the final null included
  std::size_t bytes() const noexcept { return bytes_; }      // of new strings
  void build(char** list, char* bytes) const noexcept;

 private:
  char* const* environment_;
  WayIn way_in_;
  bool unchanged_ = true;
  bool has_log_ = false;
  const char* preload_ = nullptr;  // the value of the first LD_PRELOAD
  std::size_t entries_ = 1;
  std::size_t bytes_ = 0;
};

// Whether the environment that a child of system(3) would get lets it be observed.
bool environment_is_complete() noexcept;

// Whether the library can be found from here, or else no loader could load it.
bool library_is_visible() noexcept;

// The path of roar-enter, into `buffer` of kEnterBytes, or null if it cannot be executed from here.
constexpr std::size_t kEnterBytes = 1024;
const char* enter_program(char* buffer) noexcept;

}  // namespace roar::tracer::preload
