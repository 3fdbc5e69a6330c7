#pragma once

#include <sys/stat.h>

#include "tracer/preload/freestanding.h"
#include "tracer/wire.h"

namespace roar::tracer::preload {

// What one record says. `directory` and `path` are joined with a slash if the former is not empty.
struct Fact {
  wire::Kind kind = wire::Kind::Open;
  std::uint8_t flags = 0;
  std::uint32_t touched = 0;
  std::int32_t pid = 0;
  std::int32_t parent = 0;
  std::int32_t result = 0;
  std::uint32_t open_flags = 0;
  Text directory;
  Text path;
  Text directory2;
  Text path2;
  const struct stat* stamp = nullptr;
  const struct stat* before = nullptr;
};

// A place in the log: its byte offset, or 0 for none.
using Place = std::uint64_t;

// Maps the log. If the address space is limited, only its header, and each record by itself when
// it is written: nothing of the limit may be lost to the job. `path` is the value of
// wire::kLogVariable, and must stay. False if there is
// no log to write to.
bool open_log(const char* path) noexcept;

Place write_fact(const Fact& fact) noexcept;

// In two steps, for facts that must come before others but whose content is known later. The room
// is that of `fact`, whose paths may not change in between.
Place claim_fact(const Fact& fact) noexcept;
void fill_fact(Place place, const Fact& fact) noexcept;

void set_touched(Place place, std::uint32_t bits) noexcept;
void clear_touched(Place place, std::uint32_t bits) noexcept;
void set_untracked(Place place) noexcept;  // from now on nobody keeps its touched bits
void set_result(Place place, std::int32_t result) noexcept;
void count_dropped() noexcept;

// The header alone, which is always mapped.
wire::LogHeader* log_header() noexcept;
// The log, if it is mapped as a whole; else null.
wire::LogHeader* whole_log() noexcept;
// Whether the process that reads it is still there.
bool log_is_read() noexcept;

// The record at `place`, to look at; null if the log is not mapped as a whole.
wire::Record* peek(Place place) noexcept;

}  // namespace roar::tracer::preload
