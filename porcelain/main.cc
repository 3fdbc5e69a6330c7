// Finds the command, gives it what it needs, and turns whatever comes out into an exit status.
// This is the only file that maps errors to statuses and the only one that prints "fatal:".

#include <algorithm>
#include <array>
#include <exception>
#include <iostream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "objects/base/error.h"
#include "objects/store.h"
#include "plumbing/options.h"
#include "plumbing/version.h"
#include "plumbing/workspace.h"
#include "porcelain/commands.h"

namespace roar {
namespace {

// Documented in roar(1), EXIT STATUS. 0 and 1 belong to the commands.
constexpr int kExitRunner = 125;  // of commands that run another one, before that one started
constexpr int kExitFatal = 128;
constexpr int kExitUsage = 129;

bool asks_for_help(const Command& command, Arguments arguments) {
  for (const std::string_view argument : arguments) {
    if (argument == "-h" || argument == "--help") return true;
    // What follows may belong to somebody else.
    if (argument == "--" || command.failure == Failure::Runner) return false;
  }
  return false;
}

// Prints it, and returns its exit status.
int report(const Error& error) {
  const bool usage = error.code() == Errc::Usage;
  std::cerr << (usage ? "" : "fatal: ") << error.what() << '\n';
  return usage ? kExitUsage : kExitFatal;
}

// A full disk or a closed pipe shows only when the buffer is flushed; unchecked, a script would
// take a truncated answer for a whole one.
int with_output_checked(int status) {
  if (std::cout.flush()) return status;
  std::cerr << "fatal: cannot write the output\n";
  return kExitFatal;
}

void open_store(const plumbing::Workspace& workspace, Store::Mode mode,
                std::optional<Store>& store) {
  try {
    store.emplace(workspace.store_directory(), mode);
  } catch (const Error& error) {
    // A .roar without a store is no project of ours: only settings, or the public roar's database.
    if (error.code() == Errc::NotFound) throw plumbing::not_initialized();
    throw;
  }
}

int run_command(const Command& command, Arguments arguments) {
  Context context{.in = std::cin, .out = std::cout, .err = std::cerr};
  if (asks_for_help(command, arguments)) {
    constexpr std::array<std::string_view, 1> kHelp{"-h"};
    return command.run(context, kHelp);  // parses its options first, and throws HelpRequest
  }
  std::optional<plumbing::Workspace> workspace;
  if (command.needs != Needs::Nothing) {
    workspace = plumbing::require_workspace();
    context.workspace = &*workspace;
  }
  std::optional<Store> store;
  if (command.needs == Needs::Store || command.needs == Needs::StoreForWriting) {
    const bool writing = command.needs == Needs::StoreForWriting;
    open_store(*workspace, writing ? Store::Mode::ReadWrite : Store::Mode::ReadOnly, store);
    context.store = &*store;
  }
  return command.run(context, arguments);
}

int run(Arguments arguments) {
  if (arguments.empty()) {
    std::cerr << porcelain::command_overview() << '\n';
    return kExitUsage;
  }
  const std::string_view name = arguments.front();
  if (name == "-h" || name == "--help") throw HelpRequest{porcelain::command_overview()};
  if (name == "--version") throw HelpRequest{"roar " + std::string(plumbing::version())};
  if (name.starts_with('-')) {
    throw Error(Errc::Usage, "unknown option '" + std::string(name) + "'; see 'roar --help'");
  }
  const Command* command = porcelain::find_command(name);
  if (command == nullptr) throw Error(Errc::Usage, porcelain::unknown_command_text(name));
  try {
    return run_command(*command, arguments.subspan(1));
  } catch (const Error& error) {
    const int status = report(error);
    return command->failure == Failure::Runner ? kExitRunner : status;
  } catch (const std::exception& error) {
    if (command->failure != Failure::Runner) throw;
    std::cerr << "fatal: " << error.what() << '\n';
    return kExitRunner;
  }
}

}  // namespace
}  // namespace roar

int main(int argc, char** argv) {
  std::ios::sync_with_stdio(false);
  try {
    const std::vector<std::string_view> arguments(argv + std::min(argc, 1), argv + argc);
    return roar::with_output_checked(roar::run(arguments));
  } catch (const roar::HelpRequest& help) {
    std::cout << help.text << '\n';
    return roar::with_output_checked(0);
  } catch (const roar::Error& error) {
    return roar::report(error);
  } catch (const std::exception& error) {
    std::cerr << "fatal: " << error.what() << '\n';
    return roar::kExitFatal;
  }
}
