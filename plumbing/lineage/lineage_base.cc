#include "plumbing/lineage/lineage_base.h"

#include <algorithm>
#include <iterator>

#include "objects/lineage.h"
#include "plumbing/lineage/list_lineage.h"

namespace roar::plumbing {
namespace {

// In order of number, from the highest.
std::vector<ObjectInfo> ancestors_of(const ReadTransaction& transaction, const ObjectId& id) {
  LineageQuery query;
  query.from = {id};
  return list_lineage(transaction, query);
}

// With an object, all that it came from is in `objects`; so what is no direct origin of another one
// is nobody's ancestor among them.
void keep_nearest(const ReadTransaction& transaction, std::vector<ObjectInfo>& objects) {
  LineageGraph graph(transaction, LineageReach::Adaptive);
  std::vector<bool> is_origin(graph.highest_number() + 1);
  for (const ObjectInfo& object : objects) {
    if (object.type != ObjectType::Job) {
      for (const std::uint64_t writer : graph.writers(object.sequence)) is_origin[writer] = true;
      continue;
    }
    graph.for_each_new_file(object.sequence, EdgeRole::Input,
                            [&](std::uint64_t artifact) { is_origin[artifact] = true; });
    for (const std::uint64_t parent : graph.parents(object.sequence)) is_origin[parent] = true;
  }
  std::erase_if(objects, [&](const ObjectInfo& object) { return is_origin[object.sequence]; });
}

}  // namespace

std::vector<ObjectInfo> lineage_bases(const ReadTransaction& transaction, const ObjectId& a,
                                      const ObjectId& b) {
  const std::vector<ObjectInfo> of_a = ancestors_of(transaction, a);
  const std::vector<ObjectInfo> of_b = ancestors_of(transaction, b);
  std::vector<ObjectInfo> common;
  std::ranges::set_intersection(of_a, of_b, std::back_inserter(common), std::ranges::greater(),
                                &ObjectInfo::sequence, &ObjectInfo::sequence);
  keep_nearest(transaction, common);
  return common;
}

bool is_ancestor(const ReadTransaction& transaction, const ObjectId& ancestor,
                 const ObjectId& object) {
  const std::vector<ObjectInfo> all = ancestors_of(transaction, object);
  return std::ranges::any_of(all, [&](const ObjectInfo& one) { return one.id == ancestor; });
}

}  // namespace roar::plumbing
