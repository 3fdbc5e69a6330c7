#include "tracer/calls/filter.h"

#include <linux/audit.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>

#include "tracer/calls/calls.h"

namespace roar::tracer {
namespace {

constexpr std::uint32_t kFirstX32Call = 0x4000'0000;

sock_filter load(std::size_t offset) {
  return {BPF_LD | BPF_W | BPF_ABS, 0, 0, static_cast<std::uint32_t>(offset)};
}

sock_filter answer(std::uint32_t action) {
  return {BPF_RET | BPF_K, 0, 0, action};
}

sock_filter skip_unless(std::uint16_t test, std::uint32_t value, std::uint8_t skipped) {
  return {static_cast<std::uint16_t>(BPF_JMP | test | BPF_K), 0, skipped, value};
}

// The end of the program for one architecture.
std::vector<sock_filter> section(std::int32_t Call::*number) {
  std::vector<sock_filter> code;
  for (const Call& call : traced_calls()) {
    if (call.*number < 0) continue;
    code.push_back(skip_unless(BPF_JEQ, static_cast<std::uint32_t>(call.*number), 1));
    code.push_back(answer(SECCOMP_RET_TRACE));
  }
  code.push_back(answer(SECCOMP_RET_ALLOW));
  return code;
}

}  // namespace

std::vector<sock_filter> stopping_filter() {
  const std::vector<sock_filter> wide = section(&Call::number);
  const std::vector<sock_filter> narrow = section(&Call::number_i386);
  std::vector<sock_filter> code;
  code.push_back(load(offsetof(seccomp_data, arch)));
  const auto skipped = static_cast<std::uint8_t>(wide.size() + 3);
  code.push_back(skip_unless(BPF_JEQ, AUDIT_ARCH_X86_64, skipped));
  code.push_back(load(offsetof(seccomp_data, nr)));
  code.push_back(skip_unless(BPF_JGE, kFirstX32Call, 1));
  code.push_back(answer(SECCOMP_RET_TRACE));
  code.insert(code.end(), wide.begin(), wide.end());
  code.push_back(
      skip_unless(BPF_JEQ, AUDIT_ARCH_I386, static_cast<std::uint8_t>(narrow.size() + 1)));
  code.push_back(load(offsetof(seccomp_data, nr)));
  code.insert(code.end(), narrow.begin(), narrow.end());
  code.push_back(answer(SECCOMP_RET_ALLOW));
  return code;
}

int install_filter(const std::vector<sock_filter>& filter) noexcept {
  // The kernel does not write to the program.
  sock_fprog program{static_cast<unsigned short>(filter.size()),
                     const_cast<sock_filter*>(filter.data())};  // NOLINT(*-const-cast)
  if (::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) == 0) return 0;
  if (errno != EACCES) return errno;
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return errno;
  return ::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) == 0 ? 0 : errno;
}

}  // namespace roar::tracer
