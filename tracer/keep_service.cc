#include "tracer/keep_service.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "objects/base/fd.h"
#include "tracer/versions.h"

namespace roar::tracer {
namespace {

using wire::KeepRequest;

constexpr std::int64_t kAbandonedNs = 3'000'000'000;
// A job that ends before the first look has no use for what is done beside it.
constexpr std::int64_t kLookNs = 250'000'000;

// Where files are answers of the kernel, and reading one can do something.
bool is_pseudo(int descriptor) noexcept {
  static constexpr std::array<decltype(statfs::f_type), 9> kTypes = {
      PROC_SUPER_MAGIC,    SYSFS_MAGIC,      DEBUGFS_MAGIC,  TRACEFS_MAGIC, CGROUP_SUPER_MAGIC,
      CGROUP2_SUPER_MAGIC, SECURITYFS_MAGIC, EFIVARFS_MAGIC, BPF_FS_MAGIC};
  struct ::statfs status {};
  return ::fstatfs(descriptor, &status) != 0 ||
         std::find(kTypes.begin(), kTypes.end(), status.f_type) != kTypes.end();
}

// The file is looked at before it is opened for reading: that would wait for a pipe and start a
// device.
Fd open_version(const KeepRequest& request, FileStamp& stamp) {
  const std::string path(request.path,
                         std::min<std::size_t>(request.path_length, sizeof(request.path)));
  const Fd found(::open(path.c_str(), O_PATH | O_CLOEXEC));
  struct ::stat status {};
  if (!found || ::fstat(found.get(), &status) != 0 || !S_ISREG(status.st_mode) ||
      status.st_dev != request.device || status.st_ino != request.inode || is_pseudo(found.get()))
    return {};
  stamp = roar::stamp_of(status);
  const std::string same = "/proc/self/fd/" + std::to_string(found.get());
  constexpr int kFlags = O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
  Fd file(::open(same.c_str(), kFlags | O_NOATIME));
  if (!file && errno == EPERM) file = Fd(::open(same.c_str(), kFlags));
  return file;
}

}  // namespace

KeepService::KeepService(Log& log, Keeper& keeper) noexcept
    : whole_log_(log),
      log_(log.header()),
      area_(*Versions(&log_).area()),
      keeper_(keeper),
      wanted_(keeper.wanted()),
      looks_ahead_(keeper.looks_ahead()) {
  if (wanted_) log_.keeper.store(1, std::memory_order_relaxed);
}

KeepService::~KeepService() {
  closing_.store(true, std::memory_order_relaxed);
  if (thread_.joinable()) {
    log_.asked.fetch_add(1, std::memory_order_release);
    Versions::wake(log_.asked);
    thread_.join();
  }
  close();
}

void KeepService::serve() noexcept {
  if (!wanted_ && !looks_ahead_) return;
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  sigdelset(&all, SIGBUS);  // of a log that somebody cuts off (GuardedMapping)
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  try {
    thread_ = std::thread([this] { run(); });
  } catch (const std::system_error&) {
    close();
  }
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

void KeepService::run() noexcept {
  ::prctl(PR_SET_NAME, "roar-keeper");
  std::int64_t next_look = Versions::now_ns() + kLookNs;
  while (!closing_.load(std::memory_order_relaxed)) {
    const std::uint32_t asked = log_.asked.load(std::memory_order_acquire);
    reopen();
    bool answered = false;
    for (KeepRequest& request : area_.requests) answered = answer(request) || answered;
    if (answered) continue;
    if (Versions::now_ns() >= next_look) {
      tidy();
      look_ahead();
      next_look = Versions::now_ns() + kLookNs;
    }
    Versions::wait_for_change(log_.asked, asked, next_look);
  }
}

// The job has given us up, and we are there.
void KeepService::reopen() noexcept {
  if (!wanted_ || log_.keeper.load(std::memory_order_relaxed) != 0) return;
  log_.unanswered.store(0, std::memory_order_relaxed);
  log_.keeper.store(1, std::memory_order_relaxed);
}

void KeepService::look_ahead() noexcept {
  if (!looks_ahead_) return;
  try {
    if (!inputs_) inputs_.emplace(whole_log_);
    auto found = inputs_->look();
    if (!found.empty()) keeper_.expect(std::move(found));
  } catch (const std::bad_alloc&) {  // they are hashed later, then
  }
}

bool KeepService::answer(KeepRequest& request) noexcept {
  std::uint32_t word = request.state.load(std::memory_order_acquire);
  if ((word & wire::kRequestStates) != wire::kRequestPosted) return false;
  const std::uint32_t number = word & ~std::uint32_t{wire::kRequestStates};
  if (!request.state.compare_exchange_strong(word, number | wire::kRequestTaken)) return false;
  const bool kept = keep(request);
  request.state.store(number | (kept ? wire::kRequestKept : wire::kRequestRefused),
                      std::memory_order_release);
  Versions::wake(request.state);
  return true;
}

bool KeepService::keep(const KeepRequest& request) noexcept {
  try {
    FileStamp stamp;
    const Fd file = open_version(request, stamp);
    return file && keeper_.keep(file.get(), stamp, request.fate);
  } catch (const std::bad_alloc&) {
    return false;
  }
}

void KeepService::tidy() noexcept {
  const std::int64_t now = Versions::now_ns();
  for (unsigned i = 0; i < wire::kKeepRequests; ++i) {
    KeepRequest& request = area_.requests[i];
    Watch& watch = watches_[i];
    std::uint32_t word = request.state.load(std::memory_order_relaxed);
    if ((word & wire::kRequestStates) == wire::kRequestFree) continue;
    if (watch.word != word) watch = {word, now};
    if (now - watch.since_ns < kAbandonedNs) continue;
    // With the next number, so that its owner, should it be stopped only, takes it for lost.
    request.state.compare_exchange_strong(word, ((word >> 3) + 1) << 3 | wire::kRequestFree);
  }
}

void KeepService::close() noexcept {
  log_.keeper.store(0, std::memory_order_relaxed);
  for (KeepRequest& request : area_.requests) {
    std::uint32_t word = request.state.load(std::memory_order_acquire);
    if ((word & wire::kRequestStates) != wire::kRequestPosted) continue;
    const std::uint32_t number = word & ~std::uint32_t{wire::kRequestStates};
    request.state.compare_exchange_strong(word, number | wire::kRequestRefused);
    Versions::wake(request.state);
  }
}

}  // namespace roar::tracer
