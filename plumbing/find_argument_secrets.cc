#include <algorithm>
#include <utility>

#include "plumbing/find_secrets.h"
#include "plumbing/secret_names.h"
#include "plumbing/secret_tokens.h"
#include "plumbing/secret_values.h"

namespace roar::plumbing {
namespace {

constexpr auto kNowhere = std::string_view::npos;

// The arguments of one command.
class ArgumentFinder {
 public:
  explicit ArgumentFinder(std::span<const std::string> argv) : argv_(argv) {}

  std::vector<FoundArgument> find() {
    for (std::size_t i = 0; i < argv_.size(); ++i) {
      std::vector<FoundSecret> found = find_secrets(argv_[i], SecretContext::Text);
      for (const auto& whole : {after_equals(i), after_option(i), after_program_option(i)}) {
        if (whole) take_in(*whole, i, found);
      }
      for (const FoundSecret& secret : found) found_.push_back({i, secret});
    }
    return std::move(found_);
  }

 private:
  // To the end of the argument, whatever its value has in it.
  std::optional<FoundSecret> after_equals(std::size_t i) const {
    if (is_script(i)) return std::nullopt;
    const std::string_view argument = argv_[i];
    const std::size_t equals = argument.find('=');
    if (equals == kNowhere) return std::nullopt;
    std::string_view name = argument.substr(0, equals);
    while (name.starts_with('+') || name.starts_with('~')) name.remove_prefix(1);
    if (name.empty() || !std::ranges::all_of(name, is_name)) return std::nullopt;
    const SecretName* row = name_row(name);
    if (row == nullptr || !is_value(argument.substr(equals + 1), row->shortest))
      return std::nullopt;
    return FoundSecret{equals + 1, argument.size(), row->kind};
  }

  // What follows -c (-lc, ...) is a text of several words.
  bool is_script(std::size_t i) const {
    constexpr std::size_t kLongest = 5;
    if (i == 0) return false;
    const std::string_view option = argv_[i - 1];
    return option.size() <= kLongest && option.starts_with('-') && option.ends_with('c');
  }

  std::optional<FoundSecret> after_option(std::size_t i) const {
    if (i < 2 || argv_[i].starts_with('-')) return std::nullopt;
    const std::string_view option = argv_[i - 1];
    if (!option.starts_with('-') || !std::ranges::all_of(option, is_name)) return std::nullopt;
    const SecretName* row = option_row(option);
    if (row == nullptr || !is_value(argv_[i], row->shortest)) return std::nullopt;
    return FoundSecret{0, argv_[i].size(), row->kind};
  }

  std::optional<FoundSecret> after_program_option(std::size_t i) const {
    for (const ProgramOption& row : program_options()) {
      if (!runs(row.program, i)) continue;
      const auto begin = value_begin(row, i);
      if (!begin || *begin >= argv_[i].size() ||
          is_no_value(std::string_view(argv_[i]).substr(*begin)))
        continue;
      return FoundSecret{*begin, argv_[i].size(), row.kind};
    }
    return std::nullopt;
  }

  // Whether argument `i` is one of this program's: "curl", or "docker login" for two words.
  bool runs(std::string_view program, std::size_t i) const {
    const std::size_t blank = program.find(' ');
    const auto before = argv_.first(i);
    const auto named = std::ranges::find_if(before, [&](std::string_view argument) {
      return argument.substr(argument.rfind('/') + 1) == program.substr(0, blank);
    });
    if (named == before.end()) return false;
    return blank == kNowhere ||
           std::ranges::find(named, before.end(), program.substr(blank + 1)) != before.end();
  }

  // Where in argument `i` the secret begins; nullopt if this row says nothing about it.
  std::optional<std::size_t> value_begin(const ProgramOption& row, std::size_t i) const {
    constexpr std::size_t kOperand = 20;
    constexpr std::string_view kPass = "pass:";
    const std::string_view argument = argv_[i];
    const bool next = i > 0 && argv_[i - 1] == row.option && !argument.starts_with('-');
    switch (row.form) {
      case OptionForm::Next:
        return next ? std::optional<std::size_t>(0) : std::nullopt;
      case OptionForm::NextAfter: {
        const std::size_t colon = argument.find(':');
        return next && colon != kNowhere ? std::optional(colon + 1) : std::nullopt;
      }
      case OptionForm::NextPassword:
        return next && argument.starts_with(kPass) ? std::optional(kPass.size()) : std::nullopt;
      case OptionForm::Attached:
        return argument.starts_with(row.option) ? std::optional(row.option.size()) : std::nullopt;
      case OptionForm::Operand: {
        const auto before = argv_.first(i);
        const bool first = std::ranges::find(before, row.option) != before.end();
        return first && !argument.starts_with('-') && argument.size() >= kOperand
                   ? std::optional<std::size_t>(0)
                   : std::nullopt;
      }
    }
    return std::nullopt;
  }

  void take_in(FoundSecret whole, std::size_t i, std::vector<FoundSecret>& found) const {
    const std::string_view argument = argv_[i];
    whole.kind = kind_of(argument.substr(whole.begin, whole.end - whole.begin), whole.kind);
    std::erase_if(found, [&](const FoundSecret& secret) { return secret.end > whole.begin; });
    found.push_back(whole);
  }

  std::span<const std::string> argv_;
  std::vector<FoundArgument> found_;
};

}  // namespace

std::vector<FoundArgument> find_argument_secrets(std::span<const std::string> argv) {
  return ArgumentFinder(argv).find();
}

}  // namespace roar::plumbing
