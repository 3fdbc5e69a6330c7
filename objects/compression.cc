#include "objects/compression.h"

#include <zstd.h>

#include <algorithm>
#include <new>

#include "objects/base/c_handle.h"
#include "objects/base/error.h"

namespace roar {
namespace {

// Higher levels gain nothing on objects of this size.
constexpr int kLevel = 3;
// What a higher level takes to prepare the dictionary, at each start, is more than it gives: 0.2
// ms, for 0.7 % of the size.
constexpr int kDictionaryLevel = 1;
// Against a base of some kilobytes, the matches that level 3 looks for make the frames larger.
constexpr int kAgainstBaseLevel = 1;
// Every frame starts with these four bytes.
constexpr std::string_view kMagic("\x28\xB5\x2F\xFD", 4);

extern "C" {
extern const char kRoarDictionary1[];
extern const char kRoarDictionary1End[];
}

std::string_view first_dictionary() noexcept {
  return {kRoarDictionary1, static_cast<std::size_t>(kRoarDictionary1End - kRoarDictionary1)};
}

// Prepared once, at the first use: the library shares them among threads.
const ZSTD_CDict* dictionary_to_compress() {
  static const CHandle<ZSTD_CDict, ZSTD_freeCDict> made(
      ZSTD_createCDict(first_dictionary().data(), first_dictionary().size(), kDictionaryLevel));
  if (!made) throw std::bad_alloc();
  return made.get();
}

const ZSTD_DDict* dictionary_to_decompress() {
  static const CHandle<ZSTD_DDict, ZSTD_freeDDict> made(
      ZSTD_createDDict(first_dictionary().data(), first_dictionary().size()));
  if (!made) throw std::bad_alloc();
  return made.get();
}

}  // namespace

struct Compression::State {
  CHandle<ZSTD_CCtx, ZSTD_freeCCtx> compressor;  // made at first use: readers need none
  CHandle<ZSTD_DCtx, ZSTD_freeDCtx> decompressor;

  ZSTD_CCtx* to_compress();
  ZSTD_DCtx* to_decompress();
  // With what the contexts have been told.
  std::optional<std::string> frame_of(std::string_view bytes);
  std::optional<std::string> bytes_of(std::string_view frame, std::size_t size);
};

ZSTD_CCtx* Compression::State::to_compress() {
  if (compressor) return compressor.get();
  compressor.reset(ZSTD_createCCtx());
  ZSTD_CCtx* const made = compressor.get();
  if (made == nullptr) throw std::bad_alloc();
  ZSTD_CCtx_setParameter(made, ZSTD_c_compressionLevel, kLevel);
  ZSTD_CCtx_setParameter(made, ZSTD_c_contentSizeFlag, 0);
  ZSTD_CCtx_setParameter(made, ZSTD_c_checksumFlag, 0);
  ZSTD_CCtx_setParameter(made, ZSTD_c_dictIDFlag, 0);
  return made;
}

ZSTD_DCtx* Compression::State::to_decompress() {
  if (!decompressor) decompressor.reset(ZSTD_createDCtx());
  if (!decompressor) throw std::bad_alloc();
  return decompressor.get();
}

Compression::Compression() : state_(std::make_unique<State>()) {}
Compression::~Compression() = default;

std::optional<std::string> Compression::State::frame_of(std::string_view bytes) {
  std::string frame(ZSTD_compressBound(bytes.size()), '\0');
  const std::size_t size =
      ZSTD_compress2(to_compress(), frame.data(), frame.size(), bytes.data(), bytes.size());
  ROAR_ASSERT(!ZSTD_isError(size) && size > kMagic.size() && frame.starts_with(kMagic));
  if (size - kMagic.size() >= bytes.size()) return std::nullopt;
  frame.resize(size);
  frame.erase(0, kMagic.size());
  return frame;
}

std::optional<std::string> Compression::State::bytes_of(std::string_view frame, std::size_t size) {
  const std::string whole = std::string(kMagic).append(frame);
  // One byte more than announced shows a frame that is too long.
  std::string bytes(size + 1, '\0');
  const std::size_t n =
      ZSTD_decompressDCtx(to_decompress(), bytes.data(), bytes.size(), whole.data(), whole.size());
  if (ZSTD_isError(n) || n != size) return std::nullopt;
  bytes.resize(size);
  return bytes;
}

std::optional<std::string> Compression::compress(std::string_view bytes, Dictionary dictionary) {
  ZSTD_CCtx_refCDict(state_->to_compress(),
                     dictionary == Dictionary::None ? nullptr : dictionary_to_compress());
  return state_->frame_of(bytes);
}

std::optional<std::string> Compression::decompress(std::string_view frame, std::size_t size,
                                                   Dictionary dictionary) {
  ZSTD_DCtx_refDDict(state_->to_decompress(),
                     dictionary == Dictionary::None ? nullptr : dictionary_to_decompress());
  return state_->bytes_of(frame, size);
}

std::optional<std::string> Compression::compress_against(std::string_view base,
                                                         std::string_view bytes) {
  ZSTD_CCtx* const context = state_->to_compress();
  ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, kAgainstBaseLevel);
  ZSTD_CCtx_refPrefix(context, base.data(), base.size());
  std::optional<std::string> frame = state_->frame_of(bytes);
  ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, kLevel);
  return frame;
}

