#include "objects/pack_writer.h"

#include <string>
#include <utility>

#include "objects/base/error.h"
#include "objects/compression.h"
#include "objects/key.h"
#include "objects/store.h"

namespace roar {
namespace {

constexpr std::size_t kFlushFrom = std::size_t{128} << 10;

}  // namespace

struct PackWriter::State {
  ByteSink sink;
  CompressedStream frame;
  Blake3 hash;
  std::string pending;  // complete, but not passed on
  PackSummary summary;

  void flush() {
    hash.update(pending);
    summary.bytes += pending.size();
    sink(pending);
    pending.clear();
  }
};

PackWriter::PackWriter(ByteSink sink) : state_(std::make_unique<State>()) {
  state_->sink = std::move(sink);
  state_->pending.append(kPackMagic);
  state_->pending += kPackVersion;
  state_->pending += kPackHashBlake3;
}
PackWriter::~PackWriter() = default;

void PackWriter::add(ObjectType type, std::string_view payload) {
  ROAR_ASSERT(payload.size() <= kObjectSizeMax);
  std::string head;
  append_number(head, static_cast<std::uint64_t>(type), 1);
  append_length(head, payload.size());
  state_->frame.add(head, state_->pending);
  state_->frame.add(payload, state_->pending);
  ++state_->summary.objects;
  state_->summary.payload_bytes += payload.size();
  if (state_->pending.size() >= kFlushFrom) state_->flush();
}

PackSummary PackWriter::finish() {
  state_->frame.finish(state_->pending);
  append_number(state_->pending, state_->summary.objects, kPackCountSize);
  state_->flush();
  PackSummary summary = state_->summary;
  summary.digest = state_->hash.finish();
  summary.bytes += summary.digest.size();
  state_->sink({reinterpret_cast<const char*>(summary.digest.data()), summary.digest.size()});
  return summary;
}

}  // namespace roar
