#include <algorithm>
#include <array>
#include <ostream>
#include <string>
#include <string_view>

#include "plumbing/commands.h"
#include "plumbing/options.h"
#include "plumbing/quote.h"
#include "porcelain/aliased_command.h"
#include "porcelain/commands.h"

namespace roar::porcelain {
namespace {

struct Group {
  std::string_view title;
  std::array<std::string_view, 8> names;  // the rest is empty
};

// The order in which somebody new meets them.
constexpr std::array kGroups{
    Group{"start here", {"init", "run", "build"}},
    Group{"the session", {"status", "dag", "log", "session", "pop", "reset"}},
    Group{"look things up", {"show", "inputs", "lineage", "diff", "why", "verify", "composite"}},
    Group{"say something about them", {"label", "tag"}},
    Group{"settings and help", {"config", "env", "filter", "tracer", "doctor", "import", "help"}},
    Group{"in your shell", {"completion", "prompt"}},
};

std::string line_of(const Command& command) {
  constexpr std::size_t kNameWidth = 16;
  std::string line = "   " + std::string(command.name);
  line.resize(std::max(line.size() + 2, kNameWidth), ' ');
  return line + std::string(command.summary) + '\n';
}

bool is_grouped(std::string_view name) {
  return std::ranges::any_of(
      kGroups, [&](const Group& group) { return std::ranges::count(group.names, name) != 0; });
}

std::string plumbing_overview() {
  std::string text = "\nplumbing, for scripts\n";
  for (const Command& command : commands()) {
    if (command.level == Level::Plumbing) text += line_of(command);
  }
  for (const Command& command : plumbing::commands()) text += line_of(command);
  return text;
}

std::string machine_list() {
  std::string text;
  for (const auto& table : {porcelain::commands(), plumbing::commands()}) {
    for (const Command& command : table) {
      text += std::string(command.name) +
              (command.level == Level::Porcelain ? "\tporcelain\t" : "\tplumbing\t") +
              std::string(command.summary) + '\n';
    }
  }
  return text;
}

}  // namespace

std::string command_overview() {
  std::string text =
      "usage: roar [-C <directory>] [--no-pager] [--no-input] <command> [<arguments>]\n"
      "       roar --version | --help\n";
  for (const Group& group : kGroups) {
    std::string lines;
    for (const std::string_view name : group.names) {
      const Command* command = name.empty() ? nullptr : find_command(name);
      if (command != nullptr) lines += line_of(*command);
    }
    if (!lines.empty()) text += "\n" + std::string(group.title) + "\n" + lines;
  }
  std::string others;
  for (const Command& command : commands()) {
    const bool listed = command.level == Level::Plumbing || is_grouped(command.name);
    if (!listed) others += line_of(command);
  }
  if (!others.empty()) text += "\nothers\n" + others;
  return text +
         "\n'roar help <command>' lists its options, 'man roar-<command>' explains it, and\n"
         "'roar help --all' lists the plumbing commands too.";
}

int cmd_help(Context& context, Arguments arguments) {
  bool all = false;
  bool list = false;
  const Options options =
      Options("help [--all | --list | <command>]")
          .flag('a', "all", all, "list the plumbing commands too")
          .flag(0, "list", list, "list all commands for programs: name, level, summary");
  const auto operands = options.parse(arguments);
  if (operands.size() > 1 || (!operands.empty() && (all || list))) {
    throw options.usage_error("expected one command");
  }
  if (list) {
    context.out << machine_list();
  } else if (operands.empty()) {
    context.out << command_overview() << '\n' << (all ? plumbing_overview() : "");
  } else {
    const Command* command = find_command(operands.front());
    if (command == nullptr) {
      const auto words = aliased_command(operands.front());
      context.out << "'" << operands.front() << "' is an alias for 'roar "
                  << plumbing::quoted_for_shell(words) << "'\n";
      return 0;
    }
    constexpr std::array<std::string_view, 1> kHelp{"-h"};
    return command->run(context, kHelp);
  }
  return 0;
}

}  // namespace roar::porcelain
