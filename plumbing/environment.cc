#include "plumbing/environment.h"

#include <fcntl.h>
#include <gnu/libc-version.h>
#include <stdlib.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <optional>
#include <string_view>
#include <system_error>

#include "objects/base/fd.h"
#include "objects/base/file.h"
#include "objects/base/lines.h"
#include "objects/base/variable.h"

namespace roar::plumbing {
namespace {

// At most `limit` bytes from the start of a file of /proc or /etc; empty if it cannot be read. A
// limit, because /proc/cpuinfo takes milliseconds to write out on a machine with many processors.
std::string start_of(const char* path, std::size_t limit) {
  const Fd fd(::open(path, O_RDONLY | O_CLOEXEC));
  std::string text(limit, '\0');
  const ssize_t count = fd ? ::read(fd.get(), text.data(), limit) : -1;
  text.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
  return text;
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlank = " \t\"";
  const std::size_t start = text.find_first_not_of(kBlank);
  if (start == std::string_view::npos) return {};
  return text.substr(start, text.find_last_not_of(kBlank) - start + 1);
}

// The value in the first line "<key><separator><value>"; empty if there is none.
std::string value_in(std::string_view text, std::string_view key, char separator) {
  std::string value;
  for_each_line(text, [&](std::string_view line) {
    const std::size_t at = line.find(separator);
    const bool found = at != std::string_view::npos && trimmed(line.substr(0, at)) == key;
    if (found) value = trimmed(line.substr(at + 1));
    return !found;
  });
  return value;
}

std::int64_t memory_bytes() {
  const std::string kilobytes = value_in(start_of("/proc/meminfo", 4096), "MemTotal", ':');
  return std::int64_t{1024} * ::strtoll(kilobytes.c_str(), nullptr, 10);
}

std::string container() {
  if (::access("/.dockerenv", F_OK) == 0) return "docker";
  if (::access("/run/.containerenv", F_OK) == 0) return "podman";
  return environment_text("container");
}

std::vector<std::string> gpus() {
  std::vector<std::string> models;
  std::error_code error;
  for (std::filesystem::directory_iterator entry("/proc/driver/nvidia/gpus", error), end;
       !error && entry != end; entry.increment(error)) {
    const std::string file = (entry->path() / "information").string();
    models.push_back(value_in(start_of(file.c_str(), 4096), "Model", ':'));
  }
  std::ranges::sort(models);
  return models;
}

}  // namespace

Environment describe_environment() {
  utsname names{};
  ::uname(&names);
  Environment environment;
  environment.hostname = names.nodename;
  environment.system = names.sysname;
  environment.release = names.release;
  environment.machine = names.machine;
  environment.distribution = value_in(start_of("/etc/os-release", 4096), "PRETTY_NAME", '=');
  environment.cpu_model = value_in(start_of("/proc/cpuinfo", 4096), "model name", ':');
  environment.cpu_count = ::sysconf(_SC_NPROCESSORS_CONF);
  environment.memory_bytes = memory_bytes();
  environment.container = container();
  environment.gpus = gpus();
  environment.runtimes = {{"glibc", ::gnu_get_libc_version()}};
  return environment;
}

}  // namespace roar::plumbing
