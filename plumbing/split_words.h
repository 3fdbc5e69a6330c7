#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace roar::plumbing {

// The words of a command line as a POSIX shell would separate them, without expanding anything: the
// inverse of quoting. Nullopt if a quote is not closed or a backslash stands at the end.
std::optional<std::vector<std::string>> split_words(std::string_view text);

}  // namespace roar::plumbing
