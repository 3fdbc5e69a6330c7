#include "plumbing/refs/merged.h"

#include <optional>
#include <set>

#include "plumbing/lineage/list_lineage.h"

namespace roar::plumbing {
namespace {

std::optional<ObjectId> point_in_lineage(const ReadTransaction& transaction, const ListedRef& ref) {
  const auto has_lineage = [](ObjectType type) {
    return type == ObjectType::Job || type == ObjectType::Artifact;
  };
  if (has_lineage(ref.object.type)) return ref.object.id;
  const std::optional<ObjectId> subject = subject_of(transaction, ref.object);
  const std::optional<ObjectInfo> info = subject ? transaction.info(*subject) : std::nullopt;
  return info && has_lineage(info->type) ? subject : std::nullopt;
}

}  // namespace

void keep_merged(const ReadTransaction& transaction, const std::vector<ObjectId>& objects,
                 bool merged, std::vector<ListedRef>& refs) {
  std::set<ObjectId> lineage;
  LineageQuery query;
  query.from = objects;
  for (const ObjectInfo& object : list_lineage(transaction, query)) lineage.insert(object.id);
  std::erase_if(refs, [&](const ListedRef& ref) {
    const std::optional<ObjectId> point = point_in_lineage(transaction, ref);
    return !point || lineage.contains(*point) != merged;
  });
}

}  // namespace roar::plumbing
