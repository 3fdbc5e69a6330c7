#pragma once

#include <cstdint>
#include <string>
#include <vector>

// What the kernel would run for a path, found out by looking at the files.

namespace roar::tracer {

enum class ProgramKind : std::uint8_t {
  Dynamic,            // an ELF file of this machine with a dynamic loader: preload can enter it
  Static,             // one without
  OtherArchitecture,  // of another machine or word size
  SetUserId,          // runs with other privileges than ours: nobody's preload library is let in
  NotEntered,         // anything else, or it cannot be read
};

struct Program {
  ProgramKind kind = ProgramKind::NotEntered;
  std::string path;  // of the ELF file that runs in the end
  // The scripts and interpreters on the way there, in order, the first script included. For an ELF
  // file, empty.
  std::vector<std::string> scripts;
  std::string loader;  // PT_INTERP, or empty
  // It calls the kernel itself, or is of the machine's other word size, and runs with our
  // privileges: it is for roar-enter.
  bool for_onlooker = false;
};

// Follows "#!" lines as the kernel does. Never throws for a file that cannot be read.
Program classify_program(const std::string& path);

// The reason of a gap for a program that preload did not enter: "static-program", ...
const char* gap_reason(ProgramKind kind) noexcept;

}  // namespace roar::tracer
