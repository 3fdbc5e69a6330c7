#include <alloca.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/types.h>

#include "tracer/preload/exec.h"
#include "tracer/preload/execution.h"
#include "tracer/preload/hook.h"
#include "tracer/preload/image.h"
#include "tracer/preload/secure.h"
#include "tracer/preload/system_call.h"

using namespace roar::tracer::preload;  // NOLINT(google-build-using-namespace): hooks are global
using roar::tracer::wire::Kind;

extern "C" const char* gnu_get_libc_version() __attribute__((weak));

// posix_spawn opens files and executes inside libc, where no hook sees it. So what it will do is
// read from its arguments. The records are claimed before the call, to come before those of the
// child, and filled after it, when the result is known.

namespace {

// As glibc has them since 2.15.
enum class ActionKind : int { Close, Duplicate, Open, Chdir, Fchdir, CloseFrom, Terminal };

struct OpenAction {
  int fd;
  const char* path;
  int flags;
  mode_t mode;
};

struct ChdirAction {
  const char* path;
};

struct FchdirAction {
  int fd;
};

struct Action {
  ActionKind kind;
  union {
    OpenAction open;
    ChdirAction chdir;
    FchdirAction fchdir;
  };
};

struct Actions {
  int allocated;
  int used;
  const Action* list;
};

struct PendingOpen {
  Place place;
  Fact fact;
  Spelling spelling;
  bool existed;
  struct stat before;
};

constexpr int kMostOpens = 8;

class Spawn {
 public:
  Spawn(const char* program, char* const* arguments, const posix_spawn_file_actions_t* actions) {
    if (actions != nullptr && gnu_get_libc_version != nullptr)
      claim_opens(*reinterpret_cast<const Actions*>(actions));
    exec_ = fact_of(Kind::Exec);
    exec_.parent = exec_.pid;
    exec_.path = text_of(program);
    exec_.path2 = joined_arguments(arguments, arguments_);
    if (program[0] != '/') exec_.flags |= roar::tracer::wire::kRelative;
    exec_place_ = claim_fact(exec_);
  }

  void done(int error, pid_t child) {
    for (int i = 0; i < opens_; ++i) fill_open(pending_[i], error, child);
    if (exec_place_ == 0) return;
    exec_.result = error;
    if (error == 0) exec_.pid = child;
    fill_fact(exec_place_, exec_);
  }

 private:
  void claim_opens(const Actions& actions) {
    Spelling directory{AT_FDCWD, nullptr};
    for (int i = 0; i < actions.used; ++i) {
      const Action& action = actions.list[i];
      if (action.kind == ActionKind::Chdir) directory = {AT_FDCWD, action.chdir.path};
      if (action.kind == ActionKind::Fchdir) directory = {action.fchdir.fd, nullptr};
      if (action.kind == ActionKind::Open) claim_open(action, directory);
    }
  }

  void claim_open(const Action& action, Spelling directory) {
    if (opens_ == kMostOpens || (directory.path != nullptr && action.open.path[0] != '/')) {
      record_gap("spawn-actions", action.open.path);
      return;
    }
    PendingOpen& pending = pending_[opens_++];
    pending.spelling = {directory.directory, action.open.path};
    pending.existed = stat_path(directory.directory, action.open.path, pending.before);
    pending.fact = fact_of(Kind::Open);
    Fact& fact = pending.fact;
    fact.open_flags = static_cast<std::uint32_t>(action.open.flags);
    fact.flags = roar::tracer::wire::kProbedBefore;
    fact.path = text_of(action.open.path);
    if (needs_directory(pending.spelling)) {
      fact.directory = directory_of(pending.spelling, buffer_);
    } else if (action.open.path[0] != '/') {
      fact.flags |= roar::tracer::wire::kRelative;
    }
    secure_version(action, pending);
    pending.place = claim_fact(fact);
  }

  static void secure_version(const Action& action, const PendingOpen& pending) {
    const bool writes = (action.open.flags & O_ACCMODE) != O_RDONLY;
    const bool empties = (action.open.flags & O_TRUNC) != 0;
    if (pending.existed && (writes || empties))
      secure(pending.spelling, pending.before, roar::tracer::wire::Fate::Overwritten, !empties);
  }

  static void note(const Fact& fact, bool existed, const struct stat& status) {
    if (!existed || (fact.open_flags & O_TRUNC) != 0) {
      note_own(status);
    } else if ((fact.open_flags & O_ACCMODE) != O_WRONLY) {
      note_read(status);
    }
  }

