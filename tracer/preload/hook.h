#pragma once

#include <dlfcn.h>
#include <errno.h>
#include <link.h>

#include <atomic>
#include <cstddef>

#include "tracer/preload/freestanding.h"

#pragma weak dlsym
#pragma weak dl_iterate_phdr
#pragma weak __errno_location

namespace roar::tracer::preload {

// Restores errno, for what runs around the program's own calls.
class KeepErrno {
 public:
  KeepErrno() noexcept : value_(errno) {}
  ~KeepErrno() { errno = value_; }
  KeepErrno(const KeepErrno&) = delete;
  KeepErrno& operator=(const KeepErrno&) = delete;

 private:
  int value_;
};

// The definition that the program would have got without us; looked up once. May be null for a
// function that only newer versions of libc have.
void* find_next(const char* symbol) noexcept;

template <typename Function>
class Next {
 public:
  Function get(const char* symbol) noexcept {
    const Function known = function_.load(std::memory_order_relaxed);
    if (known != nullptr) return known;
    const auto found = reinterpret_cast<Function>(find_next(symbol));
    function_.store(found, std::memory_order_relaxed);
    return found;
  }

 private:
  std::atomic<Function> function_{nullptr};
};

// A child of a process with threads cannot look anything up: another thread may have held the
// loader's lock. So before a fork, what a child commonly calls is looked up.
void find_next_of_descriptors() noexcept;
void find_next_of_exec() noexcept;

using IteratePhdr = int (*)(int (*)(dl_phdr_info*, std::size_t, void*), void*);
IteratePhdr phdr_iterator() noexcept;

}  // namespace roar::tracer::preload

// Defines what the program finds as `name`. Its C++ name differs, so that libc's declaration, with
// its attributes, does not get in the way.
#define ROAR_HOOK(result, name, ...)                                                    \
  extern "C" __attribute__((visibility("default")))                                     \
  result hook_##name(__VA_ARGS__) __asm__(#name);                                       \
  [[maybe_unused]] static constinit roar::tracer::preload::Next<decltype(&hook_##name)> \
      next_##name{};                                                                    \
  extern "C" result hook_##name(__VA_ARGS__)

#define ROAR_NEXT(name) (next_##name.get(#name))
