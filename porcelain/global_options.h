#pragma once

#include <string_view>
#include <vector>

#include "plumbing/command.h"

namespace roar::porcelain {

// What stands before the name of the command.
struct GlobalOptions {
  std::vector<std::string_view> directories;  // -C, one after another
  bool pager = true;
  bool input = true;  // whether the user may be asked
};

// Takes the options off the front of the command line and returns the rest. Throws Errc::Usage for
// what is none of them, and HelpRequest for --help and --version.
Arguments take_global_options(Arguments arguments, GlobalOptions& options);

// Goes to the directories, each relative to the one before; an empty one changes nothing. Throws
// Errc::Io.
void enter(const std::vector<std::string_view>& directories);

}  // namespace roar::porcelain
