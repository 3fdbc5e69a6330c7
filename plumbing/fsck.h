#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace roar::plumbing {

// What is wrong with a store; a set of bits, and the exit status of `roar fsck`.
enum class Damage : std::uint8_t {
  Content = 1,    // bytes that do not have their hash, or are not what they should be
  Missing = 2,    // an object that another one or a ref names is not there
  Index = 4,      // a derived table disagrees
  Refs = 8,       // a ref that is malformed or leads nowhere
  Structure = 32  // the file itself: it cannot be opened, or reading it crashes
};

struct FsckReport {
  std::uint8_t damage = 0;            // Damage bits
  std::vector<std::string> problems;  // one line each
};

// The quick check of a store that is not open: it can be opened, its format is known, every ref and
// the newest entry of every session lead to objects that can be read, and the numbers that it keeps
// of itself agree. Done in a child process, because LMDB crashes on some damage.
//
// Throws Errc::NotFound if there is no store and Errc::Unsupported if it is of a newer version.
FsckReport fsck_quickly(const std::filesystem::path& store_directory);

// The same, and that every object has its hash, can be read as what it is, and, if it is a job, has
// the objects that it names. Reads the whole store.
FsckReport fsck(const std::filesystem::path& store_directory);

}  // namespace roar::plumbing
