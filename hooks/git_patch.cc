#include "hooks/git_patch.h"

#include <algorithm>
#include <span>

#include "hooks/git_command.h"
#include "objects/base/error.h"

namespace roar::hooks {
namespace {

constexpr std::string_view kStart = "diff --git ";
constexpr std::size_t kPathsAtOnce = 500;  // well below the limit of a command line

bool is_octal(char c) noexcept {
  return c >= '0' && c <= '7';
}

char unescaped(char letter) noexcept {
  constexpr std::string_view kLetters = "abfnrtv";
  constexpr std::string_view kBytes = "\a\b\f\n\r\t\v";
  const std::size_t at = kLetters.find(letter);
  return at == std::string_view::npos ? letter : kBytes[at];
}

// What stands between git's quotes, with its escapes undone.
std::string unquoted(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      result += text[i];
    } else if (i + 3 < text.size() && std::ranges::all_of(text.substr(i + 1, 3), is_octal)) {
      result += static_cast<char>(((text[i + 1] - '0') << 6) | ((text[i + 2] - '0') << 3) |
                                  (text[i + 3] - '0'));
      i += 3;
    } else {
      result += unescaped(text[++i]);
    }
  }
  return result;
}

// The name in "a/NAME b/NAME" or "\"a/NAME\" \"b/NAME\"": both halves are equally long.
std::string name_in(std::string_view names) {
  constexpr std::size_t kPrefix = 2;
  if (names.size() % 2 == 1) {
    std::string_view half = names.substr(0, names.size() / 2);
    const bool quoted = half.size() > kPrefix && half.starts_with('"') && half.ends_with('"');
    if (quoted) half = half.substr(1, half.size() - 2);
    if (half.size() > kPrefix && half.starts_with("a/")) {
      return quoted ? unquoted(half.substr(kPrefix)) : std::string(half.substr(kPrefix));
    }
  }
  throw Error(Errc::Io, "git diff printed '" + std::string(names) + "', which names no file");
}

// How much of a patch that was cut off is whole: all but its last part.
std::size_t whole_parts(std::string_view patch) noexcept {
  const std::size_t last = patch.rfind("\ndiff --git ");
  return last == std::string_view::npos ? 0 : last + 1;
}

std::string empty_tree(const GitRepository& repository) {
  // Depends on the repository's hash function.
  const SubprocessResult result = run_git(repository, {"hash-object", "-t", "tree", "--stdin"});
  if (result.status != 0) throw Error(Errc::Io, "git hash-object failed: " + git_words(result));
  return result.output.substr(0, result.output.find('\n'));
}

}  // namespace

std::vector<GitPatchPart> split_patch(std::string_view patch) {
  std::vector<GitPatchPart> parts;
  while (!patch.empty()) {
    if (!patch.starts_with(kStart)) throw Error(Errc::Io, "git diff printed what is no patch");
    // No line of a file's content begins like this: those have a sign before them.
    const std::size_t next = patch.find("\ndiff --git ");
    const std::size_t size = next == std::string_view::npos ? patch.size() : next + 1;
    const std::string_view text = patch.substr(0, size);
    const std::string_view line = text.substr(0, text.find('\n'));
    parts.push_back({.name = name_in(line.substr(kStart.size())),
                     .text = std::string(text),
                     .binary = text.find("\nGIT binary patch\n") != std::string_view::npos});
    patch.remove_prefix(size);
  }
  return parts;
}

GitPatch git_patch(const GitRepository& repository, const std::string& commit,
                   const std::vector<std::string>& paths, std::size_t limit) {
  const std::vector<std::string> words{"diff",
                                       "--binary",
                                       "--full-index",
                                       "--no-color",
                                       "--no-ext-diff",
                                       "--no-textconv",
                                       "--no-renames",
                                       "--no-relative",
                                       "--unified=3",
                                       "--no-function-context",
                                       "--inter-hunk-context=0",
                                       "--src-prefix=a/",
                                       "--dst-prefix=b/",
                                       "--submodule=short",
                                       "--ignore-submodules=dirty",
                                       "--word-diff=none",
                                       "--ws-error-highlight=none",
                                       "--no-indent-heuristic",
                                       "-O/dev/null",
                                       commit.empty() ? empty_tree(repository) : commit,
                                       "--"};
  GitPatch patch;
  std::size_t left = limit;
  for (std::span rest(paths); !rest.empty() && !patch.cut_off;) {
    const auto some = rest.first(std::min(rest.size(), kPathsAtOnce));
    rest = rest.subspan(some.size());
    std::vector<std::string> all = words;
    for (const std::string& path : some) all.push_back(git_name(repository, path));
    SubprocessResult result = run_git(repository, all, {.time = {}, .output = left});
    patch.cut_off = result.end == SubprocessEnd::OutputLimit;
    if (!patch.cut_off && result.status != 0) {
      throw Error(Errc::Io, "git diff failed in '" + repository.root + "': " + git_words(result));
    }
    left -= std::min(left, result.output.size());
    if (patch.cut_off) result.output.resize(whole_parts(result.output));
    auto parts = split_patch(result.output);
    std::ranges::move(parts, std::back_inserter(patch.parts));
  }
  return patch;
}

std::optional<std::string> git_content(const GitRepository& repository, const std::string& commit,
                                       const std::string& name, std::size_t limit) {
  if (commit.empty()) return std::nullopt;
  SubprocessResult result =
      run_git(repository, {"cat-file", "blob", commit + ":" + name}, {.time = {}, .output = limit});
  if (result.status != 0 || result.end != SubprocessEnd::Itself) return std::nullopt;
  return std::move(result.output);
}

}  // namespace roar::hooks
