#include "objects/compression.h"

#include <zstd.h>

#include <new>

#include "objects/base/c_handle.h"
#include "objects/base/error.h"

namespace roar {
namespace {

// Higher levels gain nothing on objects of this size.
constexpr int kLevel = 3;
// Every frame starts with these four bytes.
constexpr std::string_view kMagic("\x28\xB5\x2F\xFD", 4);

}  // namespace

struct Compression::State {
  CHandle<ZSTD_CCtx, ZSTD_freeCCtx> compressor;  // made at first use: readers need none
  CHandle<ZSTD_DCtx, ZSTD_freeDCtx> decompressor;
};

Compression::Compression() : state_(std::make_unique<State>()) {}
Compression::~Compression() = default;

std::optional<std::string> Compression::compress(std::string_view bytes) {
  if (!state_->compressor) {
    state_->compressor.reset(ZSTD_createCCtx());
    ZSTD_CCtx* const made = state_->compressor.get();
    if (made == nullptr) throw std::bad_alloc();
    ZSTD_CCtx_setParameter(made, ZSTD_c_compressionLevel, kLevel);
    ZSTD_CCtx_setParameter(made, ZSTD_c_contentSizeFlag, 0);
    ZSTD_CCtx_setParameter(made, ZSTD_c_checksumFlag, 0);
    ZSTD_CCtx_setParameter(made, ZSTD_c_dictIDFlag, 0);
  }
  std::string frame(ZSTD_compressBound(bytes.size()), '\0');
  const std::size_t size = ZSTD_compress2(state_->compressor.get(), frame.data(), frame.size(),
                                          bytes.data(), bytes.size());
  ROAR_ASSERT(!ZSTD_isError(size) && size > kMagic.size() && frame.starts_with(kMagic));
  if (size - kMagic.size() >= bytes.size()) return std::nullopt;
  frame.resize(size);
  frame.erase(0, kMagic.size());
  return frame;
}

std::optional<std::string> Compression::decompress(std::string_view frame, std::size_t size) {
  if (!state_->decompressor) {
    state_->decompressor.reset(ZSTD_createDCtx());
    if (!state_->decompressor) throw std::bad_alloc();
  }
  const std::string whole = std::string(kMagic).append(frame);
  // One byte more than announced shows a frame that is too long.
  std::string bytes(size + 1, '\0');
  const std::size_t n = ZSTD_decompressDCtx(state_->decompressor.get(), bytes.data(), bytes.size(),
                                            whole.data(), whole.size());
  if (ZSTD_isError(n) || n != size) return std::nullopt;
  bytes.resize(size);
  return bytes;
}

}  // namespace roar
