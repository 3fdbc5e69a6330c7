#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

// The only header that knows Zstandard; <zstd.h> itself is included by compression.cc alone.

namespace roar {

// What both sides of a compression know beforehand. Those of the store are part of the program, and
// never change: objects/dictionary.
enum class Dictionary : std::uint8_t { None, First };

// Compresses and decompresses small byte strings. Keeps the library's work space between calls, so
// use one for many; not for use from several threads at once.
class Compression {
 public:
  Compression();
  ~Compression();
  Compression(const Compression&) = delete;
  Compression& operator=(const Compression&) = delete;

  // A frame without what the caller knows anyway: magic number, content size, dictionary, checksum.
  // Nullopt if it would not be smaller than `bytes`.
  std::optional<std::string> compress(std::string_view bytes, Dictionary dictionary);

  // The reverse. Nullopt unless `frame` holds exactly `size` bytes. Allocates `size` bytes first,
  // so the caller checks it against a limit.
  std::optional<std::string> decompress(std::string_view frame, std::size_t size,
                                        Dictionary dictionary);

  // The same, where both sides know `base`: what it has in common with `bytes` takes next to no
  // room.
  std::optional<std::string> compress_against(std::string_view base, std::string_view bytes);
  std::optional<std::string> decompress_against(std::string_view base, std::string_view frame,
                                                std::size_t size);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// One Zstandard frame, whole and with its magic number, in the making. The same calls give the same
// bytes. From one thread at a time.
class CompressedStream {
 public:
  CompressedStream();
  ~CompressedStream();
  CompressedStream(const CompressedStream&) = delete;
  CompressedStream& operator=(const CompressedStream&) = delete;

  // Appends to `out` what is complete of the frame by now.
  void add(std::string_view bytes, std::string& out);
  // Appends the rest. The object is of no use afterwards.
  void finish(std::string& out);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// The reverse, for a frame that nobody vouches for: its window is limited to 8 MiB, which is
// all that is allocated on its word. From one thread at a time.
class DecompressedStream {
 public:
  DecompressedStream();
  ~DecompressedStream();
  DecompressedStream(const DecompressedStream&) = delete;
  DecompressedStream& operator=(const DecompressedStream&) = delete;

  struct Step {
    std::size_t taken = 0;     // bytes of `in`
    std::size_t appended = 0;  // bytes to `out`
    bool ended = false;        // the frame did: what follows in `in` is somebody else's
  };
  // Appends at most `limit` bytes to `out`. Neither taken nor appended anything: it needs more
  // input. Throws Errc::Corrupt if this is no such frame. Not to be called after the end.
  Step step(std::string_view in, std::string& out, std::size_t limit);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace roar
