#include "plumbing/composite/read_directory.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <utility>

#include "objects/base/error.h"
#include "objects/base/hex.h"
#include "objects/blake3.h"
#include "objects/hash_files.h"
#include "plumbing/hash_with_progress.h"

namespace roar::plumbing {
namespace {

constexpr std::size_t kBatch = 4096;

struct CloseDirectory {
  void operator()(DIR* directory) const noexcept { ::closedir(directory); }
};

bool is_own(std::string_view name) {
  return name == "." || name == ".." || name == ".git" || name == ".roar";
}

std::string target_of(int directory, const char* name, const std::string& path) {
  std::string target(256, '\0');
  for (;;) {
    const ssize_t size = ::readlinkat(directory, name, target.data(), target.size());
    if (size < 0) throw_errno(errno, "read the link", path);
    if (static_cast<std::size_t>(size) < target.size()) {
      target.resize(static_cast<std::size_t>(size));
      return target;
    }
    target.resize(2 * target.size());
  }
}

// Lists a tree as long as there are not too many names in it.
class DirectoryLister {
 public:
  DirectoryLister(const std::filesystem::path& directory, std::size_t entries_max)
      : root_(directory.native()), left_(entries_max) {}

  std::optional<std::vector<ListedFile>> list() {
    open_.emplace_back();
    while (!open_.empty()) {
      const std::string next = std::move(open_.back());
      open_.pop_back();
      if (!list_one(next)) return std::nullopt;
    }
    std::ranges::sort(files_, {}, &ListedFile::path);
    return std::move(files_);
  }

 private:
  // False if there are more names than are wanted.
  bool list_one(const std::string& relative) {
    const std::string here = relative.empty() ? root_ : root_ + '/' + relative;
    const std::unique_ptr<DIR, CloseDirectory> directory(::opendir(here.c_str()));
    if (!directory) throw_errno(errno, "open directory", here);
    for (;;) {
      errno = 0;
      // NOLINTNEXTLINE(concurrency-mt-unsafe): the stream is this function's own
      const dirent* entry = ::readdir(directory.get());
      if (entry == nullptr && errno != 0) throw_errno(errno, "read directory", here);
      if (entry == nullptr) return true;
      if (is_own(entry->d_name)) continue;
      if (left_ == 0) return false;
      --left_;
      add(::dirfd(directory.get()), entry->d_name,
          relative.empty() ? entry->d_name : relative + '/' + entry->d_name);
    }
  }

  void add(int directory, const char* name, std::string path) {
    struct stat status {};
    if (::fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) != 0) {
      if (errno == ENOENT) return;
      throw_errno(errno, "look at", root_ + '/' + path);
    }
    if (S_ISDIR(status.st_mode)) {
      open_.push_back(std::move(path));
    } else if (S_ISLNK(status.st_mode)) {
      std::string target = target_of(directory, name, root_ + '/' + path);
      files_.push_back({.path = std::move(path), .target = std::move(target), .stamp = {}});
    } else if (S_ISREG(status.st_mode)) {
      files_.push_back({.path = std::move(path), .target = {}, .stamp = stamp_of(status)});
    }
  }

  const std::string& root_;
  std::size_t left_;
  std::vector<ListedFile> files_;
  std::vector<std::string> open_;
};

// Hashes files, and asks the cache before.
class DirectoryHasher {
 public:
  DirectoryHasher(const std::filesystem::path& directory, Algorithm algorithm, Cache& cache,
                  const std::function<void(const Amount&)>& progress)
      : directory_(directory), algorithms_{algorithm}, cache_(cache), progress_(progress) {}

  std::vector<Component> hash(std::vector<ListedFile> files) {
    components_.resize(files.size());
    std::vector<std::size_t> unknown;
    for (std::size_t begin = 0; begin < files.size(); begin += kBatch)
      ask_cache(files, begin, std::min(files.size(), begin + kBatch), unknown);
    amount_.all_files = unknown.size();
    for (const std::size_t i : unknown) amount_.all_bytes += files[i].stamp.size;
    const std::span<const std::size_t> all(unknown);
    for (std::size_t begin = 0; begin < all.size(); begin += kBatch)
      read(all.subspan(begin, std::min(kBatch, all.size() - begin)));
    return std::move(components_);
  }

