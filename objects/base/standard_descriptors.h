#pragma once

namespace roar {

// Opens those of the descriptors 0, 1 and 2 that are closed, on /dev/null or, where there is none,
// on something that can neither be read nor written. Without this, the next file that is opened
// would be taken for standard input or output: the store's own, which what is printed would
// overwrite. Call it before anything is opened.
//
// What is opened is close-on-exec: to a command that we run, they are as closed as they were to us.
// Returns 0 or an errno value.
int open_standard_descriptors() noexcept;

}  // namespace roar
