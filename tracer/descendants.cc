#include "tracer/descendants.h"

#include <dirent.h>
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <climits>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <fstream>

#include "objects/base/c_handle.h"
#include "objects/base/fd.h"

// A process whose parent has ended belongs to init, and nothing about it says whose child it was.
// Adopting orphans ourselves (PR_SET_CHILD_SUBREAPER) would show in the job, where daemons look
// whether their parent is init. So the processes that are younger than the root are asked.

namespace roar::tracer {
namespace {

std::int64_t now_ms() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000 + now.tv_nsec / 1'000'000;
}

// Whether numbers have been given out from the start again since `root` got its own.
bool numbers_wrapped(pid_t root) {
  std::ifstream file("/proc/loadavg");
  std::string last;
  for (int field = 0; field < 5; ++field) file >> last;
  return std::atoi(last.c_str()) < root;  // NOLINT(cert-err34-c): the kernel wrote it
}

template <typename Belongs>
std::vector<pid_t> younger(pid_t root, const Belongs& belongs) {
  std::vector<pid_t> pids;
  const CHandle<DIR, ::closedir> directory(::opendir("/proc"));
  if (!directory) return pids;
  const pid_t oldest = numbers_wrapped(root) ? 0 : root;
  // NOLINTNEXTLINE(concurrency-mt-unsafe): the stream is this function's own
  while (const dirent* entry = ::readdir(directory.get())) {
    const char* name = static_cast<const char*>(entry->d_name);
    pid_t pid = 0;
    const auto parsed = std::from_chars(name, name + std::strlen(name), pid);
    if (parsed.ec == std::errc() && pid > oldest && pid != ::getpid() && belongs(pid))
      pids.push_back(pid);
  }
  return pids;
}

bool has_variable(pid_t pid, const std::string& variable) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/environ", std::ios::binary);
  for (std::string entry; std::getline(file, entry, '\0');)
    if (entry == variable) return true;
  return false;
}

bool is_traced_by(pid_t pid, pid_t tracer) {
  std::ifstream status("/proc/" + std::to_string(pid) + "/status");
  for (std::string line; std::getline(status, line);)
    if (line == "TracerPid:\t" + std::to_string(tracer)) return true;
  return false;
}

std::string executable_of(pid_t pid) {
  std::array<char, PATH_MAX> buffer;
  const std::string link = "/proc/" + std::to_string(pid) + "/exe";
  const ssize_t length = ::readlink(link.c_str(), buffer.data(), buffer.size());
  return length <= 0 ? std::string() : std::string(buffer.data(), static_cast<std::size_t>(length));
}

void wait_for_end(pid_t pid, std::int64_t deadline_ms) {
  const Fd handle(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  if (!handle) return;
  pollfd ended{handle.get(), POLLIN, 0};
  const std::int64_t left = deadline_ms - now_ms();
  if (left > 0) ::poll(&ended, 1, static_cast<int>(left));
}

std::vector<Straggler> named(const std::vector<pid_t>& pids) {
  std::vector<Straggler> stragglers;
  stragglers.reserve(pids.size());
  for (const pid_t pid : pids) stragglers.push_back({pid, executable_of(pid)});
  return stragglers;
}

}  // namespace

std::vector<Straggler> stragglers_with(const std::string& variable, pid_t root, int grace_ms) {
  const auto belongs = [&](pid_t pid) { return has_variable(pid, variable); };
  const std::int64_t deadline_ms = now_ms() + grace_ms;
  std::vector<pid_t> pids = younger(root, belongs);
  while (!pids.empty() && now_ms() < deadline_ms) {
    for (const pid_t pid : pids) wait_for_end(pid, deadline_ms);
    pids = younger(root, belongs);  // they may have had children
  }
  return named(pids);
}

bool runs_with(pid_t pid, const std::string& variable) {
  return has_variable(pid, variable);  // a process that has ended has none
}

std::vector<Straggler> stragglers_traced_by(pid_t tracer, pid_t root) {
  return named(younger(root, [&](pid_t pid) { return is_traced_by(pid, tracer); }));
}

}  // namespace roar::tracer
