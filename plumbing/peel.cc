#include "plumbing/peel.h"

#include <optional>
#include <string>

#include "objects/base/error.h"
#include "objects/digest_record.h"
#include "objects/job.h"
#include "objects/label.h"
#include "objects/session.h"

namespace roar::plumbing {
namespace {

std::optional<ObjectId> part_of(const Job& job, ObjectType type) {
  switch (type) {
    case ObjectType::Environment:
      return job.environment;
    case ObjectType::Packages:
      return job.packages;
    case ObjectType::Processes:
      return job.processes;
    default:
      return std::nullopt;
  }
}

// The next object on the way to one of this type.
std::optional<ObjectId> next_of(const RawObject& object, ObjectType type) {
  switch (object.type) {
    case ObjectType::Session:
      return decode_session(object.payload).job;
    case ObjectType::Job:
      return part_of(decode_job(object.payload), type);
    case ObjectType::Digest:
      return decode_digest(object.payload).artifact;
    case ObjectType::Label:
      return decode_label(object.payload).target;
    default:
      return std::nullopt;
  }
}

}  // namespace

ObjectId peel(const ReadTransaction& transaction, const ObjectId& id, ObjectType type) {
  std::optional<ObjectId> here = id;
  while (here) {
    const std::optional<ObjectInfo> info = transaction.info(*here);
    if (!info) throw Error(Errc::NotFound, "object " + here->hex() + " is missing");
    if (info->type == type) return *here;
    here = next_of({info->type, transaction.payload(*here, info->type)}, type);
  }
  throw Error(Errc::NotFound,
              "object " + id.hex() + " leads to no " + std::string(type_name(type)));
}

}  // namespace roar::plumbing
