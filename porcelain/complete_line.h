#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "plumbing/completion.h"

// What a command line of ours can go on with: from the command tables, the options that commands
// declare, and what is recorded.

namespace roar::porcelain {

// What the shell should offer besides.
enum class ShellOffer : std::uint8_t {
  Nothing,
  Files,    // names of files
  Command,  // what completes the command line that starts at the word `command`
};

struct LineCompletion {
  plumbing::Completions words;
  ShellOffer offer = ShellOffer::Nothing;
  std::size_t command = 0;
};

// `line` is what follows "roar"; its last word is the one to complete, and may be empty. `describe`
// asks for descriptions where they cost a read. Never throws for what is typed or recorded: where
// there is nothing to say, nothing is said. Changes the current directory if the line has -C.
LineCompletion complete_line(const std::vector<std::string>& line, bool describe);

}  // namespace roar::porcelain
