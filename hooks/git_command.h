#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hooks/git.h"
#include "objects/base/subprocess.h"

namespace roar::hooks {

// The variables that name another repository, or another index, than the one found on disk. They
// are set in hooks.
std::span<const char* const> repository_variables() noexcept;

// Starts `git <arguments>` at the root of the work tree, such that it neither writes to the
// repository nor asks the network nor waits for a password. status 127: git is not installed.
Subprocess start_git(const GitRepository& repository, const std::vector<std::string>& arguments,
                     const SubprocessLimits& limits);

// The same, to its end.
SubprocessResult run_git(const GitRepository& repository, const std::vector<std::string>& arguments,
                         const SubprocessLimits& limits = {});

// What git printed on standard error, without the final newline.
std::string git_words(const SubprocessResult& result);

// `path` (absolute, inside of the work tree) as git names it.
std::string git_name(const GitRepository& repository, const std::string& path);

// Splits off what comes before the next NUL. Throws Errc::Io if there is none.
std::string_view next_git_record(std::string_view& output);

}  // namespace roar::hooks
