#include "objects/pack_reader.h"

#include <algorithm>
#include <string>
#include <unordered_map>
#include <utility>

#include "objects/base/error.h"
#include "objects/compression.h"
#include "objects/key.h"

namespace roar {
namespace {

constexpr std::size_t kReadSize = std::size_t{64} << 10;

[[noreturn]] void fail(const std::string& problem) {
  throw Error(Errc::Corrupt, "pack is damaged: " + problem);
}

ObjectType known_type(char byte) {
  const auto number = static_cast<unsigned char>(byte);
  if (number < static_cast<unsigned char>(ObjectType::Artifact)) fail("an object has no type");
  if (number > static_cast<unsigned char>(ObjectType::Composite))
    throw Error(Errc::Unsupported,
                "pack has an object of unknown type " + std::to_string(number) + "; update roar");
  return static_cast<ObjectType>(number);
}

}  // namespace

struct PackReader::State {
  ByteSource source;
  Limits limits;
  std::string input;  // read, and not used from `used` on
  std::size_t used = 0;
  bool source_ended = false;
  DecompressedStream frame;
  bool begun = false;
  bool frame_ended = false;
  Blake3 hash;
  PackSummary summary;
  std::unordered_map<ObjectId, ObjectType> types;

  std::string_view unused() const { return std::string_view(input).substr(used); }

  // Reads more; false at the end of the source.
  bool read_more() {
    if (source_ended) return false;
    input.erase(0, used);
    used = 0;
    const std::size_t before = input.size();
    input.resize(before + kReadSize);
    const std::size_t n = source(input.data() + before, kReadSize);
    input.resize(before + n);
    source_ended = n == 0;
    return !source_ended;
  }

  // Counts what is used, and adds it to the digest.
  void use(std::size_t size) {
    hash.update(unused().substr(0, size));
    used += size;
    summary.bytes += size;
    if (summary.bytes > limits.bytes)
      throw Error(Errc::Unsupported,
                  "pack is larger than " + std::to_string(limits.bytes) + " bytes");
  }

  // The next bytes as they are in the file; not counted.
  std::string_view raw(std::size_t size) {
    while (unused().size() < size)
      if (!read_more()) fail("it is cut off");
    return unused().substr(0, size);
  }

  // Appends exactly `size` bytes of the frame; false if it ends before the first of them.
  bool pull(std::string& out, std::size_t size) {
    const std::size_t first = out.size();
    while (out.size() - first < size) {
      if (frame_ended) {
        if (out.size() == first) return false;
        fail("an object is cut off");
      }
      const auto step = frame.step(unused(), out, size - (out.size() - first));
      use(step.taken);
      frame_ended = step.ended;
      if (step.taken == 0 && step.appended == 0 && !step.ended && !read_more())
        fail("it is cut off");
    }
    return true;
  }

  void begin() {
    begun = true;
    const std::string_view header = raw(kPackHeaderSize);
    if (!header.starts_with(kPackMagic)) throw Error(Errc::Corrupt, "this is no pack");
    if (header[kPackMagic.size()] != kPackVersion)
      throw Error(Errc::Unsupported, "pack is of an unknown version; update roar");
    if (header[kPackMagic.size() + 1] != kPackHashBlake3)
      throw Error(Errc::Unsupported, "pack names its objects by an unknown hash; update roar");
    use(kPackHeaderSize);
  }

  std::size_t take_size() {
    constexpr unsigned kBits = 7;
    constexpr unsigned char kMore = 0x80;
    std::uint64_t size = 0;
    for (unsigned shift = 0;; shift += kBits) {
      std::string byte;
      if (!pull(byte, 1)) fail("an object is cut off");
      const auto bits = static_cast<unsigned char>(byte[0]);
      const std::uint64_t part = bits & (kMore - 1U);
      if (part == 0 && shift != 0 && (bits & kMore) == 0) fail("a length has a needless byte");
      // Before it is shifted out: four groups hold any length that is allowed.
      if (shift > 3 * kBits) fail_size();
      size |= part << shift;
      if ((bits & kMore) == 0) break;
    }
    if (size > limits.object_bytes) fail_size();
    return static_cast<std::size_t>(size);
  }

  [[noreturn]] void fail_size() const {
    throw Error(Errc::Unsupported, "pack has an object of more than " +
                                       std::to_string(limits.object_bytes) + " bytes");
  }

  void check_end() {
    const std::uint64_t count = number_at(raw(kPackCountSize), 0, kPackCountSize);
    use(kPackCountSize);
    if (count != summary.objects)
      fail("it has " + std::to_string(summary.objects) + " objects, and says " +
           std::to_string(count));
    summary.digest = hash.finish();
    const std::string_view digest(reinterpret_cast<const char*>(summary.digest.data()),
                                  summary.digest.size());
    if (raw(digest.size()) != digest) fail("its content does not have its digest");
    use(digest.size());
    if (!unused().empty() || read_more()) fail("something follows it");
  }
};

PackReader::PackReader(ByteSource source, const Limits& limits)
    : state_(std::make_unique<State>()) {
  state_->source = std::move(source);
  state_->limits = limits;
  state_->limits.object_bytes = std::min(limits.object_bytes, kObjectSizeMax);
}
PackReader::~PackReader() = default;

std::optional<PackedObject> PackReader::next() {
  if (!state_->begun) state_->begin();
  std::string head;
  if (!state_->pull(head, 1)) {
    state_->check_end();
    return std::nullopt;
  }
  PackedObject object;
  object.type = known_type(head[0]);
  const std::size_t size = state_->take_size();
  if (size > 0 && !state_->pull(object.payload, size)) fail("an object is cut off");
  object.id = object_id_of(object.type, object.payload);
  if (!state_->types.emplace(object.id, object.type).second)
    fail("object " + object.id.hex() + " is there twice");
  ++state_->summary.objects;
  state_->summary.payload_bytes += size;
  return object;
}

const PackSummary& PackReader::summary() const noexcept {
  return state_->summary;
}

std::optional<ObjectType> PackReader::type_of(const ObjectId& id) const {
  const auto found = state_->types.find(id);
  if (found == state_->types.end()) return std::nullopt;
  return found->second;
}

}  // namespace roar
