#pragma once

#include <span>
#include <string>
#include <string_view>

namespace roar::plumbing {

// The word as one types it in a POSIX shell: as it is if that is safe, else in single quotes, or as
// $'...' if it holds control characters or bytes that are not UTF-8 (bash, zsh and ksh read that).
std::string quoted_for_shell(std::string_view word);

// The words, quoted, with spaces between them.
std::string quoted_for_shell(std::span<const std::string> words);

// A path on one line of output for people: as it is, or in double quotes with C escapes if it holds
// control characters, quotes, backslashes or bytes that are not UTF-8, as git does (core.quotePath
// off).
std::string quoted_path(std::string_view path);

// A name or path that a message is about: in single quotes, or as quoted_path() has it where that
// puts it in double ones.
std::string quoted_subject(std::string_view name);

}  // namespace roar::plumbing
