#pragma once

#include "tracer/preload/log_writer.h"

namespace roar::tracer::preload {

// Whether facts are to be written in this process. The first call starts the recording, from
// whichever hook it comes: constructors of other libraries run before ours.
bool recording() noexcept;

// The constructor's call: the environment is certain then, libc's variable may not be set yet.
void start_recording(char** environment) noexcept;

// The process that facts belong to: the caller, also between vfork and exec.
int current_process() noexcept;

// Of a thread, and so of the child that it makes with vfork, which has the same thread memory.
struct VforkState {
  bool entered;  // there may be such a child, or we are it
  int child;     // the last one that has written its Start
};
// NOLINTNEXTLINE(bugprone-dynamic-static-initializers): it is constinit
extern constinit thread_local VforkState vfork_state;
bool examine_vfork() noexcept;

// Whether the caller is the child of a vfork, that is, whether all memory here is its parent's.
inline bool in_vfork_child() noexcept {
  return vfork_state.entered && examine_vfork();
}

// Its parent.
int parent_process() noexcept;

// Around a call that makes a child in the caller's memory.
void enter_vfork() noexcept;
void leave_vfork() noexcept;

// After a fork, in the child: tells whose child it is.
void after_fork_in_child(int parent) noexcept;

// Number of changes of the working directory so far: part of what a relative path means.
unsigned directory_epoch() noexcept;
void directory_changed() noexcept;
// Threads no longer share a working directory: from now on relative paths are written absolute.
void directories_diverge() noexcept;
bool directories_diverged() noexcept;

// A process or thread is made with these flags of clone(2), and not by fork or vfork: where memory
// is shared and descriptors are not, or the other way round, what is known of them is not true. A
// gap.
void note_clone(unsigned long flags) noexcept;

// Where a listener sees this process too: from now on it tells all, as of a program that this
// library is not in. Whether there is one.
bool withdraw() noexcept;

// Writes the libraries that were loaded since the last call.
void record_objects() noexcept;
// A library may have been loaded or is about to be: the next record_objects_if_due looks.
void expect_objects() noexcept;
void record_objects_if_due() noexcept;

// A fact with the current process filled in.
Fact fact_of(wire::Kind kind) noexcept;

void record_gap(Text reason, const char* program) noexcept;

}  // namespace roar::tracer::preload
