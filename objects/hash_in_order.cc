#include <algorithm>
#include <cerrno>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "objects/base/hex.h"
#include "objects/hash_work.h"

namespace roar::hashing {
namespace {

using Status = HashResult::Status;

constexpr std::string_view kMagic = "in order";  // no state of hash_together begins so
constexpr std::uint64_t kPiecesPerKeeping = 16'384;

void append_number(std::string& bytes, std::uint64_t number) {
  for (unsigned i = 0; i < sizeof number; ++i)
    bytes += static_cast<char>(number >> (8 * i) & 0xffU);
}

std::optional<std::uint64_t> take_number(std::string_view& bytes) {
  std::uint64_t number = 0;
  if (bytes.size() < sizeof number) return std::nullopt;
  for (unsigned i = 0; i < sizeof number; ++i)
    number |= std::uint64_t{static_cast<unsigned char>(bytes[i])} << (8 * i);
  bytes.remove_prefix(sizeof number);
  return number;
}

// One file, in one thread.
class OrderedFile {
 public:
  OrderedFile(Work& work, std::span<const Algorithm> algorithms, OpenFile& file)
      : work_(work), algorithms_(algorithms), file_(file) {
    restart();
  }

  void hash(Buffer& buffer);

 private:
  bool is_resumable() const noexcept {
    return work_.partial() != nullptr && file_.result.stamp.size >= kBigFile;
  }
  void restart();
  void add(std::string_view bytes);
  bool resume_from(std::string_view state);
  void resume();
  void keep() const;

  Work& work_;
  std::span<const Algorithm> algorithms_;
  OpenFile& file_;
  std::vector<Hasher> hashers_;
  std::uint64_t pieces_ = 0;  // done
};

void OrderedFile::restart() {
  hashers_.clear();
  hashers_.reserve(algorithms_.size());
  for (const Algorithm algorithm : algorithms_) hashers_.emplace_back(algorithm);
  pieces_ = 0;
}

// Only of whole pieces it is known that they are, and that something follows.
void OrderedFile::add(std::string_view bytes) {
  const std::uint64_t size = file_.result.stamp.size;
  const bool is_piece =
      bytes.size() == kHashPieceSize && (pieces_ + 1) * kHashPieceSize < size && is_resumable();
  for (Hasher& hasher : hashers_) is_piece ? hasher.add_piece(bytes) : hasher.update(bytes);
  pieces_ += is_piece ? 1 : 0;
  if (is_piece && pieces_ % kPiecesPerKeeping == 0) keep();
}

void OrderedFile::keep() const {
  if (!is_resumable() || pieces_ == 0) return;
  std::string state(kMagic);
  append_number(state, pieces_);
  append_number(state, hashers_.size());
  for (std::size_t i = 0; i < hashers_.size(); ++i) {
    const auto one = hashers_[i].state();
    if (!one) return;
    append_number(state, static_cast<std::uint64_t>(algorithms_[i]));
    append_number(state, one->size());
    state += *one;
  }
  work_.partial()->keep_partial(file_.result.stamp, state, file_.result.begun_at);
}

bool OrderedFile::resume_from(std::string_view state) {
  if (!state.starts_with(kMagic)) return false;
  state.remove_prefix(kMagic.size());
  const auto pieces = take_number(state);
  const std::uint64_t most = (file_.result.stamp.size - 1) / kHashPieceSize;
  if (!pieces || *pieces > most || take_number(state) != hashers_.size()) return false;
  for (std::size_t i = 0; i < hashers_.size(); ++i) {
    if (take_number(state) != static_cast<std::uint64_t>(algorithms_[i])) return false;
    const auto size = take_number(state);
    if (!size || *size > state.size()) return false;
    if (!hashers_[i].resume(state.substr(0, *size), *pieces)) return false;
    state.remove_prefix(*size);
  }
  pieces_ = *pieces;
  return state.empty();
}

void OrderedFile::resume() {
  if (!is_resumable()) return;
  const auto state = work_.partial()->find_partial(file_.result.stamp);
  if (!state) return;
  if (!resume_from(*state)) return restart();
  work_.add_progress(pieces_ * kHashPieceSize);
}

void OrderedFile::hash(Buffer& buffer) {
  let_settle(work_, file_);
  resume();
  const std::uint64_t size = file_.result.stamp.size;
  for (std::uint64_t offset = pieces_ * kHashPieceSize;;) {
    if (work_.stopped()) {
      keep();
      file_.result.status = Status::Interrupted;
      return;
    }
    // More than the size would be another version. (Files of /proc have content, but no size.)
    const std::uint64_t wanted =
        size > offset ? std::min<std::uint64_t>(size - offset, Buffer::kSize) : Buffer::kSize;
    const ssize_t n = read_fully(file_.fd.get(), buffer.data(), wanted, offset);
    if (n < 0) {
      file_.result = failure(errno);
      return;
    }
    if (n == 0) break;
    add({buffer.data(), static_cast<std::size_t>(n)});
    offset += static_cast<std::uint64_t>(n);
    work_.add_progress(static_cast<std::uint64_t>(n));
    if (offset == size) break;
  }
  for (Hasher& hasher : hashers_) {
    const std::string digest = hasher.finish();
    file_.result.digests.push_back(
        to_hex({reinterpret_cast<const std::uint8_t*>(digest.data()), digest.size()}));
  }
}

}  // namespace

void hash_in_order(Work& work, std::span<const Algorithm> algorithms, OpenFile& file,
                   Buffer& buffer) {
  OrderedFile(work, algorithms, file).hash(buffer);
}

}  // namespace roar::hashing
