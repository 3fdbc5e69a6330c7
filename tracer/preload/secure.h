#pragma once

#include "tracer/preload/facts.h"

namespace roar::tracer::preload {

// What is known about regular files as to their versions from before the job (tracer/versions.h).
// Nothing happens for other kinds of file, nor if the log is not mapped as a whole.
void note_read(const struct stat& status) noexcept;
void note_own(const struct stat& status) noexcept;
void note_gone(const struct stat& status) noexcept;

// Before a call that takes the name off a file, or the content out of it: returns when its content
// from before the job is secured or will not be, at once in nearly all cases. `status` is what the
// file at `spelling` is now. `keeps_bytes`: the call leaves some of the content where it is, which
// makes the file an input even if nobody reads it.
void secure(Spelling spelling, const struct stat& status, wire::Fate fate,
            bool keeps_bytes = false) noexcept;

}  // namespace roar::tracer::preload
