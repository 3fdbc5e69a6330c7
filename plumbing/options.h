#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "objects/base/error.h"
#include "plumbing/command.h"

namespace roar {

// An option as it was declared, for who wants to know of it without parsing: completion.
struct OptionInfo {
  char letter = 0;          // 0: none
  std::string name;         // without the dashes
  std::string placeholder;  // of its value; empty if it takes none
  std::string help;
};

// Thrown by Options::parse for -h and --help; main prints the text on standard output and exits 0.
struct HelpRequest {
  std::string text{};
  std::string synopsis{};  // as declared: the forms of the command, one a line
  std::vector<OptionInfo> options{};
};

// The options of one command, declared once: parsing, -h, and the check of the manual page read
// this list. The only place that knows the parsing library.
//
// Commands parse before they touch anything else of their Context: for -h they are called with
// neither workspace nor store.
class Options {
 public:
  // `synopsis` is what follows "usage: roar ", for instance "hash-object [-w] <file>...". A command
  // with several forms has one a line. The strings given here and below must outlive the object.
  explicit Options(std::string_view synopsis) : synopsis_(synopsis) {}

  // `letter` may be 0 for none.
  Options& flag(char letter, std::string_view name, bool& target, std::string_view help);
  // How often the flag was given: -v, -vv.
  Options& count(char letter, std::string_view name, int& target, std::string_view help);
  // Given several times, the last one counts. The placeholder stands for the value in -h, in lower
  // case and angle brackets.
  Options& value(char letter, std::string_view name, std::string_view placeholder,
                 std::string& target, std::string_view help);
  // The same where no value and an empty one differ: the target is nullopt if it is not given.
  Options& value(char letter, std::string_view name, std::string_view placeholder,
                 std::optional<std::string>& target, std::string_view help);
  // An option that may do without its value, which then can only follow after "=": --batch and
  // --batch=FORMAT. The target is nullopt if it is not given, and `without` without a value.
  Options& optional_value(std::string_view name, std::string_view placeholder,
                          std::optional<std::string>& target, std::string_view help,
                          std::string_view without = {});
  // May be given several times.
  Options& list(char letter, std::string_view name, std::string_view placeholder,
                std::vector<std::string>& target, std::string_view help);

  // Sets the targets and returns the operands, which may stand anywhere among the options; "--"
  // ends the options. Throws usage_error() for an unknown option or a missing value. The operands
  // are views into `arguments`.
  std::vector<std::string_view> parse(Arguments arguments) const;

  // The same for commands that run another one: the first argument that is no option (or what
  // follows "--") and everything after it is returned untouched.
  std::vector<std::string_view> parse_until_command(Arguments arguments) const;

  // "usage: roar <synopsis>" and a line per option, without a final newline.
  std::string usage() const;

  // An Errc::Usage that says `message` and, below it, the usage line.
  Error usage_error(std::string_view message) const;

 private:
  struct Option {
    char letter;
    std::string_view name;
    std::string_view placeholder;  // empty for flags and counts
    std::variant<bool*, int*, std::string*, std::vector<std::string>*, std::optional<std::string>*>
        target;
    std::string_view help;
    bool needs_value = true;  // unless the value is optional, or it takes none
    std::string_view without_value = {};

    bool may_lack_value() const noexcept { return !needs_value; }
    bool takes_value() const noexcept { return !placeholder.empty() && !may_lack_value(); }
  };

  bool value_is_next(std::string_view argument) const;
  bool take_optional_value(std::string_view argument) const;
  void parse_options(std::vector<std::string> tokens) const;
  std::string usage_line() const;
  HelpRequest help() const;

  std::string_view synopsis_;
  std::vector<Option> options_;
};

}  // namespace roar
