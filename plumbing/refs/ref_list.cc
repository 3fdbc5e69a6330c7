#include "plumbing/refs/ref_list.h"

#include <fnmatch.h>

#include "objects/base/error.h"
#include "objects/label.h"
#include "objects/session.h"

namespace roar::plumbing {
namespace {

std::optional<ObjectId> end_of_ref(const ReadTransaction& transaction, const Ref& ref) {
  if (ref.target) return ref.target;
  try {
    return transaction.resolve_ref(ref.name);
  } catch (const Error& error) {
    if (error.code() == Errc::Corrupt) return std::nullopt;
    throw;
  }
}

}  // namespace

RefList list_refs(const ReadTransaction& transaction, bool with_head) {
  std::vector<Ref> all = transaction.refs("refs/");
  if (with_head) {
    if (auto head = transaction.ref("HEAD")) all.insert(all.begin(), *std::move(head));
  }
  RefList list;
  for (Ref& ref : all) {
    const std::optional<ObjectId> target = end_of_ref(transaction, ref);
    if (!target) {
      list.dangling.push_back(std::move(ref.name));
      continue;
    }
    const std::optional<ObjectInfo> info = transaction.info(*target);
    if (!info) {
      throw Error(Errc::Corrupt,
                  "ref '" + ref.name + "' names object " + target->hex() + ", which is missing");
    }
    list.refs.push_back(
        {.name = std::move(ref.name), .symbolic = std::move(ref.symbolic), .object = *info});
  }
  return list;
}

std::optional<ObjectId> subject_of(const ReadTransaction& transaction, const ObjectInfo& object) {
  if (object.type == ObjectType::Session)
    return decode_session(transaction.payload(object.id, ObjectType::Session)).job;
  if (object.type == ObjectType::Label)
    return decode_label(transaction.payload(object.id, ObjectType::Label)).target;
  return std::nullopt;
}

bool matches_ref_pattern(std::string_view name, std::string_view pattern) {
  if (name.starts_with(pattern) &&
      (name.size() == pattern.size() || pattern.ends_with('/') || name[pattern.size()] == '/'))
    return true;
  return ::fnmatch(std::string(pattern).c_str(), std::string(name).c_str(), FNM_PATHNAME) == 0;
}

}  // namespace roar::plumbing
