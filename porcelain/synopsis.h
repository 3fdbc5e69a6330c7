#pragma once

#include <string>
#include <string_view>
#include <vector>

// What may stand where among the operands of a command, read from the synopsis that its options
// were declared with.

namespace roar::porcelain {

// One thing that may stand at a place: a word as it is ("list"), or a placeholder without its angle
// brackets ("key").
struct OperandChoice {
  std::string text;
  bool is_placeholder = false;

  bool operator==(const OperandChoice&) const = default;
};

struct OperandPlace {
  std::vector<OperandChoice> choices;
  bool repeats = false;
};

using SynopsisForm = std::vector<OperandPlace>;

// The forms, one a line: "config get [--json] <key>" has the places "get" and <key>. Options are
// left out, and so is the command's name.
std::vector<SynopsisForm> parse_synopsis(std::string_view synopsis);

// What may stand after these operands, of all forms that they fit.
std::vector<OperandChoice> next_operands(const std::vector<SynopsisForm>& forms,
                                         const std::vector<std::string>& operands);

}  // namespace roar::porcelain
