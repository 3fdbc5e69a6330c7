#include "tracer/calls/inline_calls.h"

#include <elf.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <bitset>
#include <cstring>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "objects/base/fd.h"
#include "tracer/calls/calls.h"
#include "tracer/calls/instruction.h"

namespace roar::tracer {
namespace {

constexpr std::array<std::uint8_t, 2> kSystemCall{0x0f, 0x05};
// Decoding that begins in the middle of an instruction falls into step after a few of them. So of
// those that begin at many places before a real instruction nearly all arrive at it.
constexpr std::size_t kFirstStart = 56;
constexpr std::size_t kLastStart = 25;
constexpr std::size_t kFarthest = 1024;
constexpr std::size_t kNumbers = 512;
constexpr std::size_t kPiece = std::size_t{1} << 20;
constexpr std::size_t kMostHeaders = 65'535;

struct Range {
  std::uint64_t offset;
  std::uint64_t size;
};

bool is_path_call(std::uint32_t number) noexcept {
  static const std::bitset<kNumbers> path_calls = [] {
    std::bitset<kNumbers> set;
    for (const Call& call : traced_calls())
      if (call.number >= 0 && static_cast<std::size_t>(call.number) < kNumbers)
        set.set(static_cast<std::size_t>(call.number));
    return set;
  }();
  return number < kNumbers && path_calls[number];
}

// Where the number of a call comes from.
struct Source {
  enum class Kind : std::uint8_t { Nowhere, Constant, Register, Memory, Other };
  Kind kind = Kind::Nowhere;
  std::uint32_t value = 0;  // the constant, or which register
};

void follow(const Instruction& instruction, Source& source, Source& pushed) noexcept {
  switch (instruction.effect) {
    case NumberEffect::None:
      break;
    case NumberEffect::Set:
      source = {Source::Kind::Constant, instruction.value};
      break;
    case NumberEffect::SetLow:
      if (source.kind == Source::Kind::Constant)
        source.value = (source.value & ~0xffU) | instruction.value;
      break;
    case NumberEffect::Push:
      pushed = {Source::Kind::Constant, instruction.value};
      break;
    case NumberEffect::Pop:
      source = std::exchange(pushed, Source{Source::Kind::Other});
      break;
    case NumberEffect::Copy:
      source = {Source::Kind::Register, instruction.value};
      break;
    case NumberEffect::Load:
      source = {Source::Kind::Memory};
      break;
    case NumberEffect::Other:
      source = {Source::Kind::Other};
      break;
    case NumberEffect::Jump:
      source = {};
      break;
  }
}

// Of the call that `code` ends before; nullopt if no instruction ends there.
std::optional<Source> walk(std::span<const std::uint8_t> code) noexcept {
  Source source;
  Source pushed{Source::Kind::Other};
  while (!code.empty()) {
    const Instruction instruction = decode_instruction(code);
    if (instruction.length == 0) return std::nullopt;
    follow(instruction, source, pushed);
    code = code.subspan(instruction.length);
  }
  return source;
}

// The number that was last moved into the register in some way; a compiler keeps one there over
// many instructions, and over calls.
std::optional<std::uint32_t> constant_in(std::uint32_t which,
                                         std::span<const std::uint8_t> code) noexcept {
  const std::size_t first = code.size() > kFarthest ? code.size() - kFarthest : 0;
  const bool high = which >= 8;
  const auto low = static_cast<std::uint8_t>(which & 7U);
  const std::size_t prefix = high ? 1 : 0;
  for (std::size_t at = code.size(); at-- > first + prefix;) {
    const bool moves = code[at] == (0xb8 | low);
    const bool moves_wide =
        code[at] == 0xc7 && at + 1 < code.size() && code[at + 1] == (0xc0 | low);
    if (!moves && !moves_wide) continue;
    if (high && (code[at - 1] & 0xf1U) != 0x41) continue;
    const std::size_t number = at + (moves ? 1 : 2);
    if (number + 4 > code.size() || code[number + 2] != 0 || code[number + 3] != 0) continue;
    return code[number] | std::uint32_t{code[number + 1]} << 8U;
  }
  return std::nullopt;
}

bool is_path_call_at(std::span<const std::uint8_t> code, std::size_t at) noexcept {
  const std::size_t first = at > kFirstStart ? at - kFirstStart : 0;
  const std::size_t last = at > kLastStart ? at - kLastStart : 0;
  std::size_t arrived = 0;
  Source source;
  for (std::size_t start = first; start <= last; ++start) {
    const std::optional<Source> way = walk(code.subspan(start, at - start));
    if (!way) continue;
    ++arrived;
    if (source.kind == Source::Kind::Nowhere) source = *way;
  }
  if (arrived * 3 <= (last - first + 1) * 2) return false;
  const std::span<const std::uint8_t> before = code.first(at);
  switch (source.kind) {
    case Source::Kind::Constant:
      return is_path_call(source.value);
    case Source::Kind::Register: {
      const std::optional<std::uint32_t> number = constant_in(source.value, before);
      return !number || is_path_call(*number);
    }
    case Source::Kind::Memory:
      return true;
    case Source::Kind::Nowhere: {
      const std::optional<std::uint32_t> number = constant_in(0, before);
      return number && is_path_call(*number);
    }
    case Source::Kind::Other:
      break;
  }
  return false;
}

using Block = std::uint8_t __attribute__((vector_size(16)));

// Whether one of 16 bytes could be the first of a system call. All of the code passes here.
bool has_candidate(const std::uint8_t* bytes) noexcept {
  Block first{};
  Block second{};
  std::memcpy(&first, bytes, sizeof(first));
  std::memcpy(&second, bytes + 1, sizeof(second));
  const auto both = (first == kSystemCall[0]) & (second == kSystemCall[1]);
  std::array<std::uint64_t, 2> words{};
  std::memcpy(words.data(), &both, sizeof(words));
  return (words[0] | words[1]) != 0;
}

// From `at` on; the size if there is none.
std::size_t next_candidate(std::span<const std::uint8_t> code, std::size_t at) noexcept {
  while (at + sizeof(Block) < code.size() && !has_candidate(code.data() + at)) at += sizeof(Block);
  for (; at + 1 < code.size(); ++at)
    if (code[at] == kSystemCall[0] && code[at + 1] == kSystemCall[1]) return at;
  return code.size();
}

// Others see to the calls of these, or they are none of the program's work: of libc and its loader,
// and of sanitizers.
bool is_seen_to(std::string_view path) noexcept {
  constexpr std::array<std::string_view, 13> kNames{
      "libc.so.",    "libc-2.",      "ld-linux",          "ld-2.",        "libpthread",
      "libasan.so.", "libtsan.so.",  "liblsan.so.",       "libubsan.so.", "libhwasan.so.",
      "libmsan.so.", "libclang_rt.", "libroar-preload.so"};
  const std::string_view name = path.substr(path.rfind('/') + 1);
  return std::ranges::any_of(kNames,
                             [&](std::string_view known) { return name.starts_with(known); });
}

bool read_at(int file, std::uint64_t offset, void* buffer, std::size_t size) noexcept {
  auto* bytes = static_cast<std::uint8_t*>(buffer);
  while (size > 0) {
    const ssize_t got = ::pread(file, bytes, size, static_cast<off_t>(offset));
    if (got <= 0) return false;
    bytes += got;
    offset += static_cast<std::uint64_t>(got);
    size -= static_cast<std::size_t>(got);
  }
  return true;
}

template <typename Header>
std::vector<Header> read_headers(int file, std::uint64_t offset, std::size_t count,
                                 std::size_t size) {
  if (offset == 0 || count == 0 || count > kMostHeaders || size != sizeof(Header)) return {};
  std::vector<Header> headers(count);
  if (!read_at(file, offset, headers.data(), count * sizeof(Header))) headers.clear();
  return headers;
}

// Where its code is; sections tell it better than segments, but may be stripped.
std::vector<Range> code_of(int file) {
  Elf64_Ehdr header{};
  if (!read_at(file, 0, &header, sizeof(header))) return {};
  if (std::memcmp(&header.e_ident, ELFMAG, SELFMAG) != 0 ||
      header.e_ident[EI_CLASS] != ELFCLASS64 || header.e_machine != EM_X86_64)
    return {};
  std::vector<Range> ranges;
  for (const auto& section :
       read_headers<Elf64_Shdr>(file, header.e_shoff, header.e_shnum, header.e_shentsize))
    if ((section.sh_flags & SHF_EXECINSTR) != 0 && section.sh_type == SHT_PROGBITS)
      ranges.push_back({section.sh_offset, section.sh_size});
  if (!ranges.empty()) return ranges;
  for (const auto& segment :
       read_headers<Elf64_Phdr>(file, header.e_phoff, header.e_phnum, header.e_phentsize))
    if (segment.p_type == PT_LOAD && (segment.p_flags & PF_X) != 0)
      ranges.push_back({segment.p_offset, segment.p_filesz});
  return ranges;
}

}  // namespace

bool has_path_call(std::span<const std::uint8_t> code, std::size_t skipped) noexcept {
  for (std::size_t at = next_candidate(code, skipped); at < code.size();
       at = next_candidate(code, at + 1)) {
    if (is_path_call_at(code, at)) return true;
  }
  return false;
}

InlineCalls find_inline_calls(const std::string& path) {
  InlineCalls result;
  if (is_seen_to(path)) return result;
  const Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
  struct stat status {};
  if (!file || ::fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode)) return result;
  const auto file_size = static_cast<std::uint64_t>(status.st_size);
  std::vector<std::uint8_t> piece;
  for (const Range& range : code_of(file.get())) {
    if (range.offset >= file_size) continue;
    const std::uint64_t end = range.offset + std::min(range.size, file_size - range.offset);
    std::size_t kept = 0;
    for (std::uint64_t at = range.offset; at < end && !result.found;) {
      const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(kPiece, end - at));
      piece.resize(kept + size);
      if (!read_at(file.get(), at, piece.data() + kept, size)) break;
      at += size;
      result.code_bytes += size;
      // A call that is cut by the end of the last piece has its first byte in what is kept of it.
      result.found = has_path_call(piece, kept > 0 ? kept - 1 : 0);
      const std::size_t keep = std::min(piece.size(), kFarthest + 1);
      std::copy(piece.end() - static_cast<std::ptrdiff_t>(keep), piece.end(), piece.begin());
      kept = keep;
    }
  }
  return result;
}

}  // namespace roar::tracer
