#include <dlfcn.h>
#include <sched.h>
#include <stdarg.h>
#include <sys/types.h>

#include "tracer/preload/descriptors.h"
#include "tracer/preload/environment.h"
#include "tracer/preload/facts.h"
#include "tracer/preload/hook.h"
#include "tracer/preload/image.h"
#include "tracer/preload/system_call.h"

extern "C" const char* gnu_get_libc_version() __attribute__((weak));

using namespace roar::tracer::preload;  // NOLINT(google-build-using-namespace): hooks are global
using roar::tracer::wire::Kind;

namespace {

void before_child() {
  if (!recording()) return;
  current_process();
  record_objects_if_due();
  find_next_of_descriptors();
  find_next_of_exec();
}

pid_t forked(int parent, pid_t result) {
  if (result != 0) return result;
  const KeepErrno keep;
  after_fork_in_child(parent);
  return result;
}

void before_end() {
  if (in_vfork_child()) return;
  record_objects();
  settle_all(true);
}

void ends_with(int status) {
  if (!recording()) return;
  before_end();
  record_end(current_process(), (status & 0xff) << 8);
}

// glibc hands the environment to constructors, before its own variable is set. Others, which do
// not, have set it.
__attribute__((constructor)) void image_starts(int count, char** arguments, char** environment) {
  const bool is_glibc = gnu_get_libc_version != nullptr;
  start_recording(is_glibc ? environment : program_environment());
  if (!recording()) return;
  if (is_glibc) {
    record_arguments(count, arguments);
  } else {
    record_arguments_of_kernel();
  }
}

// Runs for exit(3) and the return from main; what stdio flushes comes after it.
__attribute__((destructor)) void image_ends() {
  if (!recording()) return;
  before_end();
  write_fact(fact_of(Kind::Exit));
}

// Of the sanitizer runtimes, which insist on being the first library of the process and look for
// themselves among the loaded objects: we do not show ourselves to them.
struct Visitor {
  int (*visit)(dl_phdr_info*, std::size_t, void*);
  void* data;
  std::uintptr_t hidden_from;
  bool hide;
};

extern "C" __attribute__((visibility("hidden"))) const char __ehdr_start[];  // NOLINT

bool covers(const dl_phdr_info& info, std::uintptr_t address) {
  for (unsigned i = 0; i < info.dlpi_phnum; ++i) {
    const auto& segment = info.dlpi_phdr[i];
    if (segment.p_type == PT_LOAD && address - info.dlpi_addr - segment.p_vaddr < segment.p_memsz)
      return true;
  }
  return false;
}

bool is_sanitizer(const char* name) {
  const Text text = text_of(name);
  return find(text, "/libasan.so") < text.size || find(text, "/libclang_rt.asan") < text.size;
}

int examine_caller(dl_phdr_info* info, std::size_t, void* data) {
  auto& visitor = *static_cast<Visitor*>(data);
  if (info->dlpi_name == nullptr || !covers(*info, visitor.hidden_from)) return 0;
  visitor.hide = is_sanitizer(info->dlpi_name);
  return 1;
}

int visit_others(dl_phdr_info* info, std::size_t size, void* data) {
  const auto& visitor = *static_cast<const Visitor*>(data);
  if (info->dlpi_addr == reinterpret_cast<std::uintptr_t>(__ehdr_start)) return 0;
  return visitor.visit(info, size, visitor.data);
}

// Whether a sanitizer runtime is in this process at all: looked at once.
bool has_sanitizer() {
  static constinit std::atomic<int> known{-1};
  int answer = known.load(std::memory_order_relaxed);
  if (answer >= 0) return answer != 0;
  answer = find_next("__asan_init") != nullptr ? 1 : 0;
  known.store(answer, std::memory_order_relaxed);
  return answer != 0;
}

}  // namespace

ROAR_HOOK(int, dl_iterate_phdr, int (*visit)(dl_phdr_info*, std::size_t, void*), void* data) {
  const auto next = ROAR_NEXT(dl_iterate_phdr);
  if (!has_sanitizer()) return next(visit, data);
  Visitor visitor{visit, data, reinterpret_cast<std::uintptr_t>(__builtin_return_address(0)),
                  false};
  next(examine_caller, &visitor);
  return visitor.hide ? next(visit_others, &visitor) : next(visit, data);
}

namespace roar::tracer::preload {

IteratePhdr phdr_iterator() noexcept {
  return ROAR_NEXT(dl_iterate_phdr);
}

}  // namespace roar::tracer::preload

ROAR_HOOK(pid_t, fork, void) {
  before_child();
  const int parent = recording() ? current_process() : 0;
  return forked(parent, ROAR_NEXT(fork)());
}

ROAR_HOOK(pid_t, _Fork, void) {
  before_child();
  const int parent = recording() ? current_process() : 0;
  return forked(parent, ROAR_NEXT(_Fork)());
}

// A copy of the process is noticed by itself; a child in the same memory that we wait for is like
// one of vfork.
ROAR_HOOK(int, clone, int (*function)(void*), void* stack, int flags, void* argument, ...) {
  va_list arguments;
  va_start(arguments, argument);
  void* parent_id = va_arg(arguments, void*);
  void* thread_memory = va_arg(arguments, void*);
  void* child_id = va_arg(arguments, void*);
  va_end(arguments);
  constexpr int kBorrowed = CLONE_VM | CLONE_VFORK;
  const bool borrowed = (flags & (kBorrowed | CLONE_SETTLS)) == kBorrowed;
  if ((flags & CLONE_THREAD) == 0) before_child();
  if (borrowed) enter_vfork();
  if (!borrowed) note_clone(static_cast<unsigned>(flags));
  return ROAR_NEXT(clone)(function, stack, flags, argument, parent_id, thread_memory, child_id);
}

ROAR_HOOK(void, _exit, int status) {
  ends_with(status);
  ROAR_NEXT(_exit)(status);
}

ROAR_HOOK(void, _Exit, int status) {
  ends_with(status);
  ROAR_NEXT(_Exit)(status);
}

ROAR_HOOK(void, quick_exit, int status) {
  ends_with(status);
  ROAR_NEXT(quick_exit)(status);
}

ROAR_HOOK(int, dlclose, void* handle) {
  if (recording()) record_objects_if_due();
  return ROAR_NEXT(dlclose)(handle);
}

// Called by entry.S.
namespace {

constinit Next<void*> next_vfork{};
constinit Next<void*> next_dlopen{};
constinit Next<void*> next_dlmopen{};

}  // namespace

extern "C" {

__attribute__((visibility("hidden"))) void* roar_before_vfork() {
  const KeepErrno keep;
  before_child();
  enter_vfork();
  return next_vfork.get("vfork");
}

// What is loaded by this call is found by the next one, or by any hook before it.
__attribute__((visibility("hidden"))) void* roar_before_dlopen() {
  const KeepErrno keep;
  if (recording()) {
    record_objects_if_due();
    expect_objects();
  }
  return next_dlopen.get("dlopen");
}

__attribute__((visibility("hidden"))) void* roar_before_dlmopen(Lmid_t name_space,
                                                                const char* path) {
  const KeepErrno keep;
  if (name_space != LM_ID_BASE && recording() && !net_is_on()) record_gap("dlmopen", path);
  return next_dlmopen.get("dlmopen");
}
}
