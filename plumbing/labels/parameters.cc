#include "plumbing/labels/parameters.h"

#include <algorithm>
#include <array>
#include <optional>

#include "objects/base/utf8.h"
#include "objects/label_value.h"

namespace roar::plumbing {
namespace {

using Words = std::span<const std::string>;

struct Interpreter {
  std::string_view name;        // a version may follow it
  std::string_view with_value;  // letters of its options that take a value
  std::string_view last;        // letters after whose value the script's own words begin
};
constexpr std::array kInterpreters{
    Interpreter{"bash", "oO", "c"},     Interpreter{"dash", "o", "c"},
    Interpreter{"julia", "JtpL", "eE"}, Interpreter{"ksh", "o", "c"},
    Interpreter{"node", "r", "ep"},     Interpreter{"perl", "I", "eE"},
    Interpreter{"pypy", "XW", "cm"},    Interpreter{"python", "XW", "cm"},
    Interpreter{"ruby", "rI", "e"},     Interpreter{"sh", "o", "c"},
    Interpreter{"zsh", "o", "c"}};

const Interpreter* interpreter_of(std::string_view program) {
  const std::string_view name = program.substr(program.rfind('/') + 1);
  const auto* const found = std::ranges::find_if(kInterpreters, [&](const Interpreter& one) {
    return name.starts_with(one.name) &&
           name.find_first_not_of("0123456789.", one.name.size()) == std::string_view::npos;
  });
  return found == kInterpreters.end() ? nullptr : found;
}

bool has(std::string_view letters, char letter) {
  return letters.find(letter) != std::string_view::npos;
}

// What follows the script, or what stands in its place.
Words words_of_script(Words words, const Interpreter& interpreter) {
  while (!words.empty() && words.front().starts_with('-') && words.front().size() > 1) {
    const std::string& option = words.front();
    words = words.subspan(1);
    if (option == "--") break;
    if (option.starts_with("--")) continue;
    for (std::size_t i = 1; i < option.size(); ++i) {
      const bool is_last = has(interpreter.last, option[i]);
      if (!is_last && !has(interpreter.with_value, option[i])) continue;
      const bool value_is_next = i + 1 == option.size() && !words.empty();
      if (value_is_next) words = words.subspan(1);
      if (is_last) return words;
      break;
    }
  }
  return words.empty() ? words : words.subspan(1);
}

bool is_value(std::string_view word) {
  if (!word.starts_with('-') || word == "-") return true;
  return (word[1] >= '0' && word[1] <= '9') || word[1] == '.';
}

bool is_name_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool is_name(std::string_view name) {
  constexpr std::string_view kOthers = "-.@/";
  return !name.empty() && is_name_letter(name.front()) && std::ranges::all_of(name, [&](char c) {
    return is_name_letter(c) || (c >= '0' && c <= '9') || has(kOthers, c);
  });
}

// "lr=0.1", and with a plus or two before it, as Hydra has it. A path that ends in a name is none.
std::optional<Parameter> assignment_in(std::string_view word) {
  const std::size_t start = std::min(word.find_first_not_of('+'), std::size_t{2});
  const std::size_t equals = word.find('=');
  if (equals == std::string_view::npos || start > equals) return std::nullopt;
  const std::string_view name = word.substr(start, equals - start);
  if (!is_name(name)) return std::nullopt;
  return Parameter{std::string(name), typed_label_value(word.substr(equals + 1))};
}

// The option that `words` begin with; `used` is how many of them it is.
std::optional<Parameter> option_in(Words words, std::size_t& used) {
  const std::string_view word = words.front();
  used = 1;
  const std::size_t dashes = word.starts_with("--") ? 2 : 1;
  const std::size_t equals = std::min(word.find('='), word.size());
  const std::string_view name = word.substr(dashes, equals - dashes);
  if (!is_name(name)) return std::nullopt;
  if (equals < word.size())
    return Parameter{std::string(name), typed_label_value(word.substr(equals + 1))};
  if (words.size() == 1 || !is_value(words[1]) || !is_utf8(words[1]) || assignment_in(words[1]))
    return Parameter{std::string(name), "true"};
  used = 2;
  return Parameter{std::string(name), typed_label_value(words[1])};
}

}  // namespace

std::vector<Parameter> parameters_of(std::span<const std::string> argv) {
  std::vector<Parameter> parameters;
  if (argv.empty()) return parameters;
  Words words = argv.subspan(1);
  if (const Interpreter* const interpreter = interpreter_of(argv.front()))
    words = words_of_script(words, *interpreter);
  while (!words.empty()) {
    std::size_t used = 1;
    const std::string& word = words.front();
    std::optional<Parameter> parameter;
    if (is_utf8(word)) parameter = is_value(word) ? assignment_in(word) : option_in(words, used);
    if (parameter) parameters.push_back(*std::move(parameter));
    words = words.subspan(used);
  }
  return parameters;
}

bool same_parameter(std::string_view a, std::string_view b) noexcept {
  return std::ranges::equal(
      a, b, [](char x, char y) { return (x == '-' ? '_' : x) == (y == '-' ? '_' : y); });
}

}  // namespace roar::plumbing
