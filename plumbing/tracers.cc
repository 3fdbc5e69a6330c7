#include "plumbing/tracers.h"

#include <signal.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "objects/base/file.h"
#include "objects/base/subprocess.h"
#include "plumbing/quote.h"
#include "tracer/calls/filter.h"
#include "tracer/calls/inline_calls.h"
#include "tracer/launch.h"

namespace roar::plumbing {
namespace {

constexpr const char* kPreload = "preload";
constexpr const char* kNotify = "notify";
constexpr const char* kBoth = "preload+notify";
constexpr const char* kPtrace = "ptrace";

TracerCheck check_preload() {
  const std::string library = tracer::preload_library();
  if (library.empty()) {
    return {kPreload, Health::Problem, "libroar-preload.so is not installed",
            "roar config set tracer.default ptrace"};
  }
  struct stat status {};
  if (::stat(library.c_str(), &status) != 0) {
    return {kPreload, Health::Problem,
            "cannot examine '" + library + "': " + std::system_category().message(errno),
            "ls -l " + quoted_for_shell(library)};
  }
  const bool foreign = status.st_uid != 0 && status.st_uid != ::geteuid();
  if (foreign || (status.st_mode & S_IWOTH) != 0) {
    return {kPreload, Health::Problem,
            "others may change '" + library + "', which is loaded into your commands",
            "chmod o-w " + quoted_for_shell(library) + " && ls -l " + quoted_for_shell(library)};
  }
  const SubprocessResult result = run_subprocess({"true"}, {{"LD_PRELOAD", library}}, "/");
  if (result.status == 127) {
    return {kPreload, Health::Warning,
            "'" + library + "' was not tried, because PATH has no 'true'",
            "PATH=/usr/bin:/bin roar doctor"};
  }
  if (result.status != 0 || !result.errors.empty()) {
    return {kPreload, Health::Problem,
            "'" + library + "' does not load: " + result.errors.substr(0, result.errors.find('\n')),
            "LD_PRELOAD=" + quoted_for_shell(library) + " true"};
  }
  return {kPreload, Health::Ok, "'" + library + "' loads", {}};
}

// What a forked child that does `act` exits with; -1 if there was none.
template <typename Function>
int status_of_child(Function act) {
  const pid_t child = ::fork();
  if (child < 0) return -1;
  if (child == 0) ::_exit(act());
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

// Yama lets only ancestors read other processes' memory, or those who trace them.
bool may_read_memory() {
  const std::string scope =
      read_file("/proc/sys/kernel/yama/ptrace_scope").value_or(std::string("0"));
  return scope.starts_with('0') || (::geteuid() == 0 && !scope.starts_with('3'));
}

// The program that notify needs is beside the library.
bool has_helper() {
  const std::string library = tracer::preload_library();
  const std::string helper = library.substr(0, library.rfind('/') + 1) + "roar-enter";
  return !library.empty() && ::access(helper.c_str(), X_OK) == 0;
}

TracerCheck check_notify() {
  if (!has_helper()) {
    return {kNotify, Health::Warning, "roar-enter is not installed: ptrace takes its place", {}};
  }
  const std::vector<sock_filter> harmless = tracer::passing_filter();
  const int error = status_of_child([&] {
    const int result = tracer::install_listener(harmless);
    return result >= 0 ? 0 : -result;
  });
  if (error == EBUSY) {
    return {kNotify,
            Health::Warning,
            "somebody listens to this process already, a container perhaps: ptrace takes its place",
            {}};
  }
  if (error == EINVAL) {
    return {kNotify,
            Health::Warning,
            "the kernel is older than 5.19 and would interrupt calls: ptrace takes its place",
            {}};
  }
  if (error != 0) {
    return {kNotify,
            Health::Warning,
            "no listener is allowed (" + std::system_category().message(error) +
                "): ptrace takes its place",
            {}};
  }
  if (!may_read_memory()) {
    return {kNotify,
            Health::Warning,
            "yama's ptrace_scope keeps the memory of other processes from it: ptrace takes its "
            "place",
            {}};
  }
  return {kNotify, Health::Ok, "a process may be listened to", {}};
}

// The errno with which a process may not trace its own child; 0 if it may.
int tracing_errno() {
  const pid_t child = ::fork();
  if (child < 0) return errno;
  if (child == 0) {
    for (;;) ::pause();
  }
  const int error = ::ptrace(PTRACE_SEIZE, child, nullptr, nullptr) == 0 ? 0 : errno;
  ::kill(child, SIGKILL);
  while (::waitpid(child, nullptr, 0) < 0 && errno == EINTR) {
  }
  return error;
}

TracerCheck check_ptrace() {
  const int error = tracing_errno();
  if (error == 0) {
    const std::string actions =
        read_file("/proc/sys/kernel/seccomp/actions_avail").value_or(std::string());
    if (actions.find("trace") == std::string::npos) {
      return {kPtrace, Health::Warning,
              "the kernel has no seccomp filters that trace, so static programs are not seen",
              "roar config set tracer.default preload"};
    }
    return {kPtrace, Health::Ok, "a process may trace its child", {}};
  }
  const std::string scope =
      read_file("/proc/sys/kernel/yama/ptrace_scope").value_or(std::string("0"));
  const std::string text = "a process may not trace its child (" +
                           std::system_category().message(error) +
                           "), so static programs are not seen";
  if (scope.starts_with('2') || scope.starts_with('3')) {
    return {kPtrace, Health::Warning, text + "; yama's ptrace_scope is " + scope.substr(0, 1),
            "sudo sysctl kernel.yama.ptrace_scope=1"};
  }
  return {kPtrace, Health::Warning, text + "; a container's seccomp profile may forbid it",
          "docker run --cap-add=SYS_PTRACE ..."};
}

// Of a tracer that works here.
TracerCheck check_preload_of(const tracer::Program& program) {
  const std::string name = "'" + program.path + "' ";
  if (program.kind == tracer::ProgramKind::Dynamic && program.for_onlooker) {
    return {kPreload, Health::Problem, name + "calls the kernel itself, past the library", {}};
  }
  switch (program.kind) {
    case tracer::ProgramKind::Dynamic:
      if (tracer::find_inline_calls(program.path).found)
        return {kPreload, Health::Warning, name + "has system calls of its own, past the library",
                "--strict"};
      return {kPreload, Health::Ok, "it is loaded by " + quoted_for_shell(program.loader), {}};
    case tracer::ProgramKind::Static:
      return {kPreload,
              Health::Problem,
              name + "is a static program: no loader runs that would load the library",
              {}};
    case tracer::ProgramKind::OtherArchitecture:
      return {kPreload, Health::Problem, name + "is of another architecture than the library", {}};
    case tracer::ProgramKind::SetUserId:
      return {kPreload,
              Health::Problem,
              name + "runs with other privileges than yours: its loader takes no library of yours",
              {}};
    case tracer::ProgramKind::NotEntered:
      break;
  }
  return {kPreload,
          Health::Warning,
          name + "is no program file that can be read, so nobody can tell",
          {}};
}

TracerCheck check_notify_of(const tracer::Program& program) {
  if (program.for_onlooker) return {kNotify, Health::Ok, "its path calls are listened to", {}};
  if (program.kind == tracer::ProgramKind::Dynamic)
    return {kNotify, Health::Ok, "needed for --strict alone, because preload can enter it", {}};
  return {kNotify, Health::Problem, "'" + program.path + "' is none that it is used for", {}};
}

TracerCheck check_ptrace_of(const tracer::Program& program) {
  if (program.kind == tracer::ProgramKind::SetUserId) {
    return {kPtrace,
            Health::Problem,
            "'" + program.path + "' would run without the privileges that it has alone",
            {}};
  }
  if (program.kind == tracer::ProgramKind::NotEntered) {
    return {kPtrace,
            Health::Warning,
            "'" + program.path + "' is no program file that can be read, so nobody can tell",
            {}};
  }
  return {kPtrace, Health::Ok, "whatever the program is made of", {}};
}

// Which of them work here at all.
struct Works {
  bool preload;
  bool notify;
  bool ptrace;
};

// As observe() chooses.
std::string chosen_tracer(const tracer::Program& program, tracer::Choice choice, bool strict,
                          const Works& works) {
  if (choice == tracer::Choice::Ptrace) return works.ptrace ? kPtrace : "";
  const bool whole = strict && program.kind != tracer::ProgramKind::SetUserId;
  const bool beside_library =
      whole && works.preload && program.kind != tracer::ProgramKind::OtherArchitecture;
  if (beside_library && works.notify) return kBoth;
  if ((whole || program.for_onlooker) && works.notify) return kNotify;
  if (whole) return works.ptrace && has_helper() ? kPtrace : "";
  const bool enters = works.preload && program.kind != tracer::ProgramKind::Static &&
                      program.kind != tracer::ProgramKind::OtherArchitecture;
  if (choice == tracer::Choice::Preload) {
    const bool onlooks = program.for_onlooker && works.ptrace;
    return works.preload ? (onlooks ? kPtrace : kPreload) : "";
  }
  if (enters && !program.for_onlooker) return kPreload;
  if (works.ptrace) return kPtrace;
  return works.preload ? kPreload : "";
}

}  // namespace

std::vector<TracerCheck> check_tracers() {
  return {check_preload(), check_notify(), check_ptrace()};
}

ProgramCheck check_program(const std::string& name, tracer::Choice choice, bool strict) {
  ProgramCheck check;
  check.path = tracer::find_program(name);
  check.program = tracer::classify_program(check.path);
  check.tracers = check_tracers();
  TracerCheck& preload = check.tracers[0];
  TracerCheck& notify = check.tracers[1];
  TracerCheck& ptrace = check.tracers[2];
  const Works works{.preload = preload.health != Health::Problem,
                    .notify = preload.health != Health::Problem && notify.health == Health::Ok,
                    .ptrace = ptrace.health == Health::Ok};
  if (works.preload) preload = check_preload_of(check.program);
  if (works.notify) notify = check_notify_of(check.program);
  if (works.ptrace) ptrace = check_ptrace_of(check.program);
  if (!works.notify) notify.health = Health::Problem;
  if (!works.ptrace) ptrace.health = Health::Problem;
  check.chosen = chosen_tracer(check.program, choice, strict, works);
  for (const TracerCheck& tracer : check.tracers)
    if (tracer.name == check.chosen) check.exact = tracer.health == Health::Ok;
  if (check.chosen == kBoth) check.exact = true;
  return check;
}

}  // namespace roar::plumbing
