#pragma once

#include <cstdint>
#include <string>

namespace roar::tracer {

// How a process is looked at that the preload library cannot enter.
enum class Way : std::uint8_t {
  None,      // it is not
  Listener,  // its path calls wait for an answer (tracer/notify/watcher.h)
  Ptrace,
};

struct HandoverOptions {
  std::string log_address;  // the value of wire::kLogVariable
  bool is_root = false;     // of the job: the log learns the backend
  bool by_ptrace = false;   // do not even try a listener
  // The preload library is loaded where it can be, and tells what it sees. Programs have to do
  // without io_uring.
  bool beside_library = false;
};

// Puts this process, which has one thread, under the eyes of a new one that belongs to nobody and
// ends with the last process under it. What is executed next is in the log as its program; nothing
// before. Where nothing works, this process is as it was before. Never throws: whatever fails, the
// program shall run.
Way hand_over_this_process(const HandoverOptions& options) noexcept;

}  // namespace roar::tracer
