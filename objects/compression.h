#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

// The only header that knows Zstandard; <zstd.h> itself is included by compression.cc alone.

namespace roar {

// Compresses and decompresses small byte strings. Keeps the library's work space between calls, so
// use one for many; not for use from several threads at once.
class Compression {
 public:
  Compression();
  ~Compression();
  Compression(const Compression&) = delete;
  Compression& operator=(const Compression&) = delete;

  // A frame without what the caller knows anyway: magic number, content size, checksum. Nullopt if
  // it would not be smaller than `bytes`.
  std::optional<std::string> compress(std::string_view bytes);

  // The reverse. Nullopt unless `frame` holds exactly `size` bytes. Allocates `size` bytes first,
  // so the caller checks it against a limit.
  std::optional<std::string> decompress(std::string_view frame, std::size_t size);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace roar
