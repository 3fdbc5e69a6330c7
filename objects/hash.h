#pragma once

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
  // The raw digest of everything so far. The hasher is of no use afterwards.
  std::string finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Raw digest of a byte string.
std::string digest_of(Algorithm algorithm, std::string_view bytes);

}  // namespace roar
