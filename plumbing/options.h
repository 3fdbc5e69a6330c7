#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "plumbing/command.h"

namespace roar {

// Thrown by Options::parse for -h and --help; main prints the text on standard output and exits 0.
struct HelpRequest {
  std::string text;
};

// The options of one command, declared once: parsing, -h, and the check of the manual page read
// this list. The only place that knows the parsing library.
class Options {
 public:
  // `synopsis` is what follows "usage: roar ", for instance "hash-object [-w] <file>...".
  explicit Options(std::string_view synopsis) : synopsis_(synopsis) {}

  // `letter` may be 0 for none.
  Options& flag(char letter, std::string_view name, bool& target, std::string_view help);
  // How often the flag was given: -v, -vv.
  Options& count(char letter, std::string_view name, int& target, std::string_view help);
  Options& value(char letter, std::string_view name, std::string_view placeholder,
                 std::string& target, std::string_view help);
  // May be given several times.
  Options& list(char letter, std::string_view name, std::string_view placeholder,
                std::vector<std::string>& target, std::string_view help);

  // Sets the targets and returns the operands, which may stand anywhere among the options; "--"
  // ends the options. Throws Errc::Usage, with the usage line, for an unknown option or a missing
  // value.
  std::vector<std::string_view> parse(Arguments arguments) const;

  // The same for commands that run another one: the first argument that is no option (or what
  // follows "--") and everything after it is returned untouched.
  std::vector<std::string_view> parse_until_command(Arguments arguments) const;

  // "usage: roar <synopsis>" and a line per option.
  std::string usage() const;

 private:
  struct Option {
    char letter;
    std::string_view name;
    std::string_view placeholder;  // empty for flags and counts
    std::variant<bool*, int*, std::string*, std::vector<std::string>*> target;
    std::string_view help;
  };

  std::string_view synopsis_;
  std::vector<Option> options_;
};

}  // namespace roar
