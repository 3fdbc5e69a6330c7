#pragma once

#include <string>
#include <string_view>

namespace roar::plumbing {

// Takes a word off the front of a line: up to a space, or in double quotes with the escapes of C,
// as git writes names that hold spaces and control characters. Throws Errc::Usage if quotes do not
// end or an escape is none.
std::string take_c_quoted(std::string_view& line);

}  // namespace roar::plumbing
