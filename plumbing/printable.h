#pragma once

#include <string>
#include <string_view>

namespace roar::plumbing {

// A message of several lines as a terminal may be shown it: control characters, which file names
// may hold, stand as C escapes. Ends of lines and tabs are the message's own.
std::string printable(std::string_view message);

}  // namespace roar::plumbing
