#pragma once

#include <memory>
#include <string_view>

#include "objects/base/byte_stream.h"
#include "objects/object_id.h"
#include "objects/pack.h"

namespace roar {

// Writes a pack while its objects come, with a few hundred KiB of memory. The same objects in the
// same order give the same bytes. From one thread at a time.
class PackWriter {
 public:
  // What the sink throws passes through; the writer is of no use afterwards.
  explicit PackWriter(ByteSink sink);
  ~PackWriter();
  PackWriter(const PackWriter&) = delete;
  PackWriter& operator=(const PackWriter&) = delete;

  // Each object once, and after those of the pack that it names: readers refuse another order.
  void add(ObjectType type, std::string_view payload);
  // The writer is of no use afterwards.
  PackSummary finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace roar
