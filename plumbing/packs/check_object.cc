#include "plumbing/packs/check_object.h"

#include <optional>
#include <string>

#include "objects/base/error.h"
#include "objects/validate.h"

namespace roar::plumbing {
namespace {

std::string described(const PackedObject& object) {
  return std::string(type_name(object.type)) + " " + object.id.hex();
}

}  // namespace

void check_link(const PackedObject& object, const TypedLink& link, ObjectType found) {
  if (!link.type || *link.type == found) return;
  throw Error(Errc::Corrupt, described(object) + " names " + link.id.hex() + " as " +
                                 std::string(type_name(*link.type)) + ", which is of type " +
                                 std::string(type_name(found)));
}

std::vector<TypedLink> check_object(const PackReader& pack, const PackedObject& object) {
  std::vector<TypedLink> outside;
  try {
    check_payload(object.type, object.payload);
    outside = typed_links_of(object.type, object.payload);
  } catch (Error& error) {
    error.during(described(object));
    throw;
  }
  std::erase_if(outside, [&](const TypedLink& link) {
    const std::optional<ObjectType> type = pack.type_of(link.id);
    if (type) check_link(object, link, *type);
    return type.has_value();
  });
  return outside;
}

}  // namespace roar::plumbing
