#pragma once

#include <algorithm>
#include <string_view>

namespace roar {

// Calls `visit(line)` for each line of the text, without its end ("\n" or "\r\n"), until it returns
// false. What follows the last end is a line too, unless it is empty.
template <typename Visit>
void for_each_line(std::string_view text, const Visit& visit) {
  while (!text.empty()) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (!visit(line)) return;
  }
}

}  // namespace roar
