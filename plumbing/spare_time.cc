#include "plumbing/spare_time.h"

#include <sched.h>

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "objects/base/file.h"

namespace roar::plumbing {
namespace {

namespace fs = std::filesystem;

bool has_processors() noexcept {
  cpu_set_t set;
  return ::sched_getaffinity(0, sizeof set, &set) == 0 && CPU_COUNT(&set) > 1;
}

// The file says "max 100000" or "150000 100000" in version 2, "-1" or "150000" in version 1.
bool is_quota(const fs::path& file) {
  const std::optional<std::string> text = read_file(file);
  return text && !text->empty() && !text->starts_with("max") && !text->starts_with('-');
}

// Of the group and of all above it; inside of a container the upper ones are not to be seen.
bool has_quota(const fs::path& mount, std::string_view group, const char* file) {
  for (fs::path path = fs::path(group).relative_path();; path = path.parent_path()) {
    if (is_quota(mount / path / file)) return true;
    if (path.empty()) return false;
  }
}

// One line of /proc/self/cgroup: number:controllers:group.
bool line_has_quota(const fs::path& mounts, std::string_view line) {
  const std::size_t first = line.find(':');
  const std::size_t second = line.find(':', first + 1);
  if (first == std::string_view::npos || second == std::string_view::npos) return false;
  const std::string controllers(line.substr(first + 1, second - first - 1));
  const std::string_view group = line.substr(second + 1);
  if (controllers.empty())
    return has_quota(mounts, group, "cpu.max") || has_quota(mounts / "unified", group, "cpu.max");
  if (("," + controllers + ",").find(",cpu,") == std::string::npos) return false;
  return has_quota(mounts / controllers, group, "cpu.cfs_quota_us") ||
         has_quota(mounts / "cpu", group, "cpu.cfs_quota_us");
}

}  // namespace

bool has_spare_time(const fs::path& root) {
  if (!has_processors()) return false;
  const std::string groups = read_file(root / "proc/self/cgroup").value_or("");
  for (std::size_t start = 0; start < groups.size();) {
    const std::size_t end = std::min(groups.find('\n', start), groups.size());
    if (line_has_quota(root / "sys/fs/cgroup", std::string_view(groups).substr(start, end - start)))
      return false;
    start = end + 1;
  }
  return true;
}

}  // namespace roar::plumbing
