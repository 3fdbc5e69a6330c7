#pragma once

#include <iosfwd>
#include <string>
#include <string_view>

namespace roar::porcelain {

// The pager to use: $ROAR_PAGER, else the setting output.pager, else $PAGER, else "less". Empty for
// none, which an empty value and "cat" ask for. Reads settings and environment; what is wrong with
// a settings file is for the command to say, not for this.
std::string pager_command();

// Shows a text through the pager on standard output, and returns when the user has left it. Without
// $LESS, less shows colours, ends at once if the text fits, and leaves it on the screen. The pager
// need not read all of the text. Meanwhile the terminal's signals are the pager's alone. Falls back
// to `out` if the pager cannot be started.
void page(const std::string& text, const std::string& pager, std::ostream& out);

}  // namespace roar::porcelain
