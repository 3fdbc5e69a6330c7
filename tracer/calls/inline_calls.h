#pragma once

#include <cstdint>
#include <span>
#include <string>

// Code that asks the kernel itself instead of libc: the preload library does not see it.

namespace roar::tracer {

// Whether `code` has a system call that opens, renames, ... files by path (traced_calls()), or one
// whose number does not stand before it. Found by decoding backwards from each two bytes that could
// be one, so neither labels nor an entry point are needed. Tables that lie among the code may be
// taken for it, rarely. Of the first `skipped` bytes, only what leads to later ones is looked at.
bool has_path_call(std::span<const std::uint8_t> code, std::size_t skipped = 0) noexcept;

struct InlineCalls {
  bool found = false;
  std::uint64_t code_bytes = 0;  // that were looked at
};

// Looks through the code of a program or library of x86-64, until it finds something. Of any other
// file, and of one that is damaged or cannot be read, there is none. libc, its loader and the
// runtimes of sanitizers are known by their names, and not looked at.
InlineCalls find_inline_calls(const std::string& path);

}  // namespace roar::tracer