  static void fill_open(const PendingOpen& pending, int error, pid_t child) {
    if (pending.place == 0) return;
    struct stat status {};
    Fact fact = pending.fact;
    const bool there = stat_path(pending.spelling.directory, pending.spelling.path, status);
    if (!there || (error != 0 && !pending.existed)) fact.kind = Kind::Absent;
    if (there) fact.stamp = &status;
    if (pending.existed) fact.before = &pending.before;
    if (error == 0) {
      fact.pid = child;
      if (there) note(fact, pending.existed, status);
    }
    fill_fact(pending.place, fact);
  }

  PendingOpen pending_[kMostOpens];
  int opens_ = 0;
  Fact exec_;
  Place exec_place_ = 0;
  char buffer_[kDirectoryBytes];
  char arguments_[kArgumentBytes];
};

using SpawnFunction = int (*)(pid_t*, const char*, const posix_spawn_file_actions_t*,
                              const posix_spawnattr_t*, char* const*, char* const*);

struct SpawnCall {
  SpawnFunction function;
  const char* file;
  const posix_spawn_file_actions_t* actions;
  const posix_spawnattr_t* attributes;
  char* const* arguments;
};

int spawn_with(const SpawnCall& call, char* const* environment, WayIn way_in, pid_t* child) {
  const EnvironmentPlan plan(environment, way_in);
  if (!plan.unchanged()) {
    auto** list = static_cast<char**>(alloca(plan.entries() * sizeof(char*)));
    plan.build(list, static_cast<char*>(alloca(plan.bytes())));
    environment = list;
  }
  return call.function(child, call.file, call.actions, call.attributes, call.arguments,
                       environment);
}

constexpr int kNotHandedOver = -1;

// Once tried, it is not tried in another way: the actions would be done twice.
__attribute__((noinline)) int spawn_entered(const SpawnCall& call, const char* program,
                                            char* const* environment, pid_t* child) {
  Entering entering;
  if (!entering.prepare({AT_FDCWD, program}, call.arguments, environment)) return kNotHandedOver;
  auto** list = static_cast<char**>(alloca(Entering::entries(call.arguments) * sizeof(char*)));
  entering.write_arguments(call.arguments, list);
  SpawnCall entered = call;
  entered.file = entering.program();
  entered.arguments = list;
  return spawn_with(entered, environment, WayIn::Onlooker, child);
}

int spawn_observed(const SpawnCall& call, const char* program, char* const* environment,
                   pid_t* child) {
  const FileWayIn way = way_into({AT_FDCWD, program}, 0);
  if (net_is_on()) return spawn_with(call, environment, way_beside_net(way), child);
  const bool hands_over = way.way_in == WayIn::Onlooker;
  Spawn spawn(program, call.arguments, call.actions);
  pid_t pid = 0;
  int error = hands_over ? spawn_entered(call, program, environment, &pid) : kNotHandedOver;
  if (error == kNotHandedOver)
    error = spawn_with(call, environment, hands_over ? way.otherwise : way.way_in, &pid);
  const KeepErrno keep;
  spawn.done(error, pid);
  if (error == 0 && child != nullptr) *child = pid;
  return error;
}

int spawn(const SpawnCall& call, bool search, char* const* environment, pid_t* child) {
  if (call.file == nullptr || !recording())
    return call.function(child, call.file, call.actions, call.attributes, call.arguments,
                         environment);
  record_objects_if_due();
  char buffer[kCandidateBytes];
  const char* program = search ? search_path(call.file, buffer) : call.file;
  return spawn_observed(call, program != nullptr ? program : call.file, environment, child);
}

// What libc executes by itself gets the environment as it is.
void before_shell(const char* command) {
  if (!recording()) return;
  record_objects_if_due();
  if (!net_is_on() && !environment_is_complete()) record_gap("environment", command);
}

}  // namespace

ROAR_HOOK(int, posix_spawn, pid_t* child, const char* path,
          const posix_spawn_file_actions_t* actions, const posix_spawnattr_t* attributes,
          char* const* arguments, char* const* environment) {
  return spawn({ROAR_NEXT(posix_spawn), path, actions, attributes, arguments}, false, environment,
               child);
}

ROAR_HOOK(int, posix_spawnp, pid_t* child, const char* file,
          const posix_spawn_file_actions_t* actions, const posix_spawnattr_t* attributes,
          char* const* arguments, char* const* environment) {
  return spawn({ROAR_NEXT(posix_spawnp), file, actions, attributes, arguments}, true, environment,
               child);
}

ROAR_HOOK(int, system, const char* command) {
  if (command != nullptr) before_shell(command);
  return ROAR_NEXT(system)(command);
}

ROAR_HOOK(FILE*, popen, const char* command, const char* mode) {
  before_shell(command);
  return ROAR_NEXT(popen)(command, mode);
}
