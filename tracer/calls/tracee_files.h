#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>

#include "tracer/wire.h"

// A stopped tracee's memory and its view of the file system.

namespace roar::tracer {

// The bytes at `address` up to a NUL, or nullopt if they cannot be read or are longer than a path.
std::optional<std::string> string_at(pid_t tracee, std::uint64_t address);

// The 64-bit value at `address`.
std::optional<std::uint64_t> word_at(pid_t tracee, std::uint64_t address);

// The strings that the list at `address` points to, as an Arguments fact has them: as many as can
// be read. Of a process of 64 bits.
std::string strings_at(pid_t tracee, std::uint64_t address);

// A path argument.
struct TraceePath {
  std::string look;  // under which this process finds the file
  std::string name;  // absolute, as the tracee means it
};

// `directory` is a descriptor of the tracee, or AT_FDCWD. `process` is its thread group.
TraceePath tracee_path(pid_t tracee, pid_t process, int directory, const std::string& path);

// Of what `path` leads to, or of the link itself. Nullopt with errno if it cannot be had.
std::optional<wire::Stamp> look_at(const std::string& path, bool follow) noexcept;

std::string link_target(const std::string& link);

}  // namespace roar::tracer
