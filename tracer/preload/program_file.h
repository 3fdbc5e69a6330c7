#pragma once

#include <cstdint>

#include "tracer/preload/freestanding.h"

namespace roar::tracer::preload {

// How a program is observed.
enum class WayIn : std::uint8_t {
  Library,   // this library is loaded into it
  Onlooker,  // it would run, or call the kernel, without a loader of ours: roar-enter
  Nothing,   // no way is known
};

struct FileWayIn {
  WayIn way_in;
  WayIn otherwise;  // where there is no onlooker: what to do for the program's children
};

// What the file is: an ELF file, or a script for one. One that would run with other privileges is
// never an Onlooker's, because it would lose them. What cannot be read counts as the Library's.
FileWayIn way_into_file(int directory, const char* path) noexcept;

}  // namespace roar::tracer::preload
