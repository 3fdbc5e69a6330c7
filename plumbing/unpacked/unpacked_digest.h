#pragma once

#include <atomic>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

// What is in a compressed file or an archive, whatever packed it: the time that gzip(1) notes, the
// order, times and compression of an archive's members, the name of the file that torch.save() puts
// before the name of each member all differ between files of one content.

namespace roar::plumbing {

// The name of the digest in records. It identifies no artifact: the bytes of two that share it may
// differ.
inline constexpr std::string_view kUnpackedDigest = "unpacked-blake3";

// In hexadecimal, BLAKE3 of
//
//  * what a compressed file holds: what `gzip -dc FILE | b3sum` prints;
//  * for an archive (tar, compressed or not, or zip), the lines that b3sum(1) prints of its files,
//    sorted by name: `b3sum $(find * -type f | LC_ALL=C sort) | b3sum`, where it was unpacked. What
//    a symbolic link points to counts as its content. A directory that all names begin with is left
//    off; directories themselves, times, owners and modes do not count.
//
// Nullopt if the file is neither, cannot be read to its end, or cannot be opened, and soon after
// `stop`, which may be null, becomes true. Memory: that of the names. Throws Errc::Unsupported if
// the library that reads archives cannot be loaded.
std::optional<std::string> unpacked_digest(const std::filesystem::path& file,
                                           const std::atomic<bool>* stop = nullptr);

// Throws as unpacked_digest() does, before there is a file.
void require_unpacking();

}  // namespace roar::plumbing
