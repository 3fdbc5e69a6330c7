#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace roar {

// The digests that we compute.
enum class Algorithm : std::uint8_t { Blake3 = 1, Sha256 = 2, Sha512 = 3, Md5 = 4 };

std::string_view algorithm_name(Algorithm algorithm) noexcept;  // "blake3", ...
std::optional<Algorithm> algorithm_from_name(std::string_view name) noexcept;
// "blake3, md5, sha256, sha512": for messages.
std::string algorithm_names();

inline constexpr std::size_t kHashPieceSize = std::size_t{256} << 10;

// A digest in the making. One per stream; not for use from several threads at once.
class Hasher {
 public:
  explicit Hasher(Algorithm algorithm);
  ~Hasher();
  Hasher(const Hasher&) = delete;
  Hasher& operator=(const Hasher&) = delete;
  Hasher(Hasher&&) noexcept;
  Hasher& operator=(Hasher&&) noexcept;

  void update(std::string_view bytes);
  // The same for kHashPieceSize bytes, if all before came so, and something follows by update().
  void add_piece(std::string_view bytes);
  // What the pieces added so far, at least one and nothing else, have come to: less than 2 KiB, of
  // use to this build of the program alone. Nullopt if this build has none for the algorithm.
  std::optional<std::string> state() const;
  // Makes a fresh hasher go on from such a state of its algorithm after so many pieces. Returns
  // false, and changes nothing, if it is none.
  bool resume(std::string_view state, std::uint64_t pieces);
  // The raw digest of everything so far. The hasher is of no use afterwards.
  std::string finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Raw digest of a byte string.
std::string digest_of(Algorithm algorithm, std::string_view bytes);

}  // namespace roar
