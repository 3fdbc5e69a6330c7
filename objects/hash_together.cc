#include <algorithm>
#include <cerrno>

#include "objects/base/hex.h"
#include "objects/blake3.h"
#include "objects/hash_work.h"

namespace roar::hashing {
namespace {

using Status = HashResult::Status;

// As many pieces are in flight as give 4 GiB, so that memory does not grow with the file.
constexpr std::uint64_t kPiecesPerRound = 16'384;

// Several threads hash one file.
class BigFile {
 public:
  BigFile(Work& work, OpenFile& file) : work_(&work), file_(&file) {}

  void hash() {
    // The last piece, whole or not, is added as bytes: only then is it known to be the last.
    const std::uint64_t size = file_->result.stamp.size;
    const std::uint64_t pieces = (size - 1) / kBlake3PieceSize;
    let_settle(*work_, *file_);
    Blake3 hasher;
    std::uint64_t first = resume(hasher, pieces);
    while (first < pieces && !failed_) {
      const std::uint64_t count = reduce(first, std::min(kPiecesPerRound, pieces - first));
      for (std::uint64_t i = 0; i < count; ++i) hasher.add_piece(values_[i]);
      first += count;
      if (count > 0 && first < pieces) keep(hasher);
    }
    if (failed_) return;
    const std::uint64_t offset = pieces * kBlake3PieceSize;
    Buffer buffer;
    const auto rest = static_cast<std::size_t>(size - offset);
    if (!read_exactly(buffer, offset, rest)) return keep(hasher);
    hasher.update({buffer.data(), rest});
    file_->result.digests.assign(1, to_hex(hasher.finish()));
  }

 private:
  // The number of pieces that an interrupted attempt has left in `hasher`.
  std::uint64_t resume(Blake3& hasher, std::uint64_t pieces) {
    if (work_->partial() == nullptr) return 0;
    const auto kept = work_->partial()->find_partial(file_->result.stamp);
    auto state = kept ? Blake3::from_state(*kept) : std::nullopt;
    if (!state || state->second > pieces) return 0;
    hasher = std::move(state->first);
    work_->add_progress(state->second * kBlake3PieceSize);
    return state->second;
  }

  void keep(const Blake3& hasher) {
    if (work_->partial() != nullptr)
      work_->partial()->keep_partial(file_->result.stamp, hasher.state(), file_->result.begun_at);
  }

  // Fills values_ with the chaining values of up to `count` pieces, and returns of how many. If
  // that is fewer, the result says why.
  std::uint64_t reduce(std::uint64_t first, std::uint64_t count) {
    values_.resize(count);
    next_ = 0;
    done_ = count;
    work_->run(count, [&] {
      Buffer buffer;
      for (std::uint64_t i = next_++; i < count; i = next_++) {
        if (failed_ || !read_exactly(buffer, (first + i) * kBlake3PieceSize, kBlake3PieceSize))
          return is_missing(i);
        values_[i] = blake3_of_piece({buffer.data(), kBlake3PieceSize}, first + i);
      }
    });
    return done_;
  }

  void is_missing(std::uint64_t position) {
    std::uint64_t before = done_;
    while (position < before && !done_.compare_exchange_weak(before, position)) {
    }
  }

  bool read_exactly(Buffer& buffer, std::uint64_t offset, std::size_t size) {
    if (work_->stopped()) return fail(Status::Interrupted, 0);
    const ssize_t n = read_fully(file_->fd.get(), buffer.data(), size, offset);
    if (n < 0) return fail(Status::Failed, errno);
    if (static_cast<std::size_t>(n) < size) return fail(Status::Unstable, 0);
    work_->add_progress(size);
    return true;
  }

  bool fail(Status status, int error) {
    if (!failed_.exchange(true)) {
      file_->result.status = status;
      file_->result.error = error;
    }
    return false;
  }

  Work* work_;
  OpenFile* file_;
  std::vector<Blake3Digest> values_;
  std::atomic<std::uint64_t> next_ = 0;
  std::atomic<std::uint64_t> done_ = 0;  // before the first that is missing
  std::atomic<bool> failed_ = false;
};

}  // namespace

void hash_together(Work& work, OpenFile& file) {
  BigFile(work, file).hash();
}

}  // namespace roar::hashing
