#include <alloca.h>
#include <limits.h>
#include <unistd.h>

#include "tracer/preload/exec.h"
#include "tracer/preload/execution.h"
#include "tracer/preload/hook.h"
#include "tracer/preload/image.h"
#include "tracer/preload/system_call.h"

using namespace roar::tracer::preload;  // NOLINT(google-build-using-namespace): hooks are global

ROAR_HOOK(int, execve, const char* path, char* const* arguments, char* const* environment) {
  return execute({AT_FDCWD, path}, arguments, environment, 0);
}

ROAR_HOOK(int, execveat, int directory, const char* path, char* const* arguments,
          char* const* environment, int flags) {
  return execute({directory, path}, arguments, environment, flags);
}

ROAR_HOOK(int, fexecve, int fd, char* const* arguments, char* const* environment) {
  if (fd < 0 || arguments == nullptr || environment == nullptr) {
    errno = EINVAL;
    return -1;
  }
  return execute({fd, ""}, arguments, environment, AT_EMPTY_PATH);
}

ROAR_HOOK(int, execv, const char* path, char* const* arguments) {
  return execute({AT_FDCWD, path}, arguments, program_environment(), 0);
}

ROAR_HOOK(int, execvp, const char* file, char* const* arguments) {
  return execute_found(file, arguments, program_environment());
}

ROAR_HOOK(int, execvpe, const char* file, char* const* arguments, char* const* environment) {
  return execute_found(file, arguments, environment);
}

namespace {

int execute_raw(Spelling program, char* const* arguments, char* const* environment, int at_flags) {
  if (program.directory == AT_FDCWD && at_flags == 0)
    return ROAR_NEXT(execve)(program.path, arguments, environment);
  if (at_flags == AT_EMPTY_PATH && program.path != nullptr && program.path[0] == '\0')
    return ROAR_NEXT(fexecve)(program.directory, arguments, environment);
  return ROAR_NEXT(execveat)(program.directory, program.path, arguments, environment, at_flags);
}

int execute_with(Spelling program, char* const* arguments, const EnvironmentPlan& plan,
                 int at_flags) {
  auto** list = static_cast<char**>(alloca(plan.entries() * sizeof(char*)));
  plan.build(list, static_cast<char*>(alloca(plan.bytes())));
  return execute_raw(program, arguments, list, at_flags);
}

// Returns if that is not possible.
__attribute__((noinline)) void execute_entered(Spelling program, char* const* arguments,
                                               char* const* environment) {
  Entering entering;
  if (!entering.prepare(program, arguments, environment)) return;
  auto** list = static_cast<char**>(alloca(Entering::entries(arguments) * sizeof(char*)));
  entering.write_arguments(arguments, list);
  const EnvironmentPlan plan(environment, WayIn::Onlooker);
  if (plan.unchanged()) {
    execute_raw({AT_FDCWD, entering.program()}, list, environment, 0);
  } else {
    execute_with({AT_FDCWD, entering.program()}, list, plan, 0);
  }
}

int execute_planned(Spelling program, char* const* arguments, char* const* environment,
                    int at_flags) {
  const FileWayIn way = way_into(program, at_flags);
  const bool handed_over = way.way_in == WayIn::Onlooker && !net_is_on();
  if (handed_over) execute_entered(program, arguments, environment);
  const EnvironmentPlan plan(environment, handed_over ? way.otherwise : way_beside_net(way));
  return plan.unchanged() ? execute_raw(program, arguments, environment, at_flags)
                          : execute_with(program, arguments, plan, at_flags);
}

// Runs a text without a first line for the kernel as a shell script, as libc does.
int execute_script(const char* path, char* const* arguments, char* const* environment) {
  std::size_t count = 0;
  while (arguments[count] != nullptr) ++count;
  static constexpr char kShell[] = "/bin/sh";
  auto** list = static_cast<const char**>(alloca((count + 3) * sizeof(char*)));
  std::size_t size = 0;
  list[size++] = kShell;
  list[size++] = path;
  for (std::size_t i = 1; i < count; ++i) list[size++] = arguments[i];
  list[size] = nullptr;
  return execute({AT_FDCWD, kShell},
                 const_cast<char* const*>(list),  // NOLINT: execve's signature
                 environment, 0);
}

int execute_any(const char* path, char* const* arguments, char* const* environment) {
  const int result = execute({AT_FDCWD, path}, arguments, environment, 0);
  return errno == ENOEXEC ? execute_script(path, arguments, environment) : result;
}

const char* path_variable() {
  constexpr Text kName = "PATH=";
  char** entry = program_environment();
  for (; entry != nullptr && *entry != nullptr; ++entry)
    if (starts_with(*entry, kName)) return *entry + kName.size;
  return "/bin:/usr/bin";
}

bool has_slash(const char* file) {
  for (; *file != '\0'; ++file)
    if (*file == '/') return true;
  return false;
}

// The candidates of a search, one after the other.
class Search {
 public:
  explicit Search(const char* file) : file_(text_of(file)), rest_(path_variable()) {}

