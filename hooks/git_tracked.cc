#include "hooks/git_tracked.h"

#include <algorithm>
#include <cstddef>

#include "objects/base/subprocess.h"

namespace roar::hooks {

std::optional<std::vector<std::string>> tracked_files(const std::string& root,
                                                      const std::vector<std::string>& paths) {
  constexpr std::size_t kAtOnce = 500;  // well below the limit of a command line
  std::vector<std::string> tracked;
  for (std::size_t i = 0; i < paths.size(); i += kAtOnce) {
    std::vector<std::string> argv{"git", "--literal-pathspecs", "ls-files", "-z", "--"};
    const std::size_t end = std::min(i + kAtOnce, paths.size());
    argv.insert(argv.end(), paths.begin() + static_cast<std::ptrdiff_t>(i),
                paths.begin() + static_cast<std::ptrdiff_t>(end));
    const SubprocessResult result = run_subprocess(argv, {{"GIT_OPTIONAL_LOCKS", "0"}}, root);
    if (result.status != 0) return std::nullopt;
    for (std::size_t at = 0; at < result.output.size();) {
      const std::size_t stop = std::min(result.output.find('\0', at), result.output.size());
      tracked.push_back(root + "/" + result.output.substr(at, stop - at));
      at = stop + 1;
    }
  }
  return tracked;
}

}  // namespace roar::hooks
