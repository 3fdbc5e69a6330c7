#include "tracer/ptrace/untraced.h"

#include <linux/audit.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>

#include <cstddef>
#include <optional>

#include "tracer/calls/tracee_files.h"

namespace roar::tracer {
namespace {

constexpr std::uint32_t kCloneI386 = 120;
constexpr std::uint32_t kClone3 = 435;  // of both architectures

sock_filter load(std::size_t offset) {
  return {BPF_LD | BPF_W | BPF_ABS, 0, 0, static_cast<std::uint32_t>(offset)};
}

sock_filter jump(std::uint16_t test, std::uint32_t value, std::uint8_t if_true,
                 std::uint8_t if_false) {
  return {static_cast<std::uint16_t>(BPF_JMP | test | BPF_K), if_true, if_false, value};
}

sock_filter answer(std::uint32_t action) {
  return {BPF_RET | BPF_K, 0, 0, action};
}

}  // namespace

std::vector<sock_filter> untraced_filter() {
  return {
      load(offsetof(seccomp_data, arch)),
      jump(BPF_JEQ, AUDIT_ARCH_X86_64, 0, 2),
      load(offsetof(seccomp_data, nr)),
      jump(BPF_JEQ, SYS_clone, 4, 3),
      jump(BPF_JEQ, AUDIT_ARCH_I386, 0, 4),
      load(offsetof(seccomp_data, nr)),
      jump(BPF_JEQ, kCloneI386, 1, 0),
      jump(BPF_JEQ, kClone3, 3, 1),
      load(offsetof(seccomp_data, args)),
      jump(BPF_JSET, CLONE_UNTRACED, 1, 0),
      answer(SECCOMP_RET_ALLOW),
      answer(SECCOMP_RET_TRACE),
  };
}

bool is_clone(std::uint32_t architecture, std::uint64_t number) noexcept {
  if (architecture == AUDIT_ARCH_X86_64) return number == SYS_clone || number == kClone3;
  return architecture == AUDIT_ARCH_I386 && (number == kCloneI386 || number == kClone3);
}

void clear_untraced(pid_t thread, std::uint32_t architecture, std::uint64_t number) {
  user_regs_struct registers{};
  if (::ptrace(PTRACE_GETREGS, thread, nullptr, &registers) != 0) return;
  auto& argument = architecture == AUDIT_ARCH_X86_64 ? registers.rdi : registers.rbx;
  constexpr unsigned long long kOthers = ~static_cast<unsigned long long>(CLONE_UNTRACED);
  if (number != kClone3) {
    argument &= kOthers;
    ::ptrace(PTRACE_SETREGS, thread, nullptr, &registers);
    return;
  }
  const std::optional<std::uint64_t> flags = word_at(thread, argument);
  if (flags && (*flags & CLONE_UNTRACED) != 0)
    ::ptrace(PTRACE_POKEDATA, thread, argument, *flags & kOthers);
}

}  // namespace roar::tracer
