#include "tracer/calls/tracee_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <climits>
#include <cstring>
#include <string_view>

#include "tracer/fact.h"

namespace roar::tracer {
namespace {

constexpr std::uint64_t kPageBytes = 4096;

// Not more than the page: the next one may not be there, and then nothing would be read.
ssize_t read_page_part(pid_t tracee, std::uint64_t address, char* buffer, std::size_t room) {
  const std::size_t bytes =
      std::min<std::size_t>(room, static_cast<std::size_t>(kPageBytes - address % kPageBytes));
  iovec here{buffer, bytes};
  // An address of another process is a number to us.
  iovec there{reinterpret_cast<void*>(address), bytes};  // NOLINT(performance-no-int-to-ptr)
  return ::process_vm_readv(tracee, &here, 1, &there, 1, 0);
}

struct Alias {
  std::string_view prefix;
  std::string_view target;  // below /proc/<pid>
};

// What means something else to each process that names it.
constexpr Alias kAliases[] = {
    {"/proc/self", ""},      {"/proc/thread-self", ""}, {"/dev/fd", "/fd"},
    {"/dev/stdin", "/fd/0"}, {"/dev/stdout", "/fd/1"},  {"/dev/stderr", "/fd/2"},
};

std::string without_alias(pid_t process, const std::string& path) {
  if (!path.starts_with("/proc/") && !path.starts_with("/dev/")) return path;
  for (const Alias& alias : kAliases) {
    if (!path.starts_with(alias.prefix)) continue;
    const std::string_view rest = std::string_view(path).substr(alias.prefix.size());
    if (!rest.empty() && rest.front() != '/') continue;
    return ("/proc/" + std::to_string(process)).append(alias.target).append(rest);
  }
  return path;
}

bool is_descriptor_link(const std::string& path) {
  return path.starts_with("/proc/") && path.find("/fd/") != std::string::npos;
}

}  // namespace

std::optional<std::string> string_at(pid_t tracee, std::uint64_t address) {
  std::array<char, PATH_MAX> buffer;
  std::size_t length = 0;
  while (length < buffer.size()) {
    const ssize_t got =
        read_page_part(tracee, address + length, buffer.data() + length, buffer.size() - length);
    if (got <= 0) return std::nullopt;
    const void* end = std::memchr(buffer.data() + length, 0, static_cast<std::size_t>(got));
    if (end != nullptr)
      return std::string(static_cast<const char*>(buffer.data()), static_cast<const char*>(end));
    length += static_cast<std::size_t>(got);
  }
  return std::nullopt;
}

std::optional<std::uint64_t> word_at(pid_t tracee, std::uint64_t address) {
  std::uint64_t word = 0;
  iovec here{&word, sizeof word};
  iovec there{reinterpret_cast<void*>(address), sizeof word};  // NOLINT(performance-no-int-to-ptr)
  if (::process_vm_readv(tracee, &here, 1, &there, 1, 0) != sizeof word) return std::nullopt;
  return word;
}

std::string strings_at(pid_t tracee, std::uint64_t address) {
  std::string all;
  for (; all.size() <= wire::kArgumentsMax; address += sizeof(std::uint64_t)) {
    const auto pointer = word_at(tracee, address);
    if (!pointer || *pointer == 0) break;
    const auto text = string_at(tracee, *pointer);
    if (!text) return all.substr(0, all.find_last_not_of('\0') + 1);
    (all += *text) += '\0';
  }
  return std::string(kept_arguments(all));
}

TraceePath tracee_path(pid_t tracee, pid_t process, int directory, const std::string& path) {
  if (path.starts_with('/')) {
    TraceePath found{without_alias(process, path), path};
    if (is_descriptor_link(found.look)) found.name = link_target(found.look);
    return found;
  }
  const std::string base = "/proc/" + std::to_string(tracee) +
                           (directory == AT_FDCWD ? "/cwd" : "/fd/" + std::to_string(directory));
  if (path.empty()) return {base, link_target(base)};
  return {base + "/" + path, link_target(base) + "/" + path};
}

std::optional<wire::Stamp> look_at(const std::string& path, bool follow) noexcept {
  struct ::stat status {};
  const int result = follow ? ::stat(path.c_str(), &status) : ::lstat(path.c_str(), &status);
  if (result != 0) return std::nullopt;
  return wire_stamp_of(status);
}

std::string link_target(const std::string& link) {
  std::array<char, PATH_MAX> buffer;
  const ssize_t length = ::readlink(link.c_str(), buffer.data(), buffer.size());
  return length <= 0 ? std::string() : std::string(buffer.data(), static_cast<std::size_t>(length));
}

}  // namespace roar::tracer
