#include "plumbing/packs/verify_pack.h"

#include <algorithm>
#include <optional>
#include <unordered_set>
#include <utility>

#include "objects/base/error.h"
#include "plumbing/packs/check_object.h"

namespace roar::plumbing {

PackStatistics verify_pack(ByteSource pack, const PackReader::Limits& limits,
                           const std::function<void(const PackedObject&)>& visit) {
  PackReader reader(std::move(pack), limits);
  PackStatistics statistics;
  std::unordered_set<ObjectId> outside;
  while (const std::optional<PackedObject> object = reader.next()) {
    if (outside.contains(object->id))
      throw Error(Errc::Corrupt, "pack is damaged: " + std::string(type_name(object->type)) + " " +
                                     object->id.hex() + " comes after an object that names it");
    for (const TypedLink& link : check_object(reader, *object)) outside.insert(link.id);
    PackStatistics::OfType& of_type = statistics.types[object->type];
    ++of_type.objects;
    of_type.bytes += object->payload.size();
    if (visit) visit(*object);
  }
  statistics.summary = reader.summary();
  statistics.outside.assign(outside.begin(), outside.end());
  std::ranges::sort(statistics.outside);
  return statistics;
}

}  // namespace roar::plumbing
