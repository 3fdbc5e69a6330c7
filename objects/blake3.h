#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// The only header that knows the BLAKE3 library; its own headers are included by blake3.cc alone.

namespace roar {

using Blake3Digest = std::array<std::uint8_t, 32>;

// A BLAKE3 digest in the making.
//
// BLAKE3 is a tree over chunks of 1 KiB. A piece of kBlake3PieceSize bytes that starts at a
// multiple of that size is a whole subtree, so pieces can be reduced to their chaining values in
// any order, on any thread, and joined afterwards: see blake3_of_piece and add_piece.
class Blake3 {
 public:
  Blake3();
  ~Blake3();
  Blake3(const Blake3&) = delete;
  Blake3& operator=(const Blake3&) = delete;
  Blake3(Blake3&&) noexcept;
  Blake3& operator=(Blake3&&) noexcept;

  void update(std::string_view bytes);
  // As update() with the piece's bytes. Everything added before must have been whole pieces, and
  // at least one byte must follow by update() before finish().
  void add_piece(const Blake3Digest& chaining_value);
  // What the pieces added so far have come to, at least one and nothing else: less than 2 KiB,
  // however many they are.
  std::string state() const;
  // A digest that goes on from such a state, and the number of its pieces. Nullopt if it is none.
  static std::optional<std::pair<Blake3, std::uint64_t>> from_state(std::string_view state);
  Blake3Digest finish() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

Blake3Digest blake3_of(std::string_view bytes);

// The keyed digest: without the key, of 32 bytes, nothing can be said about what it is of.
Blake3Digest keyed_blake3_of(std::string_view key, std::string_view bytes);

inline constexpr std::size_t kBlake3PieceSize = std::size_t{256} << 10;
// Whether the library lets us reduce pieces on our own; if not, the two calls for pieces must not
// be used.
extern const bool kBlake3HasPieces;
// The chaining value of the piece with this index. `bytes` must be kBlake3PieceSize long. May be
// called from several threads.
Blake3Digest blake3_of_piece(std::string_view bytes, std::uint64_t index);

}  // namespace roar