  // Null at the end.
  const char* next(char* buffer) {
    while (rest_ != nullptr) {
      std::size_t size = 0;
      while (rest_[size] != '\0' && rest_[size] != ':') ++size;
      const Text directory(rest_, size);
      rest_ = rest_[size] == ':' ? rest_ + size + 1 : nullptr;
      if (directory.size + file_.size + 2 > kCandidateBytes) continue;
      char* end = append(buffer, directory);
      if (!directory.empty()) *end++ = '/';
      *append(end, file_) = '\0';
      return buffer;
    }
    return nullptr;
  }

 private:
  Text file_;
  const char* rest_;
};

bool is_absence(int error) {
  return error == ENOENT || error == ENOTDIR;
}

bool search_goes_on(int error) {
  return is_absence(error) || error == EACCES || error == ESTALE || error == ENODEV ||
         error == ETIMEDOUT;
}

int look(const char* candidate, int mode) {
  return static_cast<int>(-system_call(SYS_faccessat, AT_FDCWD, address_of(candidate), mode));
}

}  // namespace

namespace roar::tracer::preload {

void find_next_of_exec() noexcept {
  ROAR_NEXT(execve);
  ROAR_NEXT(execveat);
  ROAR_NEXT(fexecve);
}

int execute(Spelling program, char* const* arguments, char* const* environment,
            int at_flags) noexcept {
  if (program.path == nullptr || !recording())
    return execute_raw(program, arguments, environment, at_flags);
  record_objects_if_due();
  settle_all(false);
  const Place place = record_exec(program, arguments);
  const Covered covered(at_flags == AT_EMPTY_PATH ? nullptr : program.path);
  const int result = execute_planned(program, arguments, environment, at_flags);
  if (place != 0) set_result(place, errno);
  return result;
}

const char* search_path(const char* file, char* buffer) noexcept {
  if (has_slash(file)) return file;
  Search search(file);
  while (const char* candidate = search.next(buffer)) {
    if (look(candidate, X_OK) == 0) return candidate;
    if (is_absence(look(candidate, F_OK))) record_absent({AT_FDCWD, candidate});
  }
  return nullptr;
}

int execute_found(const char* file, char* const* arguments, char* const* environment) noexcept {
  if (*file == '\0') {
    errno = ENOENT;
    return -1;
  }
  if (has_slash(file)) return execute_any(file, arguments, environment);
  if (length_of(file) > NAME_MAX) {
    errno = ENAMETOOLONG;
    return -1;
  }
  char buffer[kCandidateBytes];
  bool denied = false;
  Search search(file);
  errno = ENOENT;
  while (const char* candidate = search.next(buffer)) {
    const int error = look(candidate, F_OK);
    if (is_absence(error)) {
      if (recording()) record_absent({AT_FDCWD, candidate});
      errno = error;
      continue;
    }
    execute_any(candidate, arguments, environment);
    if (!search_goes_on(errno)) return -1;
    denied = denied || errno == EACCES;
  }
  if (denied) errno = EACCES;
  return -1;
}

}  // namespace roar::tracer::preload
