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

// Go's programs call the kernel themselves even where a loader loads them.
bool is_go_note(int fd, const Elf64_Phdr& segment) {
  using namespace std::string_view_literals;
  constexpr std::string_view kOwner = "Go\0\0"sv;
  std::array<char, 4096> notes;
  const std::size_t length = std::min<std::size_t>(segment.p_filesz, notes.size());
  const ssize_t got = ::pread(fd, notes.data(), length, static_cast<off_t>(segment.p_offset));
  std::string_view rest(notes.data(), static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
  while (rest.size() >= sizeof(Elf64_Nhdr) + 4) {
    Elf64_Nhdr note{};
    std::memcpy(&note, rest.data(), sizeof note);
    if (note.n_namesz == 4 && rest.substr(sizeof note, 4) == kOwner) return true;
    const auto padded = [](std::size_t size) { return (size + 3) / 4 * 4; };
    rest.remove_prefix(
        std::min(sizeof note + padded(note.n_namesz) + padded(note.n_descsz), rest.size()));
  }
  return false;
}

std::optional<std::vector<Elf64_Phdr>> segments_of(int fd, const Elf64_Ehdr& header) {
  std::vector<Elf64_Phdr> table(std::min<std::size_t>(header.e_phnum, kMostHeaders));
  const std::size_t bytes = table.size() * sizeof(Elf64_Phdr);
  if (header.e_phentsize != sizeof(Elf64_Phdr) ||
      ::pread(fd, table.data(), bytes, static_cast<off_t>(header.e_phoff)) !=
          static_cast<ssize_t>(bytes))
    return std::nullopt;
  return table;
}

// The loader's path; empty for none; nullopt if the headers make no sense.
std::optional<std::string> loader_of(int fd, const std::vector<Elf64_Phdr>& table) {
  for (const Elf64_Phdr& segment : table) {
    if (segment.p_type != PT_INTERP) continue;
    std::array<char, 4096> name;
    const std::size_t length = std::min<std::size_t>(segment.p_filesz, name.size());
    const ssize_t got = ::pread(fd, name.data(), length, static_cast<off_t>(segment.p_offset));
    if (got <= 0) return std::nullopt;
    return std::string(name.data(), ::strnlen(name.data(), static_cast<std::size_t>(got)));
  }
  return std::string();
}

ProgramKind kind_of(int fd, std::span<const char> start, Program& program) {
  Elf64_Ehdr header{};
  if (start.size() < sizeof header || std::memcmp(start.data(), ELFMAG, SELFMAG) != 0)
    return ProgramKind::NotEntered;
  std::memcpy(&header, start.data(), sizeof header);
  const bool stays = !gains_privileges(fd);
  if (header.e_ident[EI_CLASS] != ELFCLASS64 || header.e_machine != kOurMachine) {
    // The field is at the same place in the headers of either class.
    program.for_onlooker = stays && header.e_ident[EI_CLASS] == ELFCLASS32 &&
                           kOurMachine == EM_X86_64 && header.e_machine == EM_386;
    return ProgramKind::OtherArchitecture;
  }
  const auto segments = segments_of(fd, header);
  const auto found = segments ? loader_of(fd, *segments) : std::nullopt;
  if (!found) return ProgramKind::NotEntered;
  program.loader = *found;
  const bool is_go = std::any_of(segments->begin(), segments->end(), [&](const auto& segment) {
    return segment.p_type == PT_NOTE && is_go_note(fd, segment);
  });
  program.for_onlooker = stays && (program.loader.empty() || is_go);
  if (program.loader.empty()) return ProgramKind::Static;
  return stays ? ProgramKind::Dynamic : ProgramKind::SetUserId;
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
          kind_of(fd.get(), std::span(start).first(static_cast<std::size_t>(got)), program);
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
