#pragma once

#include "objects/environment.h"

namespace roar::plumbing {

// The machine that this process runs on, from /proc, /etc/os-release and uname(2). What cannot be
// found out stays empty. Runs no program.
Environment describe_environment();

}  // namespace roar::plumbing
