#include "tracer/calls/filter.h"

#include <linux/audit.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>

#include "tracer/calls/calls.h"
#include "tracer/wire.h"

namespace roar::tracer {
namespace {

constexpr std::uint32_t kFirstX32Call = 0x4000'0000;
constexpr std::uint32_t kIoUringSetupOfI386 = 425;

std::size_t argument_at(std::size_t index) {
  return offsetof(seccomp_data, args) + index * sizeof(std::uint64_t);
}

sock_filter load(std::size_t offset) {
  return {BPF_LD | BPF_W | BPF_ABS, 0, 0, static_cast<std::uint32_t>(offset)};
}

sock_filter answer(std::uint32_t action) {
  return {BPF_RET | BPF_K, 0, 0, action};
}

sock_filter skip_unless(std::uint16_t test, std::uint32_t value, std::uint8_t skipped) {
  return {static_cast<std::uint16_t>(BPF_JMP | test | BPF_K), 0, skipped, value};
}

std::vector<std::uint32_t> numbers_of(std::int32_t Call::*number) {
  std::vector<std::uint32_t> numbers;
  for (const Call& call : traced_calls())
    if (call.*number >= 0) numbers.push_back(static_cast<std::uint32_t>(call.*number));
  return numbers;
}

// The end of the program for one architecture: `action` for these calls.
std::vector<sock_filter> section(const std::vector<std::uint32_t>& numbers, std::uint32_t action) {
  std::vector<sock_filter> code;
  for (const std::uint32_t number : numbers) {
    code.push_back(skip_unless(BPF_JEQ, number, 1));
    code.push_back(answer(action));
  }
  code.push_back(answer(SECCOMP_RET_ALLOW));
  return code;
}

void append(std::vector<sock_filter>& code, const std::vector<sock_filter>& more) {
  code.insert(code.end(), more.begin(), more.end());
}

std::vector<sock_filter> refusing(std::uint32_t number) {
  return {skip_unless(BPF_JEQ, number, 1), answer(SECCOMP_RET_ERRNO | ENOSYS)};
}

// The same for a listener: these calls, unless they bear the mark.
std::vector<sock_filter> unmarked_section(const std::vector<std::uint32_t>& numbers,
                                          std::uint16_t mark) {
  std::vector<sock_filter> code;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    // To behind the rest of them, and the answer for all others.
    const auto distance = static_cast<std::uint8_t>(numbers.size() - i);
    code.push_back({BPF_JMP | BPF_JEQ | BPF_K, distance, 0, numbers[i]});
  }
  code.push_back(answer(SECCOMP_RET_ALLOW));
  constexpr std::uint32_t kHighHalf = 4;
  code.push_back(load(argument_at(5) + kHighHalf));
  code.push_back(skip_unless(BPF_JEQ, wire::kMarkedHigh, 8));
  code.push_back(load(argument_at(0)));
  code.push_back({BPF_MISC | BPF_TAX, 0, 0, 0});
  code.push_back(load(argument_at(1)));
  code.push_back({BPF_ALU | BPF_XOR | BPF_X, 0, 0, 0});
  code.push_back({BPF_MISC | BPF_TAX, 0, 0, 0});
  code.push_back(load(argument_at(5)));
  code.push_back({BPF_ALU | BPF_XOR | BPF_X, 0, 0, 0});
  code.push_back({BPF_JMP | BPF_JEQ | BPF_K, 1, 0, wire::marked_low(mark, 0, 0)});
  code.push_back(answer(SECCOMP_RET_USER_NOTIF));
  code.push_back(answer(SECCOMP_RET_ALLOW));
  return code;
}

std::vector<sock_filter> program_of(const std::vector<sock_filter>& wide,
                                    const std::vector<sock_filter>& narrow, std::uint32_t action) {
  std::vector<sock_filter> code;
  code.push_back(load(offsetof(seccomp_data, arch)));
  const auto skipped = static_cast<std::uint8_t>(wide.size() + 3);
  code.push_back(skip_unless(BPF_JEQ, AUDIT_ARCH_X86_64, skipped));
  code.push_back(load(offsetof(seccomp_data, nr)));
  code.push_back(skip_unless(BPF_JGE, kFirstX32Call, 1));
  code.push_back(answer(action));
  code.insert(code.end(), wide.begin(), wide.end());
  code.push_back(
      skip_unless(BPF_JEQ, AUDIT_ARCH_I386, static_cast<std::uint8_t>(narrow.size() + 1)));
  code.push_back(load(offsetof(seccomp_data, nr)));
  code.insert(code.end(), narrow.begin(), narrow.end());
  code.push_back(answer(SECCOMP_RET_ALLOW));
  return code;
}

long set_filter(const std::vector<sock_filter>& filter, unsigned long flags) noexcept {
  // The kernel does not write to the program.
  sock_fprog program{static_cast<unsigned short>(filter.size()),
                     const_cast<sock_filter*>(filter.data())};  // NOLINT(*-const-cast)
  const long result = ::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program);
  return result < 0 ? -errno : result;
}

// Whether the kernel knows what install_listener needs: a program that is not there is refused for
// that alone.
bool knows_flags(unsigned long flags) noexcept {
  return ::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, nullptr) < 0 && errno == EFAULT;
}

}  // namespace

std::vector<sock_filter> stopping_filter() {
  return program_of(section(numbers_of(&Call::number), SECCOMP_RET_TRACE),
                    section(numbers_of(&Call::number_i386), SECCOMP_RET_TRACE), SECCOMP_RET_TRACE);
}

std::vector<sock_filter> listening_filter(std::uint16_t mark, IoUring io_uring) {
  std::vector<sock_filter> wide;
  wide.push_back(skip_unless(BPF_JEQ, SYS_prctl, 4));
  wide.push_back(load(offsetof(seccomp_data, args)));
  wide.push_back(skip_unless(BPF_JEQ, wire::kNetProbe, 1));
  wide.push_back(answer(SECCOMP_RET_ERRNO | mark));
  wide.push_back(answer(SECCOMP_RET_ALLOW));
  std::vector<sock_filter> narrow;
  if (io_uring == IoUring::Refused) {
    append(wide, refusing(SYS_io_uring_setup));
    append(narrow, refusing(kIoUringSetupOfI386));
  }
  append(wide, unmarked_section(numbers_of(&Call::number), mark));
  append(narrow, section(numbers_of(&Call::number_i386), SECCOMP_RET_USER_NOTIF));
  return program_of(wide, narrow, SECCOMP_RET_USER_NOTIF);
}

std::vector<sock_filter> passing_filter() {
  return {answer(SECCOMP_RET_ALLOW)};
}

int install_filter(const std::vector<sock_filter>& filter) noexcept {
  const long result = set_filter(filter, 0);
  if (result != -EACCES) return static_cast<int>(-result);
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return errno;
  return static_cast<int>(-set_filter(filter, 0));
}

int install_listener(const std::vector<sock_filter>& filter) noexcept {
  constexpr unsigned long kFlags =
      SECCOMP_FILTER_FLAG_NEW_LISTENER | SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV;
  if (!knows_flags(kFlags)) return -EINVAL;
  const long result = set_filter(filter, kFlags);
  if (result != -EACCES) return static_cast<int>(result);
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return -errno;
  return static_cast<int>(set_filter(filter, kFlags));
}

}  // namespace roar::tracer
