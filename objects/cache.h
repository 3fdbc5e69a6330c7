#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "objects/base/file_stamp.h"
#include "objects/hash.h"
#include "objects/hash_files.h"

// The disposable environment beside the store: what can be computed again. Losing it costs time
// only.

namespace roar {

struct CachedDigest {
  Algorithm algorithm = Algorithm::Blake3;
  std::string digest;  // hexadecimal
};

struct CacheEntry {
  FileStamp stamp;
  std::vector<CachedDigest> digests;
};

// Digests by file stamp, and small values by name.
//
// A stamp proves a content only if the file had been left alone for longer than one tick of the
// file system's clock when it was hashed: a later write in the same tick would leave the same
// stamp. Entries that fail this test are not kept.
//
// A cache that is damaged is deleted and made anew; one that cannot be used works as an empty one
// that forgets. Nothing here throws for the state of the disk. The files are opened at the first
// use, written only if there is something new, and emptied when they have grown beyond 256 MiB.
// May be used by several threads, and by several processes.
class Cache : public PartialHashes {
 public:
  explicit Cache(const std::filesystem::path& directory);
  ~Cache() override;
  Cache(const Cache&) = delete;
  Cache& operator=(const Cache&) = delete;

  // Opens the files now, for who has the time now.
  void open();

  // One entry per stamp, in the same order; nullopt where nothing is known about exactly this
  // stamp. One snapshot for all.
  std::vector<std::optional<CacheEntry>> find(std::span<const FileStamp> stamps) const;

  // `hashed_at` is the real-time clock before the first byte of the first of them was read.
  void put(std::span<const CacheEntry> entries, Timestamp hashed_at);

  // Under the same condition as put().
  std::optional<std::string> find_partial(const FileStamp& stamp) override;
  void keep_partial(const FileStamp& stamp, std::string_view state, Timestamp begun_at) override;

  // Small values for other uses, such as which package owns a path. Nullopt if absent.
  std::vector<std::optional<std::string>> values(std::span<const std::string> names) const;
  void put_values(std::span<const std::pair<std::string, std::string>> values);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace roar
