#include "plumbing/graph/disk_files.h"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "objects/artifact.h"
#include "objects/cache.h"
#include "objects/hash.h"
#include "objects/hash_files.h"

namespace roar::plumbing {
namespace {

// Files up to here are hashed though their size tells that they changed: people like to see what
// they are now.
constexpr std::uint64_t kSmall = std::uint64_t{16} << 20;

constexpr std::array kBlake3{Algorithm::Blake3};

void set_content(FileNow& now, const std::string& blake3) {
  now.blake3 = blake3;
  now.content = object_id_of(Artifact{.blake3 = blake3, .size = now.size});
}

}  // namespace

std::size_t DiskFiles::ask_existence(std::string_view path) {
  const auto [entry, added] = by_path_.try_emplace(std::string(path), files_.size());
  if (added) {
    files_.push_back(
        {.path = absolute_path(workspace_, path), .sizes = {}, .stamp = {}, .now = {}});
  }
  return entry->second;
}

std::size_t DiskFiles::ask(std::string_view path, std::uint64_t size) {
  const std::size_t question = ask_existence(path);
  std::vector<std::uint64_t>& sizes = files_[question].sizes;
  if (std::ranges::find(sizes, size) == sizes.end()) sizes.push_back(size);
  return question;
}

// Those of which the content is to be known.
std::vector<std::size_t> DiskFiles::stat_all() {
  std::vector<std::size_t> wanted;
  for (std::size_t i = 0; i < files_.size(); ++i) {
    File& file = files_[i];
    struct stat status {};
    if (::stat(file.path.c_str(), &status) != 0) {
      const bool gone = errno == ENOENT || errno == ENOTDIR;
      file.now.state = gone ? FileNow::State::Gone : FileNow::State::Unreadable;
      continue;
    }
    file.now.state = S_ISREG(status.st_mode) ? FileNow::State::Regular : FileNow::State::Other;
    file.stamp = stamp_of(status);
    file.now.size = file.stamp.size;
    const bool small = file.now.size <= kSmall && !file.sizes.empty();
    if (file.now.state == FileNow::State::Regular &&
        (small || std::ranges::find(file.sizes, file.now.size) != file.sizes.end())) {
      wanted.push_back(i);
    }
  }
  return wanted;
}

void DiskFiles::look() {
  std::vector<std::size_t> unknown = stat_all();
  std::vector<FileStamp> stamps;
  stamps.reserve(unknown.size());
  for (const std::size_t i : unknown) stamps.push_back(files_[i].stamp);
  const auto known = cache_.find(stamps);
  std::vector<std::size_t> left;
  for (std::size_t j = 0; j < unknown.size(); ++j) {
    const CachedDigest* digest = nullptr;
    if (known[j]) {
      const auto found =
          std::ranges::find(known[j]->digests, Algorithm::Blake3, &CachedDigest::algorithm);
      if (found != known[j]->digests.end()) digest = &*found;
    }
    if (digest != nullptr) {
      set_content(files_[unknown[j]].now, digest->digest);
    } else {
      left.push_back(unknown[j]);
    }
  }
  hash(left);
}

void DiskFiles::hash(const std::vector<std::size_t>& unknown) {
  if (unknown.empty()) return;
  std::vector<HashRequest> requests;
  for (const std::size_t i : unknown) {
    requests.push_back({.path = files_[i].path, .algorithms = kBlake3});
  }
  HashOptions options;
  options.partial = &cache_;
  const Timestamp begun = Timestamp::now();
  const auto results = hash_files(requests, options);
  std::vector<CacheEntry> fresh;
  for (std::size_t j = 0; j < results.size(); ++j) {
    const HashResult& result = results[j];
    FileNow& now = files_[unknown[j]].now;
    if (result.status != HashResult::Status::Hashed) {
      const bool gone = result.status == HashResult::Status::Vanished;
      now.state = gone ? FileNow::State::Gone : FileNow::State::Unreadable;
      continue;
    }
    now.size = result.stamp.size;
    set_content(now, result.digests.front());
    fresh.push_back({.stamp = result.stamp, .digests = {{Algorithm::Blake3, now.blake3}}});
  }
  cache_.put(fresh, begun);
}

}  // namespace roar::plumbing
