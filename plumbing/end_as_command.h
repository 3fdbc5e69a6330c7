#pragma once

namespace roar::plumbing {

// Ends this process by the signal that ended the command, so that whoever waits for us sees the
// same. Leaves no core dump: the command has left its own. What is not flushed is lost.
[[noreturn]] void die_of(int signal);

}  // namespace roar::plumbing