std::optional<std::string> Compression::decompress_against(std::string_view base,
                                                           std::string_view frame,
                                                           std::size_t size) {
  ZSTD_DCtx_refPrefix(state_->to_decompress(), base.data(), base.size());
  return state_->bytes_of(frame, size);
}

// --- streams -------------------------------------------------------------------------------------

struct CompressedStream::State {
  CHandle<ZSTD_CCtx, ZSTD_freeCCtx> context;

  // Returns whether there is nothing left to write.
  bool advance(ZSTD_inBuffer& in, ZSTD_EndDirective directive, std::string& out) {
    const std::size_t before = out.size();
    out.resize(before + ZSTD_CStreamOutSize());
    ZSTD_outBuffer buffer{out.data() + before, out.size() - before, 0};
    const std::size_t left = ZSTD_compressStream2(context.get(), &buffer, &in, directive);
    ROAR_ASSERT(!ZSTD_isError(left));
    out.resize(before + buffer.pos);
    return left == 0;
  }
};

CompressedStream::CompressedStream() : state_(std::make_unique<State>()) {
  state_->context.reset(ZSTD_createCCtx());
  ZSTD_CCtx* const made = state_->context.get();
  if (made == nullptr) throw std::bad_alloc();
  ZSTD_CCtx_setParameter(made, ZSTD_c_compressionLevel, kLevel);
  ZSTD_CCtx_setParameter(made, ZSTD_c_checksumFlag, 0);
}
CompressedStream::~CompressedStream() = default;

void CompressedStream::add(std::string_view bytes, std::string& out) {
  ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
  while (in.pos < in.size) state_->advance(in, ZSTD_e_continue, out);
}

void CompressedStream::finish(std::string& out) {
  ZSTD_inBuffer in{nullptr, 0, 0};
  while (!state_->advance(in, ZSTD_e_end, out)) continue;
}

struct DecompressedStream::State {
  CHandle<ZSTD_DCtx, ZSTD_freeDCtx> context;
};

DecompressedStream::DecompressedStream() : state_(std::make_unique<State>()) {
  constexpr int kWindowLogMax = 23;
  state_->context.reset(ZSTD_createDCtx());
  if (!state_->context) throw std::bad_alloc();
  ZSTD_DCtx_setParameter(state_->context.get(), ZSTD_d_windowLogMax, kWindowLogMax);
}
DecompressedStream::~DecompressedStream() = default;

DecompressedStream::Step DecompressedStream::step(std::string_view in, std::string& out,
                                                  std::size_t limit) {
  const std::size_t before = out.size();
  out.resize(before + std::min(limit, ZSTD_DStreamOutSize()));
  ZSTD_inBuffer from{in.data(), in.size(), 0};
  ZSTD_outBuffer to{out.data() + before, out.size() - before, 0};
  const std::size_t left = ZSTD_decompressStream(state_->context.get(), &to, &from);
  out.resize(before + to.pos);
  if (ZSTD_isError(left))
    throw Error(Errc::Corrupt,
                "compressed data are damaged: " + std::string(ZSTD_getErrorName(left)));
  return {.taken = from.pos, .appended = to.pos, .ended = left == 0};
}

}  // namespace roar
