#include "porcelain/complete_line.h"

#include <algorithm>
#include <array>
#include <sstream>
#include <string_view>

#include "objects/base/error.h"
#include "plumbing/commands.h"
#include "plumbing/options.h"
#include "porcelain/commands.h"
#include "porcelain/global_options.h"
#include "porcelain/synopsis.h"

namespace roar::porcelain {
namespace {

using plumbing::Completions;

class LineCompleter {
 public:
  LineCompleter(const std::vector<std::string>& line, bool describe)
      : line_(line), current_(line.back()), describe_(describe) {}

  LineCompletion complete() {
    const std::size_t name = skip_global_options();
    if (name + 1 == line_.size()) {
      complete_command_or_option();
    } else if (name < line_.size()) {
      const Command* command = find_command(line_[name]);
      if (command != nullptr) complete_arguments(*command, name + 1);
    }
    return std::move(result_);
  }

 private:
  void add(std::string_view word, std::string_view description) {
    if (word.starts_with(current_)) {
      result_.words.push_back({std::string(word), std::string(description)});
    }
  }

  // Where the command's name stands; the number of words if the line ends before it.
  std::size_t skip_global_options() {
    std::size_t at = 0;
    for (; at + 1 < line_.size() && line_[at].starts_with('-'); ++at) {
      if (line_[at] != "-C") continue;
      if (++at + 1 == line_.size()) {
        result_.offer = ShellOffer::Files;
        return line_.size();
      }
      try {
        enter({line_[at]});
      } catch (const Error&) {
        return line_.size();  // no such directory, so nothing is recorded in it
      }
    }
    return at;
  }

  void complete_command_or_option() {
    if (current_.starts_with('-')) {
      add("-C", "go to this directory first");
      add("--help", "list the commands");
      add("--no-input", "ask nothing");
      add("--no-pager", "print without the pager");
      add("--version", "print the version");
      return;
    }
    complete_commands(false);
  }

  void complete_commands(bool with_plumbing) {
    for (const Command& command : commands()) {
      const bool wanted = with_plumbing || command.level == Level::Porcelain || !current_.empty();
      if (wanted) add(command.name, command.summary);
    }
    // Plumbing is for those who begin to type its name.
    if (!with_plumbing && current_.empty()) return;
    for (const Command& command : plumbing::commands()) add(command.name, command.summary);
  }

  // The options as the command declares them.
  static HelpRequest declared(const Command& command) {
    std::istringstream in;
    std::ostringstream out;
    Context context{.in = in, .out = out, .err = out};
    constexpr std::array<std::string_view, 1> kHelp{"-h"};
    try {
      command.run(context, kHelp);
    } catch (HelpRequest& help) {
      return std::move(help);
    }
    return {};
  }

  const OptionInfo* option_with_value(const HelpRequest& help, const std::string& word) const {
    for (const OptionInfo& option : help.options) {
      if (option.placeholder.empty()) continue;
      if (word == "--" + option.name) return &option;
      const bool cluster = word.size() >= 2 && word[0] == '-' && word[1] != '-';
      if (cluster && option.letter != 0 && word.back() == option.letter) return &option;
    }
    return nullptr;
  }

  void complete_arguments(const Command& command, std::size_t at) {
    const HelpRequest help = declared(command);
    const bool runner = command.failure == Failure::Runner;
    std::vector<std::string> operands;
    bool options_end = false;
    for (; at + 1 < line_.size(); ++at) {
      const std::string& word = line_[at];
      if (!options_end && word == "--") {
        options_end = true;
      } else if (!options_end && word.size() > 1 && word.starts_with('-')) {
        const OptionInfo* option = option_with_value(help, word);
        if (option != nullptr && ++at + 1 == line_.size()) {
          complete_value(*option, runner, {});
          return;
        }
      } else if (runner) {
        hand_over(at);
        return;
      } else {
        operands.push_back(word);
      }
    }
    if (!options_end && current_.starts_with('-')) {
      complete_option(help, runner);
    } else if (runner) {
      complete_command_word(at);
    } else {
      complete_operand(command, help, operands);
    }
  }

  // A recorded step has options of its own, which we do not know.
  void hand_over(std::size_t at) {
    if (line_[at].starts_with('@')) return;
    result_.offer = ShellOffer::Command;
    result_.command = at;
  }

  void complete_command_word(std::size_t at) {
    if (current_.starts_with('@') || current_.empty()) complete_placeholder("step", {});
    if (!current_.starts_with('@')) hand_over(at);
  }

  void complete_option(const HelpRequest& help, bool runner) {
    const std::size_t equals = current_.find('=');
    if (equals != std::string::npos) {
      const OptionInfo* option = option_with_value(help, current_.substr(0, equals));
      if (option != nullptr) complete_value(*option, runner, current_.substr(0, equals + 1));
      return;
    }
    for (const OptionInfo& option : help.options) add("--" + option.name, option.help);
    add("--help", "show how the command is used");
  }

