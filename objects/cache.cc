#include "objects/cache.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <mutex>
#include <system_error>

#include "objects/base/error.h"
#include "objects/base/file.h"
#include "objects/base/hex.h"
#include "objects/key.h"
#include "objects/lmdb.h"

namespace roar {
namespace {

enum class CacheTable : std::uint8_t { Digest, Value };
// The names carry the version of what is in them; a later version uses other names.
constexpr std::array<std::string_view, 2> kTables = {"digest1", "value1"};

// A cache is not worth waiting for.
constexpr std::chrono::milliseconds kPatience{1000};

// Beyond this everything is forgotten: what is still of use comes back by itself.
constexpr std::size_t kSizeMax = std::size_t{256} << 20;

// The longest time within which two writes can leave the same stamp. Kernels take stamps from a
// clock that moves by ticks; some file systems keep whole or even seconds only, which shows in
// stamps without nanoseconds.
std::int64_t stamp_grain(const FileStamp& stamp) noexcept {
  constexpr std::int64_t kWholeSeconds = 2'000'000'000;
  constexpr std::int64_t kTicks = 2;  // one for the clock, one for what we did not think of
  if (stamp.modified.nanoseconds == 0 && stamp.changed.nanoseconds == 0) return kWholeSeconds;
  constexpr std::int64_t kSlowestTick = 10'000'000;
  timespec tick{};
  if (::clock_getres(CLOCK_REALTIME_COARSE, &tick) != 0) return kTicks * kSlowestTick;
  return kTicks * (tick.tv_sec * 1'000'000'000 + tick.tv_nsec);
}

bool is_proven(const FileStamp& stamp, Timestamp hashed_at) noexcept {
  const std::int64_t grain = stamp_grain(stamp);
  return nanoseconds_between(stamp.modified, hashed_at) > grain &&
         nanoseconds_between(stamp.changed, hashed_at) > grain;
}

std::string key_of(const FileStamp& stamp) {
  return number_key(stamp.device) + number_key(stamp.inode);
}

void append_time(std::string& out, Timestamp time) {
  append_number(out, static_cast<std::uint64_t>(time.seconds), kNumberSize);
  append_number(out, time.nanoseconds, 4);
}

// Value: the rest of the stamp, then for each digest its algorithm, its length and its bytes.
std::string version_of(const FileStamp& stamp) {
  std::string version = number_key(stamp.size);
  append_time(version, stamp.modified);
  append_time(version, stamp.changed);
  return version;
}

std::string value_of(const CacheEntry& entry) {
  std::string value = version_of(entry.stamp);
  for (const CachedDigest& digest : entry.digests) {
    const std::string bytes = bytes_from_hex(digest.digest).value_or("");
    append_number(value, static_cast<std::uint64_t>(digest.algorithm), 1);
    append_number(value, bytes.size(), 1);
    value += bytes;
  }
  return value;
}

std::optional<CacheEntry> parse_entry(const FileStamp& stamp, std::string_view value) {
  const std::string version = version_of(stamp);
  if (!value.starts_with(version)) return std::nullopt;
  CacheEntry entry{.stamp = stamp, .digests = {}};
  value.remove_prefix(version.size());
  while (!value.empty()) {
    const auto algorithm = static_cast<Algorithm>(number_at(value, 0, 1));
    const auto size = static_cast<std::size_t>(number_at(value, 1, 1));
    if (value.size() < 2 + size) return std::nullopt;
    const auto* const bytes = reinterpret_cast<const std::uint8_t*>(value.data()) + 2;
    entry.digests.push_back({algorithm, to_hex({bytes, size})});
    value.remove_prefix(2 + size);
  }
  return entry;
}

// Adds what `known` has and `entry` lacks. False if `entry` says nothing new.
bool merge(CacheEntry& entry, const std::optional<CacheEntry>& known) {
  if (!known) return true;
  bool is_new = false;
  for (const CachedDigest& digest : entry.digests)
    is_new = is_new || std::ranges::none_of(known->digests, [&](const CachedDigest& other) {
               return other.algorithm == digest.algorithm && other.digest == digest.digest;
             });
  for (const CachedDigest& digest : known->digests)
    if (std::ranges::none_of(entry.digests, [&](const CachedDigest& other) {
          return other.algorithm == digest.algorithm;
        }))
      entry.digests.push_back(digest);
  return is_new;
}

}  // namespace

struct Cache::Impl {
  explicit Impl(std::filesystem::path path) : directory(std::move(path)) {}

  // Null if there is none and none can be made.
  LmdbEnv* open() {
    const std::scoped_lock lock(mutex);
    if (failed) return nullptr;
    if (env) return env.get();
    try {
      try_open();
    } catch (const Error& error) {
      if (error.code() == Errc::Corrupt || error.code() == Errc::Unsupported) replace();
    }
    failed = !env;
    return env.get();
  }

  void try_open() {
    make_directories(directory);
    const bool read_only = ::access(directory.c_str(), W_OK) != 0;
    env = std::make_unique<LmdbEnv>(directory,
                                    LmdbOptions{.create = !read_only,
                                                .read_only = read_only,
                                                .sync_meta = false,
                                                .patience = kPatience},
                                    kTables);
  }

