#pragma once

#include <span>
#include <string>
#include <vector>

namespace roar::plumbing {

// One parameter of a command that differs.
struct ArgumentDifference {
  std::string name;  // "--lr", "-k", or "argument 2", counted from the command, which is 0
  std::string before;
  std::string after;
  bool was = true;  // it was there; else `before` means nothing
  bool is = true;   // it is there

  bool operator==(const ArgumentDifference&) const = default;
};

// Compares two command lines: options by their names ("--lr 0.1" and "--lr=0.1" are the same), and
// all else by place.
std::vector<ArgumentDifference> argument_differences(std::span<const std::string> before,
                                                     std::span<const std::string> after);

}  // namespace roar::plumbing
