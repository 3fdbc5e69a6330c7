#include "plumbing/path_pattern.h"

#include <cstddef>
#include <optional>

namespace roar::plumbing {
namespace {

// What a pattern's set matches, and where the pattern goes on.
struct Set {
  bool matches = false;
  std::size_t end = 0;
};

// Nullopt if the [ at `at` opens no set, and so stands for itself.
std::optional<Set> set_at(std::string_view pattern, std::size_t at, char c) noexcept {
  std::size_t i = at + 1;
  const bool negated = i < pattern.size() && (pattern[i] == '!' || pattern[i] == '^');
  if (negated) ++i;
  bool found = false;
  for (const std::size_t first = i; i < pattern.size(); ++i) {
    if (pattern[i] == ']' && i > first) return Set{found != negated && c != '/', i + 1};
    const bool is_range = i + 2 < pattern.size() && pattern[i + 1] == '-' && pattern[i + 2] != ']';
    found = found || (is_range ? pattern[i] <= c && c <= pattern[i + 2] : pattern[i] == c);
    if (is_range) i += 2;
  }
  return std::nullopt;
}

// A wildcard that may still take more of the path.
struct Wildcard {
  std::size_t pattern = 0;  // what follows it
  std::size_t path = 0;     // where that was tried last
};

// Matches from left to right. Of each kind of wildcard only the last one is ever tried again: what
// an earlier one could take more of, the later one can take as well.
class Matcher {
 public:
  Matcher(std::string_view pattern, std::string_view path) : pattern_(pattern), path_(path) {}

  bool match() noexcept {
    for (;;) {
      if (at_ == pattern_.size() && in_ == path_.size()) return true;
      if (is_deep_end()) return true;
      if (!step() && !retry()) return false;
    }
  }

 private:
  bool at_component() const noexcept {
    return (at_ == 0 || pattern_[at_ - 1] == '/') && (in_ == 0 || path_[in_ - 1] == '/');
  }

  bool is_deep_end() const noexcept { return pattern_.substr(at_) == "**" && at_component(); }

  bool step() noexcept {
    if (at_ == pattern_.size()) return false;
    if (pattern_.substr(at_).starts_with("**/") && at_component()) {
      at_ += 3;
      deep_ = {at_, in_};
      star_.reset();
      return true;
    }
    if (pattern_[at_] == '*') {
      star_ = {++at_, in_};
      return true;
    }
    if (in_ == path_.size()) return false;
    const char c = path_[in_];
    if (pattern_[at_] == '[') {
      if (const auto set = set_at(pattern_, at_, c)) {
        if (!set->matches) return false;
        at_ = set->end;
        ++in_;
        return true;
      }
    }
    const bool same = pattern_[at_] == '?' ? c != '/' : pattern_[at_] == c;
    if (!same) return false;
    ++at_;
    ++in_;
    return true;
  }

  bool retry() noexcept {
    if (star_ && star_->path < path_.size() && path_[star_->path] != '/') {
      at_ = star_->pattern;
      in_ = ++star_->path;
      return true;
    }
    if (!deep_) return false;
    const std::size_t slash = path_.find('/', deep_->path);
    if (slash == std::string_view::npos) return false;
    deep_->path = slash + 1;
    at_ = deep_->pattern;
    in_ = deep_->path;
    star_.reset();
    return true;
  }

  std::string_view pattern_;
  std::string_view path_;
  std::size_t at_ = 0;  // in the pattern
  std::size_t in_ = 0;  // in the path
  std::optional<Wildcard> star_;
  std::optional<Wildcard> deep_;
};

bool matches_below(std::string_view directory, std::string_view path) noexcept {
  for (std::size_t slash = path.find('/', 1); slash != std::string_view::npos;
       slash = path.find('/', slash + 1)) {
    if (Matcher(directory, path.substr(0, slash)).match()) return true;
  }
  return false;
}

}  // namespace

bool matches_pattern(std::string_view pattern, std::string_view path) noexcept {
  if (pattern.empty()) return false;
  if (pattern.find_first_of("*?[") == std::string_view::npos) {
    return pattern.front() == '/' ? path.starts_with(pattern)
                                  : path.find(pattern) != std::string_view::npos;
  }
  if (pattern.ends_with('/')) return matches_below(pattern.substr(0, pattern.size() - 1), path);
  if (pattern.find('/') == std::string_view::npos) path = path.substr(path.rfind('/') + 1);
  return Matcher(pattern, path).match();
}

}  // namespace roar::plumbing
