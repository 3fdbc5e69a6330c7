#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "objects/object_id.h"
#include "objects/transaction.h"
#include "plumbing/workspace.h"

namespace roar::plumbing {

inline constexpr std::size_t kPrefixMin = 4;  // hexadecimal digits

// What a name stands for.
struct ResolvedName {
  ObjectId id;
  ObjectType type = ObjectType::Blob;
  std::string path;  // stored form, if the name was a path; its newest recorded version is `id`
};

// The object that a name stands for. roar(1), NAMES, lists the forms:
//
//   @N, @BN               latest successful job of a run or build step, else its latest job
//   HEAD, refs/...        what a ref points at
//   oid:HEX               an object by its id
//   ALGORITHM:HEX         an artifact by a digest
//   job:HEX, session:HEX  a job by its uid, a session's newest entry by its id
//   path:FILE             the newest recorded version of a file, relative to the current directory
//   HEX                   an id, a digest, a job's uid or a session's id: a whole name in this
//   order, or
//                         the one thing that the digits begin
//   anything else         a path
//
// Prefixes have at least kPrefixMin digits. Throws Errc::Conflict, listing the candidates, for a
// name that stands for several things, and Errc::NotFound for one that stands for nothing.
ResolvedName resolve(const ReadTransaction& transaction, const Workspace& workspace,
                     std::string_view name);

// Same, for names that cannot be paths.
ObjectId resolve_object(const ReadTransaction& transaction, std::string_view name);

// The shortest prefix of the id, of at least 8 digits, that no other object's id starts with.
std::string short_id(const ReadTransaction& transaction, const ObjectId& id);

}  // namespace roar::plumbing
