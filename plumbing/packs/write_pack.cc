#include "plumbing/packs/write_pack.h"

#include <optional>
#include <utility>

#include "objects/base/error.h"
#include "objects/transaction.h"

namespace roar::plumbing {
namespace {

// Read at once, in one snapshot.
constexpr std::size_t kObjectsAtOnce = 256;
constexpr std::size_t kBytesAtOnce = std::size_t{1} << 20;

}  // namespace

void add_objects(const Store& store, const std::vector<ObjectId>& objects, PackWriter& writer,
                 const PackProgress& progress) {
  std::vector<RawObject> batch;
  for (std::size_t next = 0; next < objects.size(); next += batch.size()) {
    store.read([&](const ReadTransaction& transaction) {
      batch.clear();
      std::size_t bytes = 0;
      while (next + batch.size() < objects.size() && batch.size() < kObjectsAtOnce &&
             bytes < kBytesAtOnce) {
        const ObjectId& id = objects[next + batch.size()];
        std::optional<RawObject> object = transaction.object(id);
        if (!object) throw Error(Errc::NotFound, "object " + id.hex() + " is missing");
        bytes += object->payload.size();
        batch.push_back(*std::move(object));
      }
    });
    for (const RawObject& object : batch) writer.add(object.type, object.payload);
    if (progress) progress(next + batch.size());
  }
}

}  // namespace roar::plumbing
