#include "hooks/git_command.h"

#include <array>

#include "objects/base/error.h"

namespace roar::hooks {

std::span<const char* const> repository_variables() noexcept {
  static constexpr std::array kNames{"GIT_DIR",        "GIT_WORK_TREE",        "GIT_COMMON_DIR",
                                     "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_PREFIX"};
  return kNames;
}

Subprocess start_git(const GitRepository& repository, const std::vector<std::string>& arguments,
                     const SubprocessLimits& limits) {
  std::vector<std::string> words{"git", "--literal-pathspecs", "-c", "diff.autoRefreshIndex=false"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  // Without optional locks git leaves the index alone, so that we never get in the way of a git
  // command that runs at the same time. A partial clone must not fetch what it lacks.
  SubprocessVariables variables{{"GIT_OPTIONAL_LOCKS", "0"},     {"GIT_ALLOW_PROTOCOL", "none"},
                                {"GIT_TERMINAL_PROMPT", "0"},    {"GIT_NO_LAZY_FETCH", "1"},
                                {"GIT_DIFF_OPTS", std::nullopt}, {"LC_ALL", "C"}};
  if (!repository.directory.empty()) {
    variables.emplace_back("GIT_DIR", repository.directory);
    variables.emplace_back("GIT_WORK_TREE", repository.root);
  } else {
    for (const char* name : repository_variables()) variables.emplace_back(name, std::nullopt);
  }
  return Subprocess(words, variables, repository.root, limits);
}

SubprocessResult run_git(const GitRepository& repository, const std::vector<std::string>& arguments,
                         const SubprocessLimits& limits) {
  return start_git(repository, arguments, limits).finish();
}

std::string git_words(const SubprocessResult& result) {
  std::string words = result.errors;
  while (words.ends_with('\n')) words.pop_back();
  return words;
}

std::string git_name(const GitRepository& repository, const std::string& path) {
  ROAR_ASSERT(path.starts_with(repository.root) && path.size() > repository.root.size());
  return path.substr(repository.root == "/" ? 1 : repository.root.size() + 1);
}

std::string_view next_git_record(std::string_view& output) {
  const std::size_t end = output.find('\0');
  if (end == std::string_view::npos) throw Error(Errc::Io, "git printed a record without an end");
  const std::string_view record = output.substr(0, end);
  output.remove_prefix(end + 1);
  return record;
}

}  // namespace roar::hooks
