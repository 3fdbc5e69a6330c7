#include "tracer/preload/program_file.h"

#include <elf.h>

#include "tracer/preload/system_call.h"

namespace roar::tracer::preload {
namespace {

constexpr int kMostInterpreters = 4;
constexpr std::size_t kLongestLine = 255;  // of "#!", as the kernel reads it

// The first bytes of a file: with all that matters in every program that linkers make.
struct Head {
  char bytes[4096];
  std::size_t size;
  bool gains_privileges;
};

bool gains_privileges(long fd) noexcept {
  struct stat status {};
  if (!stat_descriptor(static_cast<int>(fd), status)) return true;
  constexpr unsigned kGroup = S_ISGID | S_IXGRP;
  const auto user = static_cast<uid_t>(system_call(SYS_geteuid));
  if ((status.st_mode & S_ISUID) != 0 && status.st_uid != user) return true;
  if ((status.st_mode & kGroup) == kGroup &&
      status.st_gid != static_cast<gid_t>(system_call(SYS_getegid)))
    return true;
  return user != 0 && system_call(SYS_fgetxattr, fd, address_of("security.capability"), 0, 0) > 0;
}

void read_head(int directory, const char* path, Head& head) noexcept {
  head.size = 0;
  head.gains_privileges = false;
  const long fd = system_call(SYS_openat, directory, address_of(path),
                              O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (fd < 0) return;
  const long got = system_call(SYS_pread64, fd, address_of(head.bytes), sizeof(head.bytes), 0);
  if (got > 0) head.size = static_cast<std::size_t>(got);
  const bool is_elf = head.size > EI_CLASS && equal(head.bytes, ELFMAG, SELFMAG);
  if (is_elf) head.gains_privileges = gains_privileges(fd);
  system_call(SYS_close, fd);
}

// Follows "#!" lines.
void read_program(int directory, const char* path, Head& head) noexcept {
  read_head(directory, path, head);
  for (int depth = 0; depth < kMostInterpreters; ++depth) {
    if (head.size <= 2 || head.bytes[0] != '#' || head.bytes[1] != '!') return;
    head.bytes[head.size < kLongestLine ? head.size : kLongestLine] = '\0';
    char* interpreter = head.bytes + 2;
    while (*interpreter == ' ' || *interpreter == '\t') ++interpreter;
    char* end = interpreter;
    while (*end != '\0' && *end != ' ' && *end != '\t' && *end != '\n') ++end;
    *end = '\0';
    read_head(AT_FDCWD, interpreter, head);
  }
}

// Go's programs call the kernel themselves even where a loader loads them.
bool has_go_note(const Head& head, const Elf64_Phdr& segment) noexcept {
  std::uint64_t offset = segment.p_offset;
  const std::uint64_t end = offset + segment.p_filesz;
  while (offset + sizeof(Elf64_Nhdr) + 4 <= end && offset + sizeof(Elf64_Nhdr) + 4 <= head.size) {
    const auto* note = reinterpret_cast<const Elf64_Nhdr*>(head.bytes + offset);
    const char* name = head.bytes + offset + sizeof(Elf64_Nhdr);
    if (note->n_namesz == 4 && equal(name, "Go\0", 4)) return true;
    offset += sizeof(Elf64_Nhdr) + (std::uint64_t{note->n_namesz} + 3) / 4 * 4 +
              (std::uint64_t{note->n_descsz} + 3) / 4 * 4;
  }
  return false;
}

// The dynamic loader called by its name loads what we ask it to.
bool is_loader(const char* path) noexcept {
  const char* name = path;
  for (; *path != '\0'; ++path)
    if (*path == '/') name = path + 1;
  return starts_with(name, "ld-") || starts_with(name, "ld.so");
}

WayIn way_into_wide(const Head& head, const char* path) noexcept {
  const auto& header = *reinterpret_cast<const Elf64_Ehdr*>(head.bytes);
  if (header.e_machine != EM_X86_64) return WayIn::Nothing;
  const std::uint64_t end = header.e_phoff + std::uint64_t{header.e_phnum} * sizeof(Elf64_Phdr);
  if (header.e_phentsize != sizeof(Elf64_Phdr) || end > head.size) return WayIn::Library;
  bool has_interpreter = false;
  bool is_go = false;
  for (unsigned i = 0; i < header.e_phnum; ++i) {
    const auto& segment = *reinterpret_cast<const Elf64_Phdr*>(head.bytes + header.e_phoff +
                                                               std::size_t{i} * sizeof(Elf64_Phdr));
    has_interpreter = has_interpreter || segment.p_type == PT_INTERP;
    is_go = is_go || (segment.p_type == PT_NOTE && has_go_note(head, segment));
  }
  if (has_interpreter && !is_go) return WayIn::Library;
  return !is_go && header.e_type == ET_DYN && is_loader(path) ? WayIn::Library : WayIn::Onlooker;
}

}  // namespace

FileWayIn way_into_file(int directory, const char* path) noexcept {
  alignas(Elf64_Ehdr) Head head;
  read_program(directory, path, head);
  if (head.size < sizeof(Elf64_Ehdr) || !equal(head.bytes, ELFMAG, SELFMAG))
    return {WayIn::Library, WayIn::Library};
  const bool is_wide = head.bytes[EI_CLASS] == ELFCLASS64;
  const WayIn otherwise = is_wide ? WayIn::Library : WayIn::Nothing;
  if (head.gains_privileges) return {otherwise, otherwise};
  if (is_wide) return {way_into_wide(head, path), otherwise};
  const bool runs = reinterpret_cast<const Elf32_Ehdr*>(head.bytes)->e_machine == EM_386;
  return {runs ? WayIn::Onlooker : WayIn::Nothing, otherwise};
}

}  // namespace roar::tracer::preload