  // Moved away as a whole, so that nobody sees one of its two files without the other.
  void remove() const {
    const std::filesystem::path away =
        directory.string() + ".damaged-" + std::to_string(::getpid());
    std::error_code ignored;
    std::filesystem::rename(directory, away, ignored);
    std::filesystem::remove_all(away, ignored);
  }

  void replace() {
    remove();
    try {
      try_open();
    } catch (const Error&) {  // then there is no cache
    }
  }

  // Runs something that may find damage. Then there is no cache from now on, and a new one next
  // time; the environment stays, because other threads may be using it.
  template <typename Body>
  void attempt(const Body& body) {
    LmdbEnv* const opened = open();
    if (opened == nullptr) return;
    try {
      body(*opened);
    } catch (const Error& error) {
      const bool is_locked = error.code() == Errc::Busy;
      if (error.code() != Errc::Corrupt && !is_locked)
        return;  // such as a full disk: what is there is still good
      const std::scoped_lock lock(mutex);
      failed = true;
      if (is_locked) return;  // so that nobody waits twice
      remove();
    }
  }

  void put(std::span<const std::pair<std::string, std::string>> rows, CacheTable which) {
    if (rows.empty()) return;
    attempt([&](LmdbEnv& opened) {
      if (opened.read_only()) return;
      const bool is_full = opened.usage().used_bytes > kSizeMax;
      opened.write([&](TableTransaction& txn) {
        if (is_full)
          for (TableNumber table = 0; table < kTables.size(); ++table) txn.clear(table);
        for (const auto& [key, value] : rows) txn.put(static_cast<TableNumber>(which), key, value);
      });
    });
  }

  std::filesystem::path directory;
  std::mutex mutex;
  std::unique_ptr<LmdbEnv> env;
  bool failed = false;
};

Cache::Cache(const std::filesystem::path& directory) : impl_(std::make_unique<Impl>(directory)) {}
Cache::~Cache() = default;

void Cache::open() {
  impl_->open();
}

std::vector<std::optional<CacheEntry>> Cache::find(std::span<const FileStamp> stamps) const {
  std::vector<std::optional<CacheEntry>> found(stamps.size());
  if (stamps.empty()) return found;
  impl_->attempt([&](LmdbEnv& env) {
    env.read([&](const TableTransaction& txn) {
      const TableNumber table = static_cast<TableNumber>(CacheTable::Digest);
      for (std::size_t i = 0; i < stamps.size(); ++i)
        if (const auto value = txn.get(table, key_of(stamps[i])))
          found[i] = parse_entry(stamps[i], *value);
    });
  });
  return found;
}

void Cache::put(std::span<const CacheEntry> entries, Timestamp hashed_at) {
  std::vector<CacheEntry> proven;
  std::vector<FileStamp> stamps;
  for (const CacheEntry& entry : entries) {
    if (!is_proven(entry.stamp, hashed_at)) continue;
    proven.push_back(entry);
    stamps.push_back(entry.stamp);
  }
  const std::vector<std::optional<CacheEntry>> known = find(stamps);
  std::vector<std::pair<std::string, std::string>> rows;
  for (std::size_t i = 0; i < proven.size(); ++i)
    if (merge(proven[i], known[i])) rows.emplace_back(key_of(stamps[i]), value_of(proven[i]));
  std::ranges::sort(rows);
  impl_->put(rows, CacheTable::Digest);
}

// The name is that of the file, so that the state of a version that is gone is replaced.
std::optional<std::string> Cache::find_partial(const FileStamp& stamp) {
  const std::string name = "partial:" + key_of(stamp);
  std::optional<std::string> value = std::move(values({&name, 1}).front());
  const std::string version = version_of(stamp);
  if (!value || !value->starts_with(version)) return std::nullopt;
  return value->substr(version.size());
}

void Cache::keep_partial(const FileStamp& stamp, std::string_view state, Timestamp begun_at) {
  if (!is_proven(stamp, begun_at)) return;
  const std::pair<std::string, std::string> row{"partial:" + key_of(stamp),
                                                version_of(stamp).append(state)};
  put_values({&row, 1});
}

std::vector<std::optional<std::string>> Cache::values(std::span<const std::string> names) const {
  std::vector<std::optional<std::string>> found(names.size());
  if (names.empty()) return found;
  impl_->attempt([&](LmdbEnv& env) {
    env.read([&](const TableTransaction& txn) {
      const TableNumber table = static_cast<TableNumber>(CacheTable::Value);
      for (std::size_t i = 0; i < names.size(); ++i)
        if (const auto value = txn.get(table, key_text(names[i]))) found[i] = std::string(*value);
    });
  });
  return found;
}

void Cache::put_values(std::span<const std::pair<std::string, std::string>> values) {
  std::vector<std::string> names;
  names.reserve(values.size());
  for (const auto& [name, value] : values) names.push_back(name);
  const std::vector<std::optional<std::string>> known = this->values(names);
  std::vector<std::pair<std::string, std::string>> rows;
  for (std::size_t i = 0; i < values.size(); ++i)
    if (known[i] != values[i].second) rows.emplace_back(key_text(names[i]), values[i].second);
  std::ranges::sort(rows);
  impl_->put(rows, CacheTable::Value);
}

}  // namespace roar