  // `before` is the part of the current word that is not the value: "--tracer=".
  void complete_value(const OptionInfo& option, bool runner, const std::string& before) {
    std::string_view kind = option.placeholder;
    if (runner && option.name == "name") kind = "step-name";
    const std::string whole = current_;
    current_ = whole.substr(before.size());
    complete_placeholder(kind, {});
    current_ = whole;
    for (plumbing::Completion& completion : result_.words) {
      completion.word.insert(0, before);
    }
  }

  void complete_operand(const Command& command, const HelpRequest& help,
                        const std::vector<std::string>& operands) {
    for (const OperandChoice& choice : next_operands(parse_synopsis(help.synopsis), operands)) {
      if (!choice.is_placeholder) {
        add(choice.text, {});
      } else if (command.name == "help") {
        complete_commands(true);
      } else {
        complete_placeholder(choice.text, operands);
      }
    }
  }

  void complete_names() {
    complete_steps_and_uids();
    complete_after("path:",
                   [&](std::string_view rest, Completions& out) { recorded_.paths(rest, out); });
    recorded_.refs(current_, result_.words);
  }

  void complete_steps_and_uids() {
    recorded_.steps(current_, describe_, result_.words);
    complete_after("job:",
                   [&](std::string_view rest, Completions& out) { recorded_.uids(rest, out); });
  }

  // What `complete` finds for the current word as it is, and for what follows `scheme` in it.
  template <typename Complete>
  void complete_after(const std::string& scheme, Complete complete) {
    complete(current_, result_.words);
    if (!current_.starts_with(scheme)) return;
    Completions more;
    complete(std::string_view(current_).substr(scheme.size()), more);
    for (plumbing::Completion& one : more) {
      result_.words.push_back({scheme + one.word, std::move(one.description)});
    }
  }

  void complete_placeholder(std::string_view kind, const std::vector<std::string>& operands);

  const std::vector<std::string>& line_;
  std::string current_;
  bool describe_;
  plumbing::RecordedNames recorded_;
  LineCompletion result_;
};

// What a placeholder in a synopsis or of an option stands for. One that is not here is free text,
// or of a command that takes nothing that we know.
enum class Kind : std::uint8_t {
  Files,
  Step,
  StepName,
  Job,
  Path,
  Name,
  Session,
  Ref,
  ConfigKey,
  ConfigValue,
  Tracer,
  Algorithm,
  Shell,
};

struct PlaceholderKind {
  std::string_view placeholder;
  Kind kind;
};

constexpr std::array kPlaceholders{
    PlaceholderKind{"algorithm", Kind::Algorithm}, PlaceholderKind{"dir", Kind::Files},
    PlaceholderKind{"directory", Kind::Files},     PlaceholderKind{"file", Kind::Files},
    PlaceholderKind{"hash", Kind::Name},           PlaceholderKind{"job", Kind::Job},
    PlaceholderKind{"key", Kind::ConfigKey},       PlaceholderKind{"name", Kind::Name},
    PlaceholderKind{"object", Kind::Name},         PlaceholderKind{"path", Kind::Path},
    PlaceholderKind{"prefix", Kind::Ref},          PlaceholderKind{"ref", Kind::Name},
    PlaceholderKind{"session", Kind::Session},     PlaceholderKind{"shell", Kind::Shell},
    PlaceholderKind{"step", Kind::Step},           PlaceholderKind{"step-name", Kind::StepName},
    PlaceholderKind{"tracer", Kind::Tracer},       PlaceholderKind{"value", Kind::ConfigValue},
};
static_assert(std::ranges::is_sorted(kPlaceholders, {}, &PlaceholderKind::placeholder));

void LineCompleter::complete_placeholder(std::string_view placeholder,
                                         const std::vector<std::string>& operands) {
  const auto* row =
      std::ranges::lower_bound(kPlaceholders, placeholder, {}, &PlaceholderKind::placeholder);
  if (row == kPlaceholders.end() || row->placeholder != placeholder) return;
  switch (row->kind) {
    case Kind::Files:
      result_.offer = ShellOffer::Files;
      break;
    case Kind::Step:
    case Kind::Job:
      complete_steps_and_uids();
      break;
    case Kind::StepName:
      recorded_.step_names(current_, result_.words);
      break;
    case Kind::Path:
      recorded_.paths(current_, result_.words);
      break;
    case Kind::Name:
      complete_names();
      break;
    case Kind::Session:
      recorded_.sessions(current_, result_.words);
      break;
    case Kind::Ref:
      recorded_.refs(current_, result_.words);
      break;
    case Kind::ConfigKey:
      plumbing::complete_config_keys(current_, result_.words);
      break;
    case Kind::ConfigValue:
      if (!operands.empty()) {
        plumbing::complete_config_values(operands.back(), current_, result_.words);
      }
      break;
    case Kind::Tracer:
      plumbing::complete_config_values("tracer.default", current_, result_.words);
      break;
    case Kind::Algorithm:
      plumbing::complete_config_values("hash.primary", current_, result_.words);
      break;
    case Kind::Shell:
      for (const std::string_view shell : {"bash", "fish", "zsh"}) add(shell, {});
      break;
  }
}

}  // namespace

LineCompletion complete_line(const std::vector<std::string>& line, bool describe) {
  if (line.empty()) return {};
  return LineCompleter(line, describe).complete();
}

}  // namespace roar::porcelain
