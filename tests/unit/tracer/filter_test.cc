#include "tracer/calls/filter.h"

#include <linux/audit.h>
#include <linux/seccomp.h>
#include <sys/syscall.h>

#include <catch2/catch.hpp>
#include <cerrno>
#include <cstring>

#include "tracer/wire.h"

namespace roar::tracer {
namespace {

constexpr std::uint16_t kMark = 1234;
constexpr std::uint32_t kAllow = SECCOMP_RET_ALLOW;
constexpr std::uint32_t kNotify = SECCOMP_RET_USER_NOTIF;

// What the kernel would do with the call. `looked`: whether more of it than its number was looked
// at, so that the kernel has to run the program for each such call.
struct Answer {
  std::uint32_t action = 0;
  bool looked = false;
};

Answer answer_to(const std::vector<sock_filter>& program, const seccomp_data& call) {
  Answer answer;
  std::uint32_t a = 0;
  std::uint32_t x = 0;
  for (std::size_t at = 0; at < program.size(); ++at) {
    const sock_filter& step = program[at];
    switch (step.code) {
      case BPF_LD | BPF_W | BPF_ABS:
        REQUIRE(step.k + sizeof a <= sizeof call);
        std::memcpy(&a, reinterpret_cast<const char*>(&call) + step.k, sizeof a);
        answer.looked = answer.looked || step.k >= offsetof(seccomp_data, instruction_pointer);
        break;
      case BPF_MISC | BPF_TAX:
        x = a;
        break;
      case BPF_ALU | BPF_XOR | BPF_X:
        a ^= x;
        break;
      case BPF_JMP | BPF_JEQ | BPF_K:
        at += a == step.k ? step.jt : step.jf;
        break;
      case BPF_JMP | BPF_JGE | BPF_K:
        at += a >= step.k ? step.jt : step.jf;
        break;
      case BPF_RET | BPF_K:
        answer.action = step.k;
        return answer;
      default:
        FAIL("no such step");
    }
  }
  FAIL("the program has no end");
  return answer;
}

seccomp_data call_by(std::uint32_t architecture, int number) {
  seccomp_data call{};
  call.nr = number;
  call.arch = architecture;
  return call;
}

seccomp_data wide(long number) {
  return call_by(AUDIT_ARCH_X86_64, static_cast<int>(number));
}

seccomp_data marked(long number, std::uint64_t first, std::uint64_t second) {
  seccomp_data call = wide(number);
  call.args[0] = first;
  call.args[1] = second;
  call.args[5] = std::uint64_t{wire::kMarkedHigh} << 32 |
                 wire::marked_low(kMark, static_cast<std::uint32_t>(first),
                                  static_cast<std::uint32_t>(second));
  return call;
}

}  // namespace

TEST_CASE("a listener gets the path calls, and no others", "[tracer]") {
  const auto filter = listening_filter(kMark, IoUring::Seen);
  for (const long number : {SYS_openat, SYS_open, SYS_creat, SYS_rename, SYS_renameat2, SYS_unlink,
                            SYS_truncate, SYS_execve, SYS_execveat, SYS_ptrace})
    CHECK(answer_to(filter, wide(number)).action == kNotify);
  for (const long number : {SYS_read, SYS_write, SYS_close, SYS_mmap, SYS_exit_group, SYS_fork}) {
    CHECK(answer_to(filter, wide(number)).action == kAllow);
    CHECK_FALSE(answer_to(filter, wide(number)).looked);
  }
  CHECK(answer_to(filter, call_by(AUDIT_ARCH_I386, 5)).action == kNotify);
  CHECK(answer_to(filter, call_by(AUDIT_ARCH_I386, 3)).action == kAllow);
  CHECK(answer_to(filter, wide(0x4000'0000)).action == kNotify);
}

TEST_CASE("a path call with the library's mark passes, with these arguments only", "[tracer]") {
  const auto filter = listening_filter(kMark, IoUring::Seen);
  constexpr std::uint64_t kHere = 0xffff'ffff'ffff'ff9c;  // AT_FDCWD
  constexpr std::uint64_t kPath = 0x7fff'1234'5678;
  for (const long number : {SYS_openat, SYS_open, SYS_execve, SYS_ptrace})
    CHECK(answer_to(filter, marked(number, kHere, kPath)).action == kAllow);
  seccomp_data call = marked(SYS_openat, kHere, kPath);
  call.args[1] = kPath + 1;
  CHECK(answer_to(filter, call).action == kNotify);
  call = marked(SYS_openat, kHere, kPath);
  call.args[5] &= 0xffff'ffff;
  CHECK(answer_to(filter, call).action == kNotify);
  CHECK(answer_to(listening_filter(kMark + 1, IoUring::Seen), marked(SYS_openat, kHere, kPath))
            .action == kNotify);
}

TEST_CASE("the probe is answered, and io_uring seen or refused", "[tracer]") {
  const auto filter = listening_filter(kMark, IoUring::Refused);
  seccomp_data probe = wide(SYS_prctl);
  CHECK(answer_to(filter, probe).action == kAllow);
  probe.args[0] = wire::kNetProbe;
  CHECK(answer_to(filter, probe).action == (SECCOMP_RET_ERRNO | kMark));
  for (const std::uint32_t architecture :
       {std::uint32_t{AUDIT_ARCH_X86_64}, std::uint32_t{AUDIT_ARCH_I386}}) {
    const seccomp_data call = call_by(architecture, SYS_io_uring_setup);
    CHECK(answer_to(filter, call).action == (SECCOMP_RET_ERRNO | ENOSYS));
    CHECK(answer_to(listening_filter(kMark, IoUring::Seen), call).action == kNotify);
  }
}

}  // namespace roar::tracer
