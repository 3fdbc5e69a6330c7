#include "tracer/launch.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string_view>
#include <system_error>

#include "objects/base/error.h"
#include "objects/base/fd.h"
#include "objects/base/variable.h"
#include "tracer/observe.h"

namespace roar::tracer {
namespace {

constexpr const char* kDefaultPath = "/bin:/usr/bin";  // of execvp(3), if PATH is not set
constexpr const char* kShell = "/bin/sh";

std::string text_of(int errnum) {
  return std::system_category().message(errnum);
}

NotStarted refusal(const std::string& program, int errnum) {
  if (errnum == ENOENT || errnum == ENOTDIR)
    return {127, "cannot find '" + program + "': " + text_of(errnum)};
  const bool found = errnum == EACCES || errnum == ENOEXEC || errnum == EPERM || errnum == EISDIR ||
                     errnum == ELOOP || errnum == ETXTBSY || errnum == ENAMETOOLONG ||
                     errnum == ELIBBAD;
  return {found ? 126 : 125, "cannot execute '" + program + "': " + text_of(errnum)};
}

// 0 if the file could be executed, else the errno that execve(2) would have.
int executable_error(const std::string& path) {
  struct ::stat status {};
  if (::stat(path.c_str(), &status) != 0) return errno;
  if (!S_ISREG(status.st_mode)) return EACCES;
  return ::faccessat(AT_FDCWD, path.c_str(), X_OK, AT_EACCESS) == 0 ? 0 : errno;
}

std::string working_directory() {
  std::error_code error;  // a directory that was removed has no name
  return std::filesystem::current_path(error).string();
}

std::vector<char*> pointers_to(const std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  pointers.reserve(strings.size() + 1);
  // execve(2) takes pointers to characters it does not change.
  for (const std::string& text : strings)
    pointers.push_back(const_cast<char*>(text.c_str()));  // NOLINT(*-const-cast)
  pointers.push_back(nullptr);
  return pointers;
}

std::string argument_text(const std::vector<std::string>& arguments) {
  std::string text;
  for (const std::string& argument : arguments) text.append(argument).push_back('\0');
  return std::string(kept_arguments(text));
}

enum class Stage : std::int32_t { Preparation, Program };
struct Failure {
  Stage stage;
  std::int32_t errnum;
};

// All that the child needs, made before the fork.
struct ChildPlan {
  const Launch& launch;
  const SignalGuard& signals;
  Log& log;
  sigset_t mask;
  pid_t parent;
  std::string directory;
  std::string argument_text;  // as in an Arguments fact
  int report;                 // write end of the pipe
  itimerval alarm;            // of this process: it was set for whom this process stands for
  const std::string& executed;
  std::vector<char*> arguments;
  std::vector<char*> shell_arguments;  // for a file that is neither a program nor has "#!"
  std::vector<char*> environment;
};

[[noreturn]] void run_child(const ChildPlan& plan) {
  const auto fail = [&](Stage stage, int errnum) {
    const Failure failure{stage, errnum};
    if (::write(plan.report, &failure, sizeof failure) != sizeof failure) ::_exit(126);
    ::_exit(125);
  };
  if (plan.launch.before_exec) {
    const int errnum = plan.launch.before_exec();
    if (errnum != 0) fail(Stage::Preparation, errnum);
  }
  Fact born;
  born.kind = wire::Kind::Start;
  born.pid = ::getpid();
  born.parent = plan.parent;
  born.path2 = plan.directory;
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME_COARSE, &now);
  born.time_ns = static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000 +
                 static_cast<std::uint64_t>(now.tv_nsec);
  plan.log.append(born);
  Fact entering = born;
  entering.kind = wire::Kind::Exec;
  entering.path = plan.launch.program;
  entering.path2 = plan.argument_text;
  entering.time_ns = 0;
  wire::Record* record = plan.log.append(entering);
  plan.signals.restore_dispositions();
  if (timerisset(&plan.alarm.it_value)) ::setitimer(ITIMER_REAL, &plan.alarm, nullptr);
  ::pthread_sigmask(SIG_SETMASK, &plan.mask, nullptr);
  ::execve(plan.executed.c_str(), plan.arguments.data(), plan.environment.data());
  if (errno == ENOEXEC) ::execve(kShell, plan.shell_arguments.data(), plan.environment.data());
  const int errnum = errno;
  if (record != nullptr) record->result = errnum;
  fail(Stage::Program, errnum);
  ::_exit(125);
}

}  // namespace

std::string find_program(const std::string& name) {
  if (name.empty()) throw refusal(name, ENOENT);
  if (name.find('/') != std::string::npos) {
    const int errnum = executable_error(name);
    if (errnum != 0) throw refusal(name, errnum);
    return name;
  }
  const char* variable = environment_variable("PATH");
  std::string_view directories = variable != nullptr ? variable : kDefaultPath;
  int worst = ENOENT;
  for (bool more = true; more;) {
    const std::size_t colon = directories.find(':');
    more = colon != std::string_view::npos;
    std::string path(directories.substr(0, colon));
    directories.remove_prefix(more ? colon + 1 : directories.size());
    if (path.empty()) path = ".";  // an empty entry is the working directory
    path += "/" + name;
    const int errnum = executable_error(path);
    if (errnum == 0) return path;
    if (errnum == EACCES) worst = EACCES;
  }
  if (worst == ENOENT) throw NotStarted{127, "command not found: '" + name + "'"};
  throw refusal(name, worst);
}

