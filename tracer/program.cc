#include "tracer/program.h"

#include <elf.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <span>
#include <string_view>

#include "objects/base/fd.h"

namespace roar::tracer {
namespace {

constexpr int kMostInterpreters = 5;     // as the kernel's own limit
constexpr std::size_t kLineBytes = 256;  // of "#!", likewise
constexpr std::size_t kMostHeaders = 128;

#if defined(__x86_64__)
constexpr Elf64_Half kOurMachine = EM_X86_64;
#elif defined(__aarch64__)
constexpr Elf64_Half kOurMachine = EM_AARCH64;
#else
#error "the tracer knows x86-64 and AArch64"
#endif

std::string interpreter_of(std::string_view line) {
  line.remove_prefix(2);
  line = line.substr(0, line.find('\n'));
  line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
  return std::string(line.substr(0, line.find_first_of(std::string_view(" \t\0", 3))));
}

bool gains_privileges(int fd) noexcept {
  struct ::stat status {};
  if (::fstat(fd, &status) != 0) return false;
  if ((status.st_mode & S_ISUID) != 0 && status.st_uid != ::geteuid()) return true;
  if ((status.st_mode & S_ISGID) != 0 && (status.st_mode & S_IXGRP) != 0 &&
      status.st_gid != ::getegid())
    return true;
  return ::geteuid() != 0 && ::fgetxattr(fd, "security.capability", nullptr, 0) > 0;
}

// The loader's path; empty for none; nullopt if the headers make no sense.
std::optional<std::string> loader_of(int fd, const Elf64_Ehdr& header) {
  std::array<Elf64_Phdr, kMostHeaders> table;
  const std::size_t count = std::min<std::size_t>(header.e_phnum, table.size());
  const auto bytes = static_cast<ssize_t>(count * sizeof(Elf64_Phdr));
  if (header.e_phentsize != sizeof(Elf64_Phdr) ||
      ::pread(fd, table.data(), static_cast<std::size_t>(bytes),
              static_cast<off_t>(header.e_phoff)) != bytes)
    return std::nullopt;
  for (const Elf64_Phdr& segment : std::span(table).first(count)) {
    if (segment.p_type != PT_INTERP) continue;
    std::array<char, 4096> name;
    const std::size_t length = std::min<std::size_t>(segment.p_filesz, name.size());
    const ssize_t got = ::pread(fd, name.data(), length, static_cast<off_t>(segment.p_offset));
    if (got <= 0) return std::nullopt;
    return std::string(name.data(), ::strnlen(name.data(), static_cast<std::size_t>(got)));
  }
  return std::string();
}

ProgramKind kind_of(int fd, std::span<const char> start, std::string& loader) {
  Elf64_Ehdr header{};
  if (start.size() < sizeof header || std::memcmp(start.data(), ELFMAG, SELFMAG) != 0)
    return ProgramKind::NotEntered;
  std::memcpy(&header, start.data(), sizeof header);
  if (header.e_ident[EI_CLASS] != ELFCLASS64 || header.e_machine != kOurMachine)
    return ProgramKind::OtherArchitecture;
  const std::optional<std::string> found = loader_of(fd, header);
  if (!found) return ProgramKind::NotEntered;
  loader = *found;
  if (loader.empty()) return ProgramKind::Static;
  return gains_privileges(fd) ? ProgramKind::SetUserId : ProgramKind::Dynamic;
}

}  // namespace

Program classify_program(const std::string& path) {
  Program program;
  program.path = path;
  for (int depth = 0; depth <= kMostInterpreters; ++depth) {
    const Fd fd(::open(program.path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
    std::array<char, kLineBytes> start{};
    const ssize_t got = fd ? ::read(fd.get(), start.data(), start.size()) : -1;
    if (got < 2) return program;
    if (std::memcmp(start.data(), "#!", 2) != 0) {
      program.kind =
          kind_of(fd.get(), std::span(start).first(static_cast<std::size_t>(got)), program.loader);
      return program;
    }
    program.scripts.push_back(program.path);
    program.path = interpreter_of({start.data(), static_cast<std::size_t>(got)});
  }
  return program;
}

const char* gap_reason(ProgramKind kind) noexcept {
  switch (kind) {
    case ProgramKind::Static:
      return "static-program";
    case ProgramKind::OtherArchitecture:
      return "other-architecture";
    case ProgramKind::SetUserId:
      return "set-user-id";
    case ProgramKind::Dynamic:
    case ProgramKind::NotEntered:
      break;
  }
  return "not-entered";
}

}  // namespace roar::tracer
