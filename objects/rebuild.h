#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "objects/base/error.h"
#include "objects/store.h"

namespace roar {

enum class Rebuild : std::uint8_t {
  Compact,  // every table as it is, without the free space
  Indexes,  // objects, refs and their log as they are, and every derived table from them
  Upgrade,  // to the newest format: objects and holders as that has them, else as it is
};

struct RebuildReport {
  std::string generation;          // that took the place of the one before
  std::uint64_t bytes_before = 0;  // of its file
  std::uint64_t bytes_after = 0;
  std::uint64_t rows = 0;  // that were written
};

// The format of the tables of a store that is not open. Throws as Store's constructor does.
int format_of_store(const std::filesystem::path& directory);
// The newest one that this program knows.
int newest_store_format() noexcept;

// Writes a copy of the store as it is at one time to a directory, in which there must be no store,
// as a store of its own. Others may write to the store meanwhile. Durable when it returns. Throws
// as Store's constructor does, and Errc::Conflict if there is a store already.
void copy_store(const std::filesystem::path& directory, const std::filesystem::path& to);

// Writes the store's next generation in bounded batches and puts it in the place of the present one
// at once. Nobody writes meanwhile; readers keep what they see, and find the new one when they
// look next. The store must not be open in this process. Killed at any time, it leaves the old
// generation or the new one.
//
// `unreadable` is told of objects that should be in the index and cannot be read. Throws as
// Store's constructor does, and Errc::Busy if somebody else writes for too long.
RebuildReport rebuild_store(
    const std::filesystem::path& directory, Rebuild how,
    const std::function<void(const std::string&, const Error&)>& unreadable);

}  // namespace roar
