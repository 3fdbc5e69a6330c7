#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace roar::plumbing {

// What a command was told by an option or an assignment among its arguments.
struct Parameter {
  std::string name;   // without dashes: "lr"
  std::string value;  // JSON, as typed_label_value() reads the word; of a flag "true"

  bool operator==(const Parameter&) const = default;
};

// The parameters of a command, in the order of its arguments; a name may be there several times.
// They are read off the recorded arguments whenever they are asked for, so they are as exact as
// those, and a secret is the placeholder that it is there.
//
//   --lr=0.1   -l=0.1   lr=0.1   +model.lr=0.1     a name and its value
//   --lr 0.1   -l 0.1                              the same, unless the next word is an option
//   --verbose  -v                                  a flag: true
//
// A word that begins with a dash and then a digit or a point is a value. What an interpreter gets
// before its script is its own: "python -u x.py --lr 0.1" has one parameter. Words that are not
// UTF-8 have none.
std::vector<Parameter> parameters_of(std::span<const std::string> argv);

// Whether two names are the same but for '-' and '_'.
bool same_parameter(std::string_view a, std::string_view b) noexcept;

}  // namespace roar::plumbing
