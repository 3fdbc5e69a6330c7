#include "tracer/preload/program_file.h"

#include <elf.h>

#include "tracer/preload/net.h"
#include "tracer/preload/system_call.h"

namespace roar::tracer::preload {
namespace {

constexpr int kMostInterpreters = 4;
constexpr std::size_t kLongestLine = 255;  // of "#!", as the kernel reads it

// The first bytes of a file: with the headers of every program that linkers make. Not many, because
// the stack may be short.
struct Head {
  char bytes[1024];
  std::size_t size;
  bool gains_privileges;
  bool has_go_note;
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

// Go's programs call the kernel themselves even where a loader loads them. Its note is the first of
// a segment of its own.
bool is_go_note(const Head& head, long fd, const Elf64_Phdr& segment) noexcept {
  char note[sizeof(Elf64_Nhdr) + 4];
  if (segment.p_type != PT_NOTE) return false;
  if (segment.p_offset < head.size && head.size - segment.p_offset >= sizeof(note)) {
    append(note, {head.bytes + segment.p_offset, sizeof(note)});
  } else if (system_call(SYS_pread64, fd, address_of(note), sizeof(note),
                         static_cast<long>(segment.p_offset)) != static_cast<long>(sizeof(note))) {
    return false;
  }
  return equal(note, "\4\0\0\0", 4) && equal(note + sizeof(Elf64_Nhdr), "Go\0", 4);
}

const Elf64_Phdr* segments_in(const Head& head, unsigned& count) noexcept {
  const auto& header = *reinterpret_cast<const Elf64_Ehdr*>(head.bytes);
  count = header.e_phnum;
  const std::uint64_t end = header.e_phoff + std::uint64_t{count} * sizeof(Elf64_Phdr);
  const bool sound = head.size >= sizeof(header) && header.e_phentsize == sizeof(Elf64_Phdr) &&
                     header.e_phoff < sizeof(head.bytes) && end <= head.size;
  return sound ? reinterpret_cast<const Elf64_Phdr*>(head.bytes + header.e_phoff) : nullptr;
}

bool has_go_note(const Head& head, long fd) noexcept {
  unsigned count = 0;
  const Elf64_Phdr* segments = segments_in(head, count);
  if (segments == nullptr || head.bytes[EI_CLASS] != ELFCLASS64) return false;
  for (unsigned i = 0; i < count; ++i)
    if (is_go_note(head, fd, segments[i])) return true;
  return false;
}

bool has_interpreter(const Head& head) noexcept {
  unsigned count = 0;
  const Elf64_Phdr* segments =
      head.bytes[EI_CLASS] == ELFCLASS64 ? segments_in(head, count) : nullptr;
  if (segments == nullptr) return false;
  for (unsigned i = 0; i < count; ++i)
    if (segments[i].p_type == PT_INTERP) return true;
  return false;
}

void read_head(int directory, const char* path, Head& head) noexcept {
  head.size = 0;
  head.gains_privileges = false;
  head.has_go_note = false;
  const long fd = own_call(SYS_openat, directory, address_of(path),
                           O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (fd < 0) return;
  const long got = system_call(SYS_pread64, fd, address_of(head.bytes), sizeof(head.bytes), 0);
  if (got > 0) head.size = static_cast<std::size_t>(got);
  const bool is_elf = head.size > EI_CLASS && equal(head.bytes, ELFMAG, SELFMAG);
  if (is_elf) {
    head.has_go_note = has_go_note(head, fd);
    // Nobody asks about the others, whose loader takes care.
    if (head.has_go_note || !has_interpreter(head)) head.gains_privileges = gains_privileges(fd);
  }
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
  if (header.e_type != ET_EXEC && header.e_type != ET_DYN) return WayIn::Library;
  unsigned count = 0;
  if (segments_in(head, count) == nullptr) return WayIn::Library;
  if (head.has_go_note) return WayIn::Onlooker;
  const bool loads = has_interpreter(head) || (header.e_type == ET_DYN && is_loader(path));
  return loads ? WayIn::Library : WayIn::Onlooker;
}

}  // namespace

FileWayIn way_into_file(int directory, const char* path) noexcept {
  alignas(Elf64_Ehdr) Head head{};
  read_program(directory, path, head);
  if (head.size < sizeof(Elf64_Ehdr) || !equal(head.bytes, ELFMAG, SELFMAG))
    return {WayIn::Library, WayIn::Library};
  const bool is_wide = head.bytes[EI_CLASS] == ELFCLASS64;
  const WayIn otherwise = is_wide ? WayIn::Library : WayIn::Nothing;
  if (head.gains_privileges) return {otherwise, otherwise};
  if (is_wide) return {way_into_wide(head, path), otherwise};
  const auto& narrow = *reinterpret_cast<const Elf32_Ehdr*>(head.bytes);
  const bool runs =
      narrow.e_machine == EM_386 && (narrow.e_type == ET_EXEC || narrow.e_type == ET_DYN);
  return {runs ? WayIn::Onlooker : WayIn::Nothing, otherwise};
}

}  // namespace roar::tracer::preload
