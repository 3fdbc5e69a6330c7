#include "plumbing/options.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstddef>
#include <utility>

// How the work is shared with CLI11
// =================================
//
// CLI11 gets the options and their values, never an operand and never another command's arguments.
// Left to itself it reads an operand "[a,b]" as a list, ends at "++", and its prefix mode runs a
// misspelt option as the command. So the arguments are split first, by the declared options alone,
// and CLI11 does what is tedious: clusters, "--name=value", values that look like options.

namespace roar {

namespace {

std::string lower_case(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return result;
}

}  // namespace

Options& Options::flag(char letter, std::string_view name, bool& target, std::string_view help) {
  options_.push_back({letter, name, {}, &target, help});
  return *this;
}

Options& Options::count(char letter, std::string_view name, int& target, std::string_view help) {
  options_.push_back({letter, name, {}, &target, help});
  return *this;
}

Options& Options::value(char letter, std::string_view name, std::string_view placeholder,
                        std::string& target, std::string_view help) {
  options_.push_back({letter, name, placeholder, &target, help});
  return *this;
}

Options& Options::value(char letter, std::string_view name, std::string_view placeholder,
                        std::optional<std::string>& target, std::string_view help) {
  options_.push_back({letter, name, placeholder, &target, help});
  return *this;
}

Options& Options::optional_value(std::string_view name, std::string_view placeholder,
                                 std::optional<std::string>& target, std::string_view help,
                                 std::string_view without) {
  options_.push_back({0, name, placeholder, &target, help, false, without});
  return *this;
}

Options& Options::list(char letter, std::string_view name, std::string_view placeholder,
                       std::vector<std::string>& target, std::string_view help) {
  options_.push_back({letter, name, placeholder, &target, help});
  return *this;
}

// Whether the value of an option in `argument` is the argument after it: "--name" or "-vn", but
// neither "--name=value" nor "-nvalue".
bool Options::value_is_next(std::string_view argument) const {
  if (argument.starts_with("--")) {
    const auto option = std::ranges::find(options_, argument.substr(2), &Option::name);
    return option != options_.end() && option->takes_value();
  }
  for (std::size_t i = 1; i < argument.size(); ++i) {
    const auto option = std::ranges::find(options_, argument[i], &Option::letter);
    if (option != options_.end() && option->takes_value()) return i + 1 == argument.size();
  }
  return false;
}

// If `argument` is an option that may lack its value, or one with an empty value, which the library
// would not take, sets its target.
bool Options::take_optional_value(std::string_view argument) const {
  if (!argument.starts_with("--")) return false;
  const std::size_t equals = std::min(argument.find('='), argument.size());
  const auto option = std::ranges::find(options_, argument.substr(2, equals - 2), &Option::name);
  if (option == options_.end() ||
      !std::holds_alternative<std::optional<std::string>*>(option->target))
    return false;
  if (option->needs_value && equals == argument.size()) return false;
  auto& target = *std::get<std::optional<std::string>*>(option->target);
  target = equals < argument.size() ? argument.substr(equals + 1) : option->without_value;
  return true;
}

std::vector<std::string_view> Options::parse(Arguments arguments) const {
  std::vector<std::string> tokens;
  std::vector<std::string_view> operands;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string_view argument = arguments[i];
    if (argument == "--") {
      const Arguments rest = arguments.subspan(i + 1);
      operands.insert(operands.end(), rest.begin(), rest.end());
      break;
    }
    if (argument.size() < 2 || argument.front() != '-') {
      operands.push_back(argument);
      continue;
    }
    if (take_optional_value(argument)) continue;
    tokens.emplace_back(argument);
    if (value_is_next(argument) && i + 1 < arguments.size()) tokens.emplace_back(arguments[++i]);
  }
  parse_options(std::move(tokens));
  return operands;
}

