// Finds the command, gives it what it needs, and turns whatever comes out into an exit status.
// This is the only file that maps errors to statuses and the only one that prints "fatal:".

#include <malloc.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <exception>
#include <iostream>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "objects/base/error.h"
#include "objects/base/standard_descriptors.h"
#include "objects/store.h"
#include "plumbing/open_store.h"
#include "plumbing/options.h"
#include "plumbing/printable.h"
#include "plumbing/workspace.h"
#include "porcelain/aliased_command.h"
#include "porcelain/commands.h"
#include "porcelain/global_options.h"
#include "porcelain/pager.h"
#include "porcelain/spool_report.h"

namespace roar {
namespace {

// Documented in roar(1), EXIT STATUS. 0 and 1 belong to the commands.
constexpr int kExitBusy = 4;
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
  std::cerr << (usage ? "" : "fatal: ") << plumbing::printable(error.what()) << '\n';
  if (error.code() == Errc::Busy) return kExitBusy;
  return usage ? kExitUsage : kExitFatal;
}

// A full disk or a closed pipe shows only when the buffer is flushed; unchecked, a script would
// take a truncated answer for a whole one.
int with_output_checked(int status) {
  if (std::cout.flush()) return status;
  std::cerr << "fatal: cannot write the output\n";
  return kExitFatal;
}

int run_command(const Command& command, Arguments arguments, bool input, std::ostream& out) {
  Context context{.in = std::cin, .out = out, .err = std::cerr, .input = input};
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
    const auto mode = writing ? Store::Mode::ReadWrite : Store::Mode::ReadOnly;
    const plumbing::SpoolImport import = plumbing::open_store(*workspace, mode, store);
    porcelain::report_import(std::cerr, import);
    context.store = &*store;
  }
  return command.run(context, arguments);
}

// The answer of a command that is paged is kept until it is whole, so that an error needs no pager.
int run_paged(const Command& command, Arguments arguments, bool input) {
  std::ostringstream text;
  const int status = run_command(command, arguments, input, text);
  const std::string answer = std::move(text).str();
  const bool one_line = answer.find('\n') + 1 >= answer.size();
  const std::string pager = one_line ? std::string() : porcelain::pager_command();
  if (pager.empty()) {
    std::cout << answer;
  } else {
    porcelain::page(answer, pager, std::cout);
  }
  return status;
}

int run_with(const porcelain::GlobalOptions& options, const Command& command, Arguments arguments) {
  porcelain::enter(options.directories);
  if (command.paging == Paging::OnTerminal && options.pager && ::isatty(STDOUT_FILENO) == 1) {
    return run_paged(command, arguments, options.input);
  }
  return run_command(command, arguments, options.input, std::cout);
}

// Runs what the command line says. An error before a command is found is the caller's to report.
int run_found(const porcelain::GlobalOptions& options, const Command& command,
              Arguments arguments) {
  try {
    return run_with(options, command, arguments);
  } catch (const Error& error) {
    const int status = report(error);
    return command.failure == Failure::Runner ? kExitRunner : status;
  } catch (const std::exception& error) {
    if (command.failure != Failure::Runner) throw;
    std::cerr << "fatal: " << error.what() << '\n';
    return kExitRunner;
  }
}

int run_alias(porcelain::GlobalOptions options, Arguments arguments) {
  porcelain::enter(options.directories);  // aliases are settings of where we are
  options.directories.clear();
  const std::vector<std::string> words = porcelain::aliased_command(arguments.front());
  std::vector<std::string_view> all(words.begin() + 1, words.end());
  all.insert(all.end(), arguments.begin() + 1, arguments.end());
  return run_found(options, *porcelain::find_command(words.front()), all);
}

int run(Arguments arguments) {
  porcelain::GlobalOptions options;
  arguments = porcelain::take_global_options(arguments, options);
  if (arguments.empty()) {
    std::cerr << porcelain::command_overview() << '\n';
    return kExitUsage;
  }
  const Command* command = porcelain::find_command(arguments.front());
  if (command == nullptr) return run_alias(options, arguments);
  return run_found(options, *command, arguments.subspan(1));
}

// Where the size of files is limited, a write beyond it is to fail, not to kill us. A handler, not
// "ignored", which commands that we run would inherit.
void survive_file_limit() noexcept {
  struct sigaction action {};
  if (::sigaction(SIGXFSZ, nullptr, &action) != 0 || action.sa_handler != SIG_DFL) return;
  action.sa_handler = [](int) {};
  action.sa_flags = SA_RESTART;
  ::sigaction(SIGXFSZ, &action, nullptr);
}

}  // namespace
}  // namespace roar

int main(int argc, char** argv) {
  if (roar::open_standard_descriptors() != 0) return roar::kExitFatal;
  // Left to itself the limit grows with what has been freed, and large blocks come from the heap:
  // LMDB's list of dirty pages (2 MiB, of which a command needs a few bytes) would be zeroed.
  ::mallopt(M_MMAP_THRESHOLD, 1 << 20);  // NOLINT(concurrency-mt-unsafe): no thread is there yet
  std::ios::sync_with_stdio(false);
  roar::survive_file_limit();
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
