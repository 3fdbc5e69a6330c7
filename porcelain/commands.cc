#include "porcelain/commands.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "plumbing/commands.h"
#include "plumbing/suggest.h"

namespace roar::porcelain {
namespace {

constexpr std::array kCommands{
    Command{"build", cmd_build, Level::Porcelain, Needs::Workspace,
            "run a command as a build step and record what it did", Failure::Runner},
    Command{"complete", cmd_complete, Level::Plumbing, Needs::Nothing,
            "print what a command line can go on with"},
    Command{"completion", cmd_completion, Level::Porcelain, Needs::Nothing,
            "print the completion script for a shell"},
    Command{"composite", cmd_composite, Level::Porcelain, Needs::Nothing,
            "make directories one artifact each, compare and prove them"},
    Command{"config", cmd_config, Level::Porcelain, Needs::Nothing, "show and change settings",
            Failure::Plain, Paging::OnTerminal},
    Command{"dag", cmd_dag, Level::Porcelain, Needs::Store,
            "show the session's steps and what flows between them", Failure::Plain,
            Paging::OnTerminal},
    Command{"diff", cmd_diff, Level::Porcelain, Needs::Store,
            "say in what two jobs, files or sessions differ", Failure::Plain, Paging::OnTerminal},
    Command{"doctor", cmd_doctor, Level::Porcelain, Needs::Nothing,
            "find what keeps roar from doing its work"},
    Command{"env", cmd_env, Level::Porcelain, Needs::Workspace,
            "set environment variables for the project's jobs"},
    Command{"filter", cmd_filter, Level::Porcelain, Needs::Workspace,
            "choose which files count, and see why they do", Failure::Plain, Paging::OnTerminal},
    Command{"help", cmd_help, Level::Porcelain, Needs::Nothing, "show how a command is used"},
    Command{"import", cmd_import, Level::Porcelain, Needs::StoreForWriting,
            "take over what an older roar recorded"},
    Command{"init", cmd_init, Level::Porcelain, Needs::Nothing, "make a directory a project"},
    Command{"inputs", cmd_inputs, Level::Porcelain, Needs::Store,
            "list what a file, an artifact, a job or a session was made from", Failure::Plain,
            Paging::OnTerminal},
    Command{"label", cmd_label, Level::Porcelain, Needs::StoreForWriting,
            "say something about sessions, jobs and artifacts", Failure::Plain, Paging::OnTerminal},
    Command{"lineage", cmd_lineage, Level::Porcelain, Needs::Store,
            "show the jobs and files that something came from", Failure::Plain, Paging::OnTerminal},
    Command{"log", cmd_log, Level::Porcelain, Needs::Store, "list the session's jobs",
            Failure::Plain, Paging::OnTerminal},
    Command{"pop", cmd_pop, Level::Porcelain, Needs::StoreForWriting,
            "take the newest job off the session"},
    Command{"prompt", cmd_prompt, Level::Porcelain, Needs::Nothing,
            "print a token for a shell's prompt"},
    Command{"reset", cmd_reset, Level::Porcelain, Needs::StoreForWriting, "start a new session"},
    Command{"run", cmd_run, Level::Porcelain, Needs::Workspace,
            "run a command and record what it read and wrote", Failure::Runner},
    Command{"session", cmd_session, Level::Porcelain, Needs::StoreForWriting,
            "list, show and switch sessions", Failure::Plain, Paging::OnTerminal},
    Command{"show", cmd_show, Level::Porcelain, Needs::Store,
            "show a job, a file, an artifact or the session", Failure::Plain, Paging::OnTerminal},
    Command{"status", cmd_status, Level::Porcelain, Needs::Workspace,
            "show where the session stands"},
    Command{"tag", cmd_tag, Level::Porcelain, Needs::StoreForWriting,
            "tag artifacts with what their descendants inherit", Failure::Plain,
            Paging::OnTerminal},
    Command{"tracer", cmd_tracer, Level::Porcelain, Needs::Nothing,
            "show, choose and check how commands are observed"},
    Command{"verify", cmd_verify, Level::Porcelain, Needs::Store,
            "compare files with what was recorded of them"},
    Command{"why", cmd_why, Level::Porcelain, Needs::Store,
            "say why a file is not what it was before", Failure::Plain, Paging::OnTerminal},
};
static_assert(std::ranges::is_sorted(kCommands, {}, &Command::name));

}  // namespace

std::span<const Command> commands() noexcept {
  return kCommands;
}

const Command* find_command(std::string_view name) noexcept {
  for (const auto& table : {porcelain::commands(), plumbing::commands()}) {
    const auto row = std::ranges::lower_bound(table, name, {}, &Command::name);
    if (row != table.end() && row->name == name) return &*row;
  }
  return nullptr;
}

std::string unknown_command_text(std::string_view name, const std::vector<std::string>& aliases) {
  std::vector<std::string_view> names(aliases.begin(), aliases.end());
  for (const auto& table : {porcelain::commands(), plumbing::commands()}) {
    for (const Command& command : table) names.push_back(command.name);
  }
  const std::string suggestion = plumbing::suggestion_text(name, names);
  return "roar: '" + std::string(name) + "' is not a roar command" +
         (suggestion.empty() ? "; see 'roar help'" : "\n" + suggestion);
}

}  // namespace roar::porcelain
