#include "hooks/git_remote.h"

#include <set>

#include "hooks/git.h"
#include "hooks/git_command.h"
#include "hooks/libgit2.h"
#include "objects/base/error.h"

namespace roar::hooks {

std::string pick_remote(std::string_view settings, const std::string& branch) {
  constexpr std::string_view kRemote = "remote.";
  constexpr std::string_view kUrl = ".url";
  const std::string wanted = "branch." + branch + ".remote";
  std::set<std::string> names;
  std::string followed;
  while (!settings.empty()) {
    const std::string_view record = next_git_record(settings);
    const std::size_t end = record.find('\n');
    const std::string_view key = record.substr(0, end);
    if (key == wanted && end != std::string_view::npos) followed = record.substr(end + 1);
    if (key.starts_with(kRemote) && key.ends_with(kUrl)) {
      const std::string_view name = key.substr(kRemote.size());
      names.emplace(name.substr(0, name.size() - kUrl.size()));
    }
  }
  // "." follows a branch of the same repository.
  if (!followed.empty() && followed != ".") return followed;
  if (names.contains("origin")) return "origin";
  return names.empty() ? std::string() : *names.begin();
}

std::string recorded_remote(const GitRepository& repository, const std::string& branch) {
  const SubprocessResult settings = run_git(
      repository, {"config", "-z", "--get-regexp", R"(^(branch\..*\.remote|remote\..*\.url)$)"});
  if (settings.status == 127) return without_credentials(libgit2_remote(repository.root));
  if (settings.status != 0) return {};  // 1: there are none
  const std::string name = pick_remote(settings.output, branch);
  if (name.empty()) return {};
  // This one applies url.*.insteadOf, and needs no network.
  const SubprocessResult url = run_git(repository, {"ls-remote", "--get-url", "--", name});
  if (url.status != 0) {
    throw Error(Errc::Io,
                "cannot read the URL of the git remote '" + name + "': " + git_words(url));
  }
  return without_credentials(std::string_view(url.output).substr(0, url.output.find('\n')));
}

std::string without_credentials(std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return std::string(url);
  const std::size_t host = scheme + 3;
  const std::size_t end = url.find('/', host);
  const std::size_t at = url.substr(0, end).rfind('@');
  if (at == std::string_view::npos || at < host) return std::string(url);
  if (url.starts_with("ssh://")) {
    const std::size_t colon = url.substr(host, at - host).find(':');
    if (colon == std::string_view::npos) return std::string(url);
  }
  return std::string(url.substr(0, host)) + std::string(url.substr(at + 1));
}

}  // namespace roar::hooks
