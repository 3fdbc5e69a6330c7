#pragma once

#include <cstdint>
#include <filesystem>
#include <string_view>

// What can be found out about an LMDB file before LMDB maps it.

namespace roar {

struct LmdbFileCheck {
  std::uint64_t size = 0;    // of the file, in bytes
  std::uint64_t wanted = 0;  // what the newer of its two meta pages says; 0 if neither is readable
};

// Throws Errc::Io if the file cannot be read.
LmdbFileCheck check_lmdb_file(const std::filesystem::path& file);

// The name of a network file system on which LMDB's locks and map do not work, such as "nfs";
// empty if the directory is on another kind.
std::string_view network_file_system(const std::filesystem::path& directory);
// The same for a magic number of statfs(2).
std::string_view network_file_system_name(std::uint32_t magic) noexcept;

}  // namespace roar
