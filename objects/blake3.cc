#include "objects/blake3.h"

#include <blake3.h>

#include <algorithm>
#include <bit>
#include <cstring>

#ifdef ROAR_BLAKE3_HAS_IMPL
extern "C" {
#include <blake3_impl.h>
}
#endif

#include "objects/base/error.h"

namespace roar {
namespace {

const std::uint8_t* as_octets(std::string_view bytes) noexcept {
  return reinterpret_cast<const std::uint8_t*>(bytes.data());
}

}  // namespace

struct Blake3::State {
  blake3_hasher hasher;
};

Blake3::Blake3() : state_(std::make_unique<State>()) {
  blake3_hasher_init(&state_->hasher);
}
Blake3::~Blake3() = default;
Blake3::Blake3(Blake3&&) noexcept = default;
Blake3& Blake3::operator=(Blake3&&) noexcept = default;

void Blake3::update(std::string_view bytes) {
  blake3_hasher_update(&state_->hasher, bytes.data(), bytes.size());
}

Blake3Digest Blake3::finish() const {
  Blake3Digest digest;
  blake3_hasher_finalize(&state_->hasher, digest.data(), digest.size());
  return digest;
}

Blake3Digest blake3_of(std::string_view bytes) {
  blake3_hasher hasher;
  blake3_hasher_init(&hasher);
  blake3_hasher_update(&hasher, bytes.data(), bytes.size());
  Blake3Digest digest;
  blake3_hasher_finalize(&hasher, digest.data(), digest.size());
  return digest;
}

Blake3Digest keyed_blake3_of(std::string_view key, std::string_view bytes) {
  ROAR_ASSERT(key.size() == BLAKE3_KEY_LEN);
  blake3_hasher hasher;
  blake3_hasher_init_keyed(&hasher, as_octets(key));
  blake3_hasher_update(&hasher, bytes.data(), bytes.size());
  Blake3Digest digest;
  blake3_hasher_finalize(&hasher, digest.data(), digest.size());
  return digest;
}

#ifdef ROAR_BLAKE3_HAS_IMPL

const bool kBlake3HasPieces = true;

namespace {

constexpr std::size_t kPieceChunks = kBlake3PieceSize / BLAKE3_CHUNK_LEN;
static_assert(std::has_single_bit(kPieceChunks));
using ChainingValues = std::array<std::uint8_t, kPieceChunks * BLAKE3_OUT_LEN>;

// Reduces `count` inputs of `blocks` blocks each, `stride` bytes apart, to chaining values.
void reduce(const std::uint8_t* inputs, std::size_t count, std::size_t stride, bool chunks,
            std::uint64_t first_chunk, std::uint8_t* out) {
  const std::size_t blocks = stride / BLAKE3_BLOCK_LEN;
  std::array<const std::uint8_t*, MAX_SIMD_DEGREE> pointers;
  for (std::size_t done = 0; done < count;) {
    const std::size_t batch = std::min<std::size_t>(count - done, pointers.size());
    for (std::size_t i = 0; i < batch; ++i) pointers[i] = inputs + (done + i) * stride;
    const std::uint8_t flags = chunks ? 0 : PARENT;
    const std::uint8_t start = chunks ? CHUNK_START : 0;
    const std::uint8_t end = chunks ? CHUNK_END : 0;
    blake3_hash_many(pointers.data(), batch, blocks, IV, chunks ? first_chunk + done : 0, chunks,
                     flags, start, end, out + done * BLAKE3_OUT_LEN);
    done += batch;
  }
}

}  // namespace

Blake3Digest blake3_of_piece(std::string_view bytes, std::uint64_t index) {
  ROAR_ASSERT(bytes.size() == kBlake3PieceSize);
  ChainingValues values;
  ChainingValues parents;
  reduce(as_octets(bytes), kPieceChunks, BLAKE3_CHUNK_LEN, true, index * kPieceChunks,
         values.data());
  for (std::size_t count = kPieceChunks / 2; count > 0; count /= 2) {
    reduce(values.data(), count, BLAKE3_BLOCK_LEN, false, 0, parents.data());
    std::memcpy(values.data(), parents.data(), count * BLAKE3_OUT_LEN);
  }
  Blake3Digest result;
  std::copy_n(values.begin(), result.size(), result.begin());
  return result;
}

// What the library's own update does with a subtree: the stack holds one chaining value per one
// bit of the number of chunks so far, and is merged just before the next value comes, because only
// then is it certain that the topmost parent is not the root.
void Blake3::add_piece(const Blake3Digest& chaining_value) {
  blake3_hasher& hasher = state_->hasher;
  const auto wanted = static_cast<std::size_t>(std::popcount(hasher.chunk.chunk_counter));
  while (hasher.cv_stack_len > wanted) {
    std::uint8_t* children =
        hasher.cv_stack + (hasher.cv_stack_len - std::size_t{2}) * BLAKE3_OUT_LEN;
    Blake3Digest parent;
    reduce(children, 1, BLAKE3_BLOCK_LEN, false, 0, parent.data());
    std::memcpy(children, parent.data(), BLAKE3_OUT_LEN);
    --hasher.cv_stack_len;
  }
  std::memcpy(hasher.cv_stack + std::size_t{hasher.cv_stack_len} * BLAKE3_OUT_LEN,
              chaining_value.data(), chaining_value.size());
  ++hasher.cv_stack_len;
  hasher.chunk.chunk_counter += kPieceChunks;
}

std::string Blake3::state() const {
  const blake3_hasher& hasher = state_->hasher;
  const std::uint64_t pieces = hasher.chunk.chunk_counter / kPieceChunks;
  std::string state(sizeof pieces, '\0');
  for (std::size_t i = 0; i < sizeof pieces; ++i)
    state[i] = static_cast<char>(pieces >> (8 * i) & 0xffU);
  state.append(reinterpret_cast<const char*>(hasher.cv_stack),
               std::size_t{hasher.cv_stack_len} * BLAKE3_OUT_LEN);
  return state;
}

std::optional<std::pair<Blake3, std::uint64_t>> Blake3::from_state(std::string_view state) {
  std::uint64_t pieces = 0;
  if (state.size() < sizeof pieces) return std::nullopt;
  for (std::size_t i = 0; i < sizeof pieces; ++i)
    pieces |= std::uint64_t{as_octets(state)[i]} << (8 * i);
  const std::string_view values = state.substr(sizeof pieces);
  // The last piece has not been merged with those before it.
  constexpr std::uint64_t kMostPieces = std::uint64_t{1} << 45;
  if (pieces == 0 || pieces > kMostPieces) return std::nullopt;
  const auto count = static_cast<std::size_t>(std::popcount(pieces - 1)) + 1;
  if (values.size() != count * BLAKE3_OUT_LEN) return std::nullopt;
  std::pair<Blake3, std::uint64_t> result{Blake3(), pieces};
  blake3_hasher& hasher = result.first.state_->hasher;
  hasher.chunk.chunk_counter = pieces * kPieceChunks;
  std::memcpy(hasher.cv_stack, values.data(), values.size());
  hasher.cv_stack_len = static_cast<std::uint8_t>(count);
  return result;
}

#else

const bool kBlake3HasPieces = false;

Blake3Digest blake3_of_piece(std::string_view bytes, std::uint64_t) {
  ROAR_ASSERT(kBlake3HasPieces);
  return blake3_of(bytes);
}

void Blake3::add_piece(const Blake3Digest&) {
  ROAR_ASSERT(kBlake3HasPieces);
}

std::string Blake3::state() const {
  ROAR_ASSERT(kBlake3HasPieces);
  return {};
}

std::optional<std::pair<Blake3, std::uint64_t>> Blake3::from_state(std::string_view) {
  return std::nullopt;
}

#endif

}  // namespace roar
