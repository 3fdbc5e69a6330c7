#include "plumbing/kept_contents.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <exception>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "objects/base/hex.h"
#include "objects/hash.h"
#include "plumbing/clone_file.h"

namespace roar::plumbing {
namespace {

using std::chrono::steady_clock;
using tracer::wire::Fate;

constexpr auto kPatience = std::chrono::milliseconds(400);
constexpr std::uint64_t kAtOnce = std::uint64_t{1}
                                  << 20;  // is hashed in less time than it is queued
constexpr std::size_t kMostLater = 64;    // descriptors
constexpr std::size_t kMostFresh = 4096;
constexpr std::size_t kBufferBytes = std::size_t{256} << 10;

bool same_content(const FileStamp& a, const FileStamp& b) noexcept {
  return a.device == b.device && a.inode == b.inode && a.size == b.size && a.modified == b.modified;
}

// The digest of the version, or nullopt if it cannot be read, has changed meanwhile, or `stop` says
// so.
std::optional<std::string> digest_of_version(int descriptor, const FileStamp& stamp,
                                             const std::function<bool()>& stop) {
  Hasher hasher(Algorithm::Blake3);
  std::string buffer(std::min<std::uint64_t>(kBufferBytes, stamp.size + 1), '\0');
  for (std::uint64_t offset = 0;;) {
    if (stop()) return std::nullopt;
    const ssize_t got =
        ::pread(descriptor, buffer.data(), buffer.size(), static_cast<off_t>(offset));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return std::nullopt;
    if (got == 0) break;
    hasher.update(std::string_view(buffer).substr(0, static_cast<std::size_t>(got)));
    offset += static_cast<std::uint64_t>(got);
    if (offset > stamp.size) return std::nullopt;
  }
  struct ::stat status {};
  if (::fstat(descriptor, &status) != 0 || !same_content(stamp, stamp_of(status)))
    return std::nullopt;
  const std::string digest = hasher.finish();
  return to_hex(std::span(reinterpret_cast<const std::uint8_t*>(digest.data()), digest.size()));
}

// What is kept open takes its room on the disk after the job has removed it.
bool has_room(int descriptor, std::uint64_t bytes) noexcept {
  struct ::statvfs status {};
  return ::fstatvfs(descriptor, &status) == 0 &&
         status.f_bavail > 2 * (bytes / std::max(status.f_frsize, 1UL) + 1);
}

}  // namespace

KeptContents::~KeptContents() {
  abandoned_.store(true, std::memory_order_relaxed);
  finish(&abandoned_);
}

bool KeptContents::keep(int descriptor, const FileStamp& stamp, Fate fate) noexcept {
  try {
    if (known(stamp)) return true;
    if (stamp.size > kAtOnce && (fate == Fate::NameLost ? hash_later(descriptor, stamp)
                                                        : hash_clone_later(descriptor, stamp)))
      return true;
    return stamp.size <= limit_ && hash_now(descriptor, stamp);
  } catch (const std::exception&) {
    return false;
  }
}

bool KeptContents::known(const FileStamp& stamp) {
  if (find(stamp) != nullptr) return true;
  auto found = cache_.find({&stamp, 1});
  if (!found.front() || std::ranges::find(found.front()->digests, Algorithm::Blake3,
                                          &CachedDigest::algorithm) == found.front()->digests.end())
    return false;
  const std::lock_guard lock(mutex_);
  entries_.emplace(std::pair(stamp.device, stamp.inode), std::move(*found.front()));
  return true;
}

bool KeptContents::hash_now(int descriptor, const FileStamp& stamp) {
  const Timestamp begun = Timestamp::now();
  const auto deadline = steady_clock::now() + kPatience;
  auto digest =
      digest_of_version(descriptor, stamp, [&] { return steady_clock::now() > deadline; });
  if (!digest) return false;
  remember(stamp, std::move(*digest), begun);
  return true;
}

bool KeptContents::hash_later(int descriptor, const FileStamp& stamp) {
  if (!has_room(descriptor, stamp.size)) return false;
  Fd file(::fcntl(descriptor, F_DUPFD_CLOEXEC, 3));
  return file && add_later({std::move(file), stamp, stamp, {}});
}

bool KeptContents::hash_clone_later(int descriptor, const FileStamp& stamp) {
  const Timestamp before = Timestamp::now();
  if (!has_room(descriptor, stamp.size)) return false;
  Fd file = clone_file(descriptor);
  struct ::stat now {};
  struct ::stat own {};
  if (!file || ::fstat(descriptor, &now) != 0 || !same_content(stamp, stamp_of(now)) ||
      ::fstat(file.get(), &own) != 0)
    return false;
  return add_later({std::move(file), stamp, stamp_of(own), before});
}

bool KeptContents::add_later(Version version) {
  const std::lock_guard lock(mutex_);
  if (later_.size() >= kMostLater) return false;
  if (!worker_.joinable()) worker_ = std::thread([this] { hash_in_background(); });
  later_.push_back(std::move(version));
  changed_.notify_one();
  return true;
}

std::optional<KeptContents::Version> KeptContents::next_version(bool wait) {
  std::unique_lock lock(mutex_);
  if (wait) changed_.wait(lock, [&] { return ending_ || !later_.empty(); });
  if (later_.empty()) return std::nullopt;
  Version version = std::move(later_.front());
  later_.pop_front();
  return version;
}

bool KeptContents::stopped() const noexcept {
  const std::atomic<bool>* stop = stop_.load(std::memory_order_relaxed);
  return stop != nullptr && stop->load(std::memory_order_relaxed);
}

void KeptContents::hash(const Version& version) {
  const Timestamp begun = version.taken.value_or(Timestamp::now());
  auto digest = digest_of_version(version.file.get(), version.own, [this] { return stopped(); });
  if (digest) remember(version.stamp, std::move(*digest), begun);
}

void KeptContents::hash_in_background() noexcept {
  ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), 19);  // of this thread
  try {
    while (const auto version = next_version(true)) hash(*version);
  } catch (const std::exception&) {  // what is missing is named in the record
  }
}

