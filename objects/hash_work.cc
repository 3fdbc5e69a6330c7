#include "objects/hash_work.h"

#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>

namespace roar::hashing {
namespace {

constexpr std::uint64_t kProgressStep = std::uint64_t{4} << 20;
constexpr std::uint64_t kSettled = std::uint64_t{256} << 20;

unsigned processors() noexcept {
  cpu_set_t set;
  if (::sched_getaffinity(0, sizeof set, &set) != 0) return 1;
  return static_cast<unsigned>(std::max(CPU_COUNT(&set), 1));
}

}  // namespace

Work::Work(const HashOptions& options)
    : options_(&options), threads_(options.threads != 0 ? options.threads : processors()) {}

void Work::add_progress(std::uint64_t bytes) {
  if (!options_->progress) return;
  const std::scoped_lock lock(mutex_);
  pending_ += bytes;
  if (pending_ >= kProgressStep) report();
}

void Work::end_progress() {
  if (options_->progress && pending_ != 0) report();
}

void Work::finish(std::size_t position, const HashResult& result) {
  if (!options_->finished) return;
  const std::scoped_lock lock(mutex_);
  if (options_->progress && pending_ != 0) report();
  options_->finished(position, result);
}

void Work::report() {
  options_->progress(pending_);
  pending_ = 0;
}

HashResult failure(int error) {
  HashResult result;
  const bool gone = error == ENOENT || error == ENOTDIR;
  result.status = gone ? HashResult::Status::Vanished : HashResult::Status::Failed;
  result.error = error;
  return result;
}

ssize_t read_fully(int fd, char* buffer, std::size_t size, std::uint64_t offset) {
  std::size_t done = 0;
  while (done < size) {
    const ssize_t n = ::pread(fd, buffer + done, size - done, static_cast<off_t>(offset + done));
    if (n == 0) break;
    if (n < 0 && errno != EINTR) return -1;
    if (n > 0) done += static_cast<std::size_t>(n);
  }
  return static_cast<ssize_t>(done);
}

// For a file of this size a few ticks of the clock are no time.
void let_settle(const Work& work, OpenFile& file) {
  constexpr std::int64_t kTicksNs = 25'000'000;
  if (work.partial() == nullptr || file.result.stamp.size < kSettled) return;
  Timestamp& begun = file.result.begun_at;
  const std::int64_t age =
      nanoseconds_between(std::max(file.result.stamp.modified, file.result.stamp.changed), begun);
  if (age < 0 || age > kTicksNs) return;
  std::this_thread::sleep_for(std::chrono::nanoseconds(kTicksNs - age));
  begun = Timestamp::now();
}

}  // namespace roar::hashing
