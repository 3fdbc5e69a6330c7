#include "hooks/git_tracked.h"

#include <algorithm>
#include <cstddef>

#include "hooks/git_command.h"

namespace roar::hooks {

std::optional<std::vector<std::string>> tracked_files(const GitRepository& repository,
                                                      const std::vector<std::string>& paths) {
  constexpr std::size_t kAtOnce = 500;  // well below the limit of a command line
  std::vector<std::string> tracked;
  for (std::size_t i = 0; i < paths.size(); i += kAtOnce) {
    std::vector<std::string> argv{"ls-files", "-z", "--"};
    const std::size_t end = std::min(i + kAtOnce, paths.size());
    argv.insert(argv.end(), paths.begin() + static_cast<std::ptrdiff_t>(i),
                paths.begin() + static_cast<std::ptrdiff_t>(end));
    const SubprocessResult result = run_git(repository, argv);
    if (result.status != 0) return std::nullopt;
    for (std::size_t at = 0; at < result.output.size();) {
      const std::size_t stop = std::min(result.output.find('\0', at), result.output.size());
      tracked.push_back(repository.root + "/" + result.output.substr(at, stop - at));
      at = stop + 1;
    }
  }
  return tracked;
}

}  // namespace roar::hooks