void KeptContents::remember(const FileStamp& stamp, std::string digest, Timestamp begun) {
  CacheEntry entry{.stamp = stamp,
                   .digests = {{.algorithm = Algorithm::Blake3, .digest = std::move(digest)}}};
  const std::lock_guard lock(mutex_);
  if (fresh_.empty() || begun < first_begun_) first_begun_ = begun;
  fresh_.push_back(entry);
  if (fresh_.size() >= kMostFresh) save();
  entries_.emplace(std::pair(stamp.device, stamp.inode), std::move(entry));
}

void KeptContents::finish(const std::atomic<bool>* stop) noexcept {
  stop_.store(stop, std::memory_order_relaxed);
  early_.stop();
  try {
    {
      const std::lock_guard lock(mutex_);
      ending_ = true;
      changed_.notify_one();
    }
    // Two do it sooner, and this one has its full share of the processor.
    while (const auto version = next_version(false)) hash(*version);
    if (worker_.joinable()) worker_.join();
    save();
  } catch (const std::exception&) {  // what is missing is named in the record
  }
}

void KeptContents::save() {
  if (fresh_.empty()) return;
  cache_.put(fresh_, first_begun_);
  fresh_.clear();
}

const CacheEntry* KeptContents::find(const FileStamp& stamp) const noexcept {
  const std::lock_guard lock(mutex_);
  const auto [begin, end] = entries_.equal_range(std::pair(stamp.device, stamp.inode));
  const auto found = std::find_if(
      begin, end, [&](const auto& entry) { return same_content(entry.second.stamp, stamp); });
  return found != end ? &found->second : nullptr;
}

}  // namespace roar::plumbing