std::vector<std::string> environment_with(
    const std::vector<std::pair<std::string, std::string>>& variables) {
  std::vector<std::string> environment;
  for (char** entry = ::environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const std::string_view name = text.substr(0, text.find('='));
    const auto is_set_anew = [&](const auto& variable) { return variable.first == name; };
    if (std::none_of(variables.begin(), variables.end(), is_set_anew))
      environment.emplace_back(text);
  }
  for (const auto& [name, value] : variables)
    environment.push_back(std::string(name).append("=").append(value));
  return environment;
}

pid_t start(const Launch& launch, Log& log, const SignalGuard& signals) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0)
    throw NotStarted{125, "cannot create a pipe: " + text_of(errno)};
  const Fd report(ends[0]);
  Fd child_end(ends[1]);

  std::vector<std::string> shell = {kShell, launch.program};
  if (launch.arguments.size() > 1)
    shell.insert(shell.end(), launch.arguments.begin() + 1, launch.arguments.end());
  std::vector<std::string> arguments = launch.through;
  if (!arguments.empty()) arguments.push_back(launch.program);
  arguments.insert(arguments.end(), launch.arguments.begin(), launch.arguments.end());
  ChildPlan plan{launch,
                 signals,
                 log,
                 {},
                 ::getpid(),
                 working_directory(),
                 argument_text(launch.arguments),
                 child_end.get(),
                 {},
                 launch.through.empty() ? launch.program : launch.through.front(),
                 pointers_to(arguments),
                 pointers_to(shell),
                 pointers_to(launch.environment)};
  // Between fork and exec a signal must not find our handlers in the child.
  sigset_t all;
  sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &plan.mask);
  signals.arm();
  // An alarm that is running does not pass on to a child by itself.
  const itimerval none{};
  ::getitimer(ITIMER_REAL, &plan.alarm);
  if (timerisset(&plan.alarm.it_value)) ::setitimer(ITIMER_REAL, &none, nullptr);
  const pid_t child = ::fork();
  if (child == 0) run_child(plan);
  const int errnum = errno;
  if (child > 0) signals.forward_to(child);
  ::pthread_sigmask(SIG_SETMASK, &plan.mask, nullptr);
  if (child < 0) throw NotStarted{125, "cannot start a process: " + text_of(errnum)};
  child_end.reset();

  Failure failure{};
  ssize_t got = 0;
  do {
    got = ::read(report.get(), &failure, sizeof failure);
  } while (got < 0 && errno == EINTR);
  if (got != sizeof failure) return child;
  signals.forward_to(0);
  ::waitpid(child, nullptr, 0);
  if (failure.stage == Stage::Preparation) throw PreparationFailed{failure.errnum};
  throw refusal(launch.program, failure.errnum);
}

namespace {

// The state of the child that a wait would report now, or at once if `options` says so.
siginfo_t state_of(pid_t child, int options) {
  siginfo_t state{};
  while (::waitid(P_PID, static_cast<id_t>(child), &state, options) != 0 && errno == EINTR) {
  }
  return state;
}

// Whether whoever sits at the terminal is waiting for us or the command.
bool in_foreground(pid_t child) {
  const Fd terminal(::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY));
  if (!terminal) return false;
  const pid_t foreground = ::tcgetpgrp(terminal.get());
  return foreground == ::getpgrp() || foreground == ::getpgid(child);
}

// The shell waits for us to stop as the command did, and continues us both.
void stop_along_with(pid_t child, int signal, const SignalGuard& signals) {
  const bool by_terminal = signal == SIGTSTP || signal == SIGTTIN || signal == SIGTTOU;
  if (!by_terminal && !in_foreground(child)) {
    // Who sent SIGSTOP to the command alone will continue it alone.
    state_of(child, WSTOPPED | WNOHANG);
    return;
  }
  const auto is_stopped = [&] {
    return state_of(child, WSTOPPED | WNOHANG | WNOWAIT).si_pid == child;
  };
  if (!is_stopped()) return;  // continued meanwhile
  signals.stop_this_process(by_terminal ? signal : SIGSTOP);
  if (is_stopped()) ::kill(child, SIGCONT);  // it is in another group, or we were continued alone
}

}  // namespace

ExitState wait_for(pid_t child, const SignalGuard& signals) {
  for (;;) {
    const siginfo_t state = state_of(child, WEXITED | WSTOPPED | WNOWAIT);
    if (state.si_pid == child && (state.si_code == CLD_STOPPED || state.si_code == CLD_TRAPPED)) {
      stop_along_with(child, state.si_status, signals);
      continue;
    }
    signals.command_ended();
    if (state.si_pid != child) return {.code = 125, .signal = 0, .core_dumped = false};
    state_of(child, WEXITED);
    if (state.si_code == CLD_EXITED)
      return {.code = state.si_status, .signal = 0, .core_dumped = false};
    return {.code = 0, .signal = state.si_status, .core_dumped = state.si_code == CLD_DUMPED};
  }
}

}  // namespace roar::tracer
