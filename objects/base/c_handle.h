#pragma once

#include <memory>

namespace roar {

// Frees a C library's handle with the library's own function.
template <auto kFree>
struct FreeWith {
  template <typename T>
  void operator()(T* handle) const noexcept {
    kFree(handle);
  }
};

// Owns a C handle that has nothing to it but being freed:
//
//   using GitRepository = CHandle<git_repository, git_repository_free>;
//
// A handle with a protocol (a transaction, say, that is committed or aborted) gets a class.
template <typename T, auto kFree>
using CHandle = std::unique_ptr<T, FreeWith<kFree>>;

}  // namespace roar
