#pragma once

#include "objects/base/fd.h"

namespace roar::plumbing {

// A nameless file that shares the content of the one behind `descriptor` until one of them is
// written to, open for reading and writing. Empty where the file system has no such copies (Btrfs
// and XFS have), or the user may not make a file beside this one. What the system has not written
// to the disk yet is written first.
Fd clone_file(int descriptor);

}  // namespace roar::plumbing