std::vector<std::string_view> Options::parse_until_command(Arguments arguments) const {
  std::vector<std::string> tokens;
  std::size_t i = 0;
  for (; i < arguments.size(); ++i) {
    const std::string_view argument = arguments[i];
    if (argument == "--") {
      ++i;
      break;
    }
    if (argument.size() < 2 || argument.front() != '-') break;
    if (take_optional_value(argument)) continue;
    tokens.emplace_back(argument);
    if (value_is_next(argument) && i + 1 < arguments.size()) tokens.emplace_back(arguments[++i]);
  }
  parse_options(std::move(tokens));
  const Arguments command = arguments.subspan(std::min(i, arguments.size()));
  return {command.begin(), command.end()};
}

void Options::parse_options(std::vector<std::string> tokens) const {
  CLI::App app;
  app.set_help_flag("-h,--help");
  app.allow_extras();
  for (const Option& option : options_) {
    if (option.may_lack_value()) continue;
    std::string names = option.letter != 0 ? std::string{'-', option.letter, ','} : std::string();
    names.append("--").append(option.name);
    if (auto* const* flag = std::get_if<bool*>(&option.target)) {
      app.add_flag(names, **flag)->disable_flag_override()->take_last();
    } else if (auto* const* count = std::get_if<int*>(&option.target)) {
      app.add_flag(names, **count)->disable_flag_override();
    } else if (auto* const* list = std::get_if<std::vector<std::string>*>(&option.target)) {
      app.add_option(names, **list)->expected(1)->allow_extra_args(false)->take_all();
    } else if (auto* const* text = std::get_if<std::optional<std::string>*>(&option.target)) {
      std::optional<std::string>& target = **text;
      app.add_option_function<std::string>(names,
                                           [&target](const std::string& given) { target = given; })
          ->take_last();
    } else {
      app.add_option(names, *std::get<std::string*>(option.target))->take_last();
    }
  }
  std::ranges::reverse(tokens);  // the order in which CLI11 takes a vector
  try {
    app.parse(std::move(tokens));
  } catch (const CLI::CallForHelp&) {
    throw help();
  } catch (const CLI::ArgumentMismatch& error) {
    throw usage_error(error.what());
  } catch (const CLI::ParseError& error) {
    throw usage_error(error.what());
  }
  const std::vector<std::string> unknown = app.remaining();
  if (!unknown.empty()) throw usage_error("unknown option '" + unknown.front() + "'");
}

HelpRequest Options::help() const {
  HelpRequest request{.text = usage(), .synopsis = std::string(synopsis_), .options = {}};
  for (const Option& option : options_) {
    request.options.push_back(
        {.letter = option.letter,
         .name = std::string(option.name),
         .placeholder = option.takes_value() ? lower_case(option.placeholder) : std::string(),
         .help = std::string(option.help)});
  }
  return request;
}

std::string Options::usage_line() const {
  std::string text = "usage: roar ";
  for (const char c : synopsis_) {
    text += c;
    if (c == '\n') text += "   or: roar ";
  }
  return text;
}

std::string Options::usage() const {
  constexpr std::size_t kHelpColumn = 30;
  std::string text = usage_line();
  if (!options_.empty()) text += '\n';
  for (const Option& option : options_) {
    std::string line = "    ";
    line += option.letter != 0 ? std::string{'-', option.letter, ',', ' '} : std::string(4, ' ');
    line += "--" + std::string(option.name);
    if (option.takes_value()) line += " <" + lower_case(option.placeholder) + ">";
    if (option.may_lack_value()) line += "[=<" + lower_case(option.placeholder) + ">]";
    line += std::string(line.size() + 2 < kHelpColumn ? kHelpColumn - line.size() : 2, ' ');
    text += '\n' + line + std::string(option.help);
  }
  return text;
}

Error Options::usage_error(std::string_view message) const {
  return {Errc::Usage, std::string(message) + '\n' + usage_line()};
}

}  // namespace roar
