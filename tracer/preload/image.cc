#include "tracer/preload/image.h"

#include <link.h>
#include <sched.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>

#include "tracer/preload/descriptors.h"
#include "tracer/preload/environment.h"
#include "tracer/preload/hook.h"
#include "tracer/preload/net.h"
#include "tracer/preload/secure.h"
#include "tracer/preload/system_call.h"

namespace roar::tracer::preload {
namespace {

constexpr std::size_t kPage = 4096;
constexpr std::size_t kLongestPath = 4096;

enum class Phase : int { Unborn, Starting, Running, Off };

// The kernel empties this page in the child of any fork, whoever calls it and however. Zero: ask
// who we are.
struct alignas(kPage) ForkSensitive {
  std::atomic<int> pid;
  char rest[kPage - sizeof(std::atomic<int>)];
};
__attribute__((section(".bss.~3"))) constinit ForkSensitive fork_sensitive{};

struct Image {
  std::atomic<Phase> phase{Phase::Unborn};
  std::atomic<int> parent{0};  // whom the next Start names; 0: ask the kernel
  std::atomic<bool> objects_due{false};
  std::atomic<unsigned> epoch{0};
  std::atomic<bool> diverged{false};
  std::atomic<std::uint64_t> objects_added{0};
  std::atomic<std::uint64_t> objects_removed{0};
  std::atomic<std::uint64_t> objects_seen{0};
};
constinit Image image;

void write_child_start(int pid, int parent) noexcept {
  Fact fact;
  fact.kind = wire::Kind::Start;
  fact.pid = pid;
  fact.parent = parent;
  write_fact(fact);
}

__attribute__((noinline)) int learn_process() noexcept {
  const int pid = process_id();
  int unknown = 0;
  if (fork_sensitive.pid.compare_exchange_strong(unknown, pid, std::memory_order_relaxed)) {
    image.objects_due.store(false, std::memory_order_relaxed);
    const int parent = image.parent.load(std::memory_order_relaxed);
    write_child_start(pid, parent != 0 ? parent : parent_process());
  }
  return pid;
}

// The object that this code is in, as the linker has it.
extern "C" __attribute__((visibility("hidden"))) const char __ehdr_start[];  // NOLINT

struct ObjectScan {
  std::uint64_t known;  // these are skipped
  std::uint64_t seen;
};

int record_object(dl_phdr_info* info, std::size_t, void* data) noexcept {
  auto& scan = *static_cast<ObjectScan*>(data);
  if (scan.seen++ < scan.known) return 0;
  const char* path = info->dlpi_name;
  if (path == nullptr) return 0;
  if (info->dlpi_addr == reinterpret_cast<std::uintptr_t>(__ehdr_start)) return 0;
  const Text text = text_of(path);
  if (find(text, "/") == text.size) return 0;  // the kernel's own page
  struct stat status {};
  Fact fact = fact_of(wire::Kind::Open);
  fact.path = text;
  fact.touched = wire::kTouchedMappedRead | wire::kTouchedSettled;
  fact.open_flags = O_RDONLY | O_CLOEXEC;
  if (path[0] != '/') fact.flags |= wire::kRelative;
  if (!net_is_on()) fact.flags |= wire::kAlone;
  if (stat_path(AT_FDCWD, path, status)) {
    fact.stamp = &status;
    note_read(status);
  }
  write_fact(fact);
  return 0;
}

struct ObjectCounts {
  std::uint64_t added;
  std::uint64_t removed;
};

int count_objects(dl_phdr_info* info, std::size_t, void* data) noexcept {
  *static_cast<ObjectCounts*>(data) = {info->dlpi_adds, info->dlpi_subs};
  return 1;
}

void write_start(int pid) noexcept {
  char program[kLongestPath];
  char directory[kLongestPath];
  const long program_size =
      system_call(SYS_readlink, address_of("/proc/self/exe"), address_of(program), sizeof(program));
  const long directory_size = system_call(SYS_getcwd, address_of(directory), sizeof(directory));
  struct stat status {};
  Fact fact;
  fact.kind = wire::Kind::Start;
  if (!net_is_on()) fact.flags |= wire::kAlone;
  fact.pid = pid;
  fact.parent = parent_process();
  if (program_size > 0) fact.path = {program, static_cast<std::size_t>(program_size)};
  if (directory_size > 1) fact.path2 = {directory, static_cast<std::size_t>(directory_size) - 1};
  if (stat_path(AT_FDCWD, "/proc/self/exe", status)) {
    fact.stamp = &status;
    note_read(status);
  }
  write_fact(fact);
}

// The auditors of the loader, and what they use, are in name spaces of their own.
bool has_auditor(char* const* environment) noexcept {
  for (; *environment != nullptr; ++environment)
    if (starts_with(*environment, "LD_AUDIT=") && (*environment)[9] != '\0') return true;
  return false;
}

}  // namespace

constinit thread_local VforkState vfork_state{};

// Also tells the log about a child of vfork when it is first seen.
__attribute__((noinline)) bool examine_vfork() noexcept {
  const int pid = process_id();
  const int owner = fork_sensitive.pid.load(std::memory_order_relaxed);
  if (owner == pid || owner == 0) {  // the parent again, or the child was a real fork
    vfork_state.entered = false;
    return false;
  }
  if (vfork_state.child != pid) {
    vfork_state.child = pid;
    write_child_start(pid, owner);
  }
  return true;
}

void start_recording(char** environment) noexcept {
  if (environment == nullptr) return;
  Phase unborn = Phase::Unborn;
  if (!image.phase.compare_exchange_strong(unborn, Phase::Starting, std::memory_order_acq_rel))
    return;
  const KeepErrno keep;
  const char* path = remember_environment(environment);
  if (path == nullptr || !open_log(path)) {
    image.phase.store(Phase::Off, std::memory_order_release);
    return;
  }
  const int pid = process_id();
  system_call(SYS_madvise, address_of(&fork_sensitive), sizeof(fork_sensitive), MADV_WIPEONFORK);
  fork_sensitive.pid.store(pid, std::memory_order_relaxed);
  find_net();
  write_start(pid);
  image.phase.store(Phase::Running, std::memory_order_release);
  if (has_auditor(environment) && !net_is_on()) record_gap("auditor", nullptr);
  record_objects();
}

bool recording() noexcept {
  Phase phase = image.phase.load(std::memory_order_acquire);
  if (phase == Phase::Unborn) {
    start_recording(program_environment());
    phase = image.phase.load(std::memory_order_acquire);
  }
  return phase == Phase::Running;
}

int current_process() noexcept {
  if (in_vfork_child()) return vfork_state.child;
  const int pid = fork_sensitive.pid.load(std::memory_order_relaxed);
  return pid != 0 ? pid : learn_process();
}

int parent_process() noexcept {
  return static_cast<int>(system_call(SYS_getppid));
}

void enter_vfork() noexcept {
  if (!recording()) return;
  current_process();
  vfork_state.entered = true;
}

void leave_vfork() noexcept {
  vfork_state.entered = false;
}

void after_fork_in_child(int parent) noexcept {
  image.parent.store(parent, std::memory_order_relaxed);
  vfork_state.entered = false;
  if (recording()) current_process();
  image.parent.store(0, std::memory_order_relaxed);
}

unsigned directory_epoch() noexcept {
  return image.epoch.load(std::memory_order_relaxed);
}

void directory_changed() noexcept {
  image.epoch.fetch_add(1, std::memory_order_relaxed);
}

void directories_diverge() noexcept {
  image.diverged.store(true, std::memory_order_relaxed);
}

bool directories_diverged() noexcept {
  return image.diverged.load(std::memory_order_relaxed);
}

void record_objects() noexcept {
  if (dl_iterate_phdr == nullptr || in_vfork_child()) return;
  const KeepErrno keep;
  const auto iterate = phdr_iterator();
  if (iterate == nullptr) return;
  ObjectCounts counts{};
  iterate(count_objects, &counts);
  const std::uint64_t added = image.objects_added.exchange(counts.added, std::memory_order_relaxed);
  const std::uint64_t removed =
      image.objects_removed.exchange(counts.removed, std::memory_order_relaxed);
  if (added == counts.added) return;
  // New objects are at the end of the list: the others are known, unless some have gone, when all
  // but the program are written again.
  const bool appended = removed == counts.removed && added > 0;
  ObjectScan scan{appended ? image.objects_seen.load(std::memory_order_relaxed) : 1, 0};
  iterate(record_object, &scan);
  image.objects_seen.store(scan.seen, std::memory_order_relaxed);
}

void expect_objects() noexcept {
  image.objects_due.store(true, std::memory_order_relaxed);
}

void record_objects_if_due() noexcept {
  if (image.objects_due.load(std::memory_order_relaxed) &&
      image.objects_due.exchange(false, std::memory_order_relaxed))
    record_objects();
}

Fact fact_of(wire::Kind kind) noexcept {
  Fact fact;
  fact.kind = kind;
  fact.pid = current_process();
  return fact;
}

bool withdraw() noexcept {
  if (!net_is_on()) return false;
  release_all_untracked();
  leave_net();
  image.phase.store(Phase::Off, std::memory_order_release);
  return true;
}

void note_clone(unsigned long flags) noexcept {
  const bool shares_memory = (flags & CLONE_VM) != 0;
  const bool shares_descriptors = (flags & CLONE_FILES) != 0;
  if (shares_memory == shares_descriptors || !recording()) return;
  if (!withdraw()) record_gap("shared-descriptors", nullptr);
}

void record_gap(Text reason, const char* program) noexcept {
  Fact fact = fact_of(wire::Kind::Gap);
  fact.path = reason;
  if (program != nullptr) fact.path2 = text_of(program);
  write_fact(fact);
}

}  // namespace roar::tracer::preload
