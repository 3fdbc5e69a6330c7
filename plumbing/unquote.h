#pragma once

#include <string>
#include <string_view>

namespace roar::plumbing {

// What a shell would make of a word as it is typed: quotes and backslashes removed, '...', "..."
// and
// $'...' read. The word may end inside of quotes, as it does while somebody types. Nothing is
// expanded: variables and commands stay as they are.
std::string unquoted_word(std::string_view typed);

}  // namespace roar::plumbing
