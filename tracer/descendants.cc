#include "tracer/descendants.h"

#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <climits>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <optional>
#include <set>

#include "objects/base/fd.h"

namespace roar::tracer {
namespace {

std::int64_t now_ms() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000 + now.tv_nsec / 1'000'000;
}

// The number of a process that is gone may have been given to a stranger: one of ours has the log
// in its memory.
bool has_mapped(std::int32_t pid, ino_t inode) {
  std::ifstream maps("/proc/" + std::to_string(pid) + "/maps");
  const std::string number = " " + std::to_string(inode) + " ";
  for (std::string line; std::getline(maps, line);)
    if (line.find("/memfd:roar-trace") != std::string::npos &&
        line.find(number) != std::string::npos)
      return true;
  return false;
}

bool is_traced_by(std::int32_t pid, std::int32_t tracer) {
  std::ifstream status("/proc/" + std::to_string(pid) + "/status");
  for (std::string line; std::getline(status, line);)
    if (line == "TracerPid:\t" + std::to_string(tracer)) return true;
  return false;
}

template <typename Belongs>
std::set<std::int32_t> running(const Log& log, const Belongs& belongs) {
  std::set<std::int32_t> pids;
  log.read([&](const Fact& fact) { pids.insert(fact.pid); });
  std::erase_if(pids, [&](std::int32_t pid) {
    return pid <= 0 || pid == ::getpid() || ::kill(pid, 0) != 0 || !belongs(pid);
  });
  return pids;
}

std::string executable_of(std::int32_t pid) {
  std::array<char, PATH_MAX> buffer;
  const std::string link = "/proc/" + std::to_string(pid) + "/exe";
  const ssize_t length = ::readlink(link.c_str(), buffer.data(), buffer.size());
  return length <= 0 ? std::string() : std::string(buffer.data(), static_cast<std::size_t>(length));
}

void wait_for_end(std::int32_t pid, std::int64_t deadline_ms) {
  const Fd handle(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  if (!handle) return;
  pollfd ended{handle.get(), POLLIN, 0};
  const std::int64_t left = deadline_ms - now_ms();
  if (left > 0) ::poll(&ended, 1, static_cast<int>(left));
}

std::vector<Straggler> named(const std::set<std::int32_t>& pids) {
  std::vector<Straggler> stragglers;
  for (const std::int32_t pid : pids) stragglers.push_back({pid, executable_of(pid)});
  return stragglers;
}

}  // namespace

std::vector<Straggler> stragglers_after(const Log& log, int grace_ms) {
  struct ::stat status {};
  if (::fstat(log.descriptor(), &status) != 0) return {};
  const auto belongs = [&](std::int32_t pid) { return has_mapped(pid, status.st_ino); };
  const std::int64_t deadline_ms = now_ms() + grace_ms;
  std::set<std::int32_t> pids = running(log, belongs);
  while (!pids.empty() && now_ms() < deadline_ms) {
    for (const std::int32_t pid : pids) wait_for_end(pid, deadline_ms);
    pids = running(log, belongs);  // they may have had children
  }
  return named(pids);
}

std::vector<Straggler> stragglers_under(std::int32_t supervisor, const Log& log) {
  return named(running(log, [&](std::int32_t pid) { return is_traced_by(pid, supervisor); }));
}

}  // namespace roar::tracer