 private:
  void ask_cache(std::vector<ListedFile>& files, std::size_t begin, std::size_t end,
                 std::vector<std::size_t>& unknown) {
    std::vector<FileStamp> stamps;
    std::vector<std::size_t> which;
    for (std::size_t i = begin; i < end; ++i) {
      ListedFile& file = files[i];
      if (!file.target.empty()) {
        components_[i] = component_of_link(std::move(file.path), file.target);
        continue;
      }
      components_[i].path = std::move(file.path);
      components_[i].algorithm = algorithm_name(algorithms_[0]);
      components_[i].size = file.stamp.size;
      stamps.push_back(file.stamp);
      which.push_back(i);
    }
    const auto known = cache_.find(stamps);
    for (std::size_t j = 0; j < which.size(); ++j) {
      const std::string* digest = known[j] ? digest_in(*known[j]) : nullptr;
      if (digest == nullptr)
        unknown.push_back(which[j]);
      else
        components_[which[j]].digest = *digest;
    }
  }

  const std::string* digest_in(const CacheEntry& entry) const {
    const auto digest = std::ranges::find(entry.digests, algorithms_[0], &CachedDigest::algorithm);
    return digest != entry.digests.end() ? &digest->digest : nullptr;
  }

  void read(std::span<const std::size_t> positions) {
    std::vector<HashRequest> requests;
    for (const std::size_t i : positions)
      requests.push_back(
          {.path = (directory_ / components_[i].path).string(), .algorithms = algorithms_});
    const Timestamp begun = Timestamp::now();
    HashOptions options;
    options.partial = &cache_;
    options.progress = [&](std::uint64_t bytes) {
      amount_.bytes += bytes;
      if (progress_) progress_(amount_);
    };
    options.finished = [&](std::size_t, const HashResult&) {
      ++amount_.files;
      if (progress_) progress_(amount_);
    };
    const std::vector<HashResult> results = hash_files(requests, options);
    std::vector<CacheEntry> entries;
    for (std::size_t j = 0; j < results.size(); ++j) {
      const HashResult& result = results[j];
      if (result.status != HashResult::Status::Hashed)
        throw Error(Errc::Io, "cannot hash '" + requests[j].path + "': " + problem_of(result));
      Component& component = components_[positions[j]];
      component.digest = result.digests.front();
      component.size = result.stamp.size;
      entries.push_back({.stamp = result.stamp,
                         .digests = {{.algorithm = algorithms_[0], .digest = component.digest}}});
    }
    cache_.put(entries, begun);
  }

  const std::filesystem::path& directory_;
  std::array<Algorithm, 1> algorithms_;
  Cache& cache_;
  const std::function<void(const Amount&)>& progress_;
  Amount amount_;
  std::vector<Component> components_;
};

}  // namespace

std::vector<ListedFile> list_directory(const std::filesystem::path& directory) {
  constexpr std::size_t kAll = std::numeric_limits<std::size_t>::max();
  return DirectoryLister(directory, kAll).list().value();
}

std::optional<std::vector<ListedFile>> list_directory(const std::filesystem::path& directory,
                                                      std::size_t entries_max) {
  return DirectoryLister(directory, entries_max).list();
}

Component component_of_link(std::string path, const std::string& target) {
  return {.path = std::move(path),
          .kind = ComponentKind::Symlink,
          .algorithm = "blake3",
          .digest = to_hex(blake3_of(target)),
          .size = target.size()};
}

std::vector<Component> hash_directory(const std::filesystem::path& directory,
                                      std::vector<ListedFile> files, Algorithm algorithm,
                                      Cache& cache,
                                      const std::function<void(const Amount&)>& progress) {
  return DirectoryHasher(directory, algorithm, cache, progress).hash(std::move(files));
}

}  // namespace roar::plumbing
