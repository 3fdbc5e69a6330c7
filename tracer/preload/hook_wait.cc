#include <sys/resource.h>
#include <sys/types.h>
#include <sys/wait.h>

#include "tracer/preload/facts.h"
#include "tracer/preload/hook.h"
#include "tracer/preload/image.h"

using namespace roar::tracer::preload;  // NOLINT(google-build-using-namespace): hooks are global

// How a child has ended: it cannot say so itself if a signal ended it, or if it is not traced.

namespace {

int without_core(int code, int status) {
  return code == CLD_EXITED ? W_EXITCODE(status, 0) : W_EXITCODE(0, status);
}

pid_t waited(pid_t child, int status) {
  if (child > 0 && (WIFEXITED(status) || WIFSIGNALED(status)) && recording())
    record_end(child, status);
  return child;
}

}  // namespace

ROAR_HOOK(pid_t, wait, int* status) {
  int own = 0;
  int* const place = status != nullptr ? status : &own;
  const pid_t child = ROAR_NEXT(wait)(place);
  return child > 0 ? waited(child, *place) : child;
}

ROAR_HOOK(pid_t, waitpid, pid_t which, int* status, int options) {
  int own = 0;
  int* const place = status != nullptr ? status : &own;
  const pid_t child = ROAR_NEXT(waitpid)(which, place, options);
  return child > 0 ? waited(child, *place) : child;
}

ROAR_HOOK(pid_t, wait3, int* status, int options, rusage* usage) {
  int own = 0;
  int* const place = status != nullptr ? status : &own;
  const pid_t child = ROAR_NEXT(wait3)(place, options, usage);
  return child > 0 ? waited(child, *place) : child;
}

ROAR_HOOK(pid_t, wait4, pid_t which, int* status, int options, rusage* usage) {
  int own = 0;
  int* const place = status != nullptr ? status : &own;
  const pid_t child = ROAR_NEXT(wait4)(which, place, options, usage);
  return child > 0 ? waited(child, *place) : child;
}

ROAR_HOOK(int, waitid, idtype_t kind, id_t which, siginfo_t* info, int options) {
  siginfo_t own{};
  siginfo_t* const place = info != nullptr ? info : &own;
  const int result = ROAR_NEXT(waitid)(kind, which, place, options);
  constexpr int kTaken = WEXITED | WNOWAIT;  // one that is only looked at is told of later
  if (result != 0 || (options & kTaken) != WEXITED || place->si_pid <= 0) return result;
  const int code = place->si_code;
  if (code != CLD_EXITED && code != CLD_KILLED && code != CLD_DUMPED) return result;
  const int status = without_core(code, place->si_status);
  waited(place->si_pid, code == CLD_DUMPED ? status | WCOREFLAG : status);
  return result;
}
