#include "plumbing/packs/bundle.h"

#include <algorithm>
#include <sstream>
#include <unordered_set>

#include "objects/base/error.h"
#include "plumbing/packs/file_streams.h"
#include "plumbing/packs/verify_pack.h"

namespace roar::plumbing {

BundlePlan plan_bundle(const ReadTransaction& transaction, const Workspace& workspace,
                       const NameList& names, bool all) {
  NamedObjects named = find_named(transaction, workspace, names, all);
  if (named.refs.empty())
    throw Error(Errc::NotFound, "refusing to create a bundle without refs; name one, or use --all");
  BundlePlan plan;
  named.selection.labels = true;
  plan.objects = plan_pack(transaction, named.selection);
  const std::unordered_set<ObjectId> packed(plan.objects.objects.begin(),
                                            plan.objects.objects.end());
  for (const NamedRef& ref : named.refs)
    if (packed.contains(ref.target)) plan.heads.push_back({ref.name, ref.target});
  if (plan.heads.empty())
    throw Error(Errc::NotFound, "refusing to create an empty bundle: nothing is new");
  for (const LabelRef& ref : plan.objects.labels)
    if (!std::ranges::binary_search(named.refs, ref.name, {}, &NamedRef::name))
      plan.heads.push_back({ref.name, ref.label});
  std::ranges::sort(plan.heads, {}, &BundleHead::ref);
  return plan;
}

PackSummary write_bundle(const Store& store, const BundlePlan& plan, const ByteSink& sink,
                         const PackProgress& progress) {
  sink(encode(BundleHeader{.prerequisites = plan.objects.prerequisites, .heads = plan.heads}));
  PackWriter writer(sink);
  add_objects(store, plan.objects.objects, writer, progress);
  return writer.finish();
}

void write_bundle_of(const Store& store, const std::vector<ObjectId>& objects,
                     const std::filesystem::path& path) {
  BundlePlan plan;
  store.read([&](const ReadTransaction& transaction) {
    plan.objects = plan_pack(transaction, {.wanted = objects, .excluded = {}, .exact = true});
  });
  std::ostringstream unused;
  OutputFile file(path, unused);
  write_bundle(store, plan, file.sink(), {});
  file.commit();
}

BundleCheck verify_bundle(const ByteSource& source, const Store* store) {
  BundleReader reader(source);
  BundleCheck check{.header = reader.header(), .summary = {}, .missing = {}};
  std::unordered_set<ObjectId> targets;
  for (const BundleHead& head : check.header.heads) targets.insert(head.target);
  const PackStatistics pack =
      verify_pack(reader.pack(), {}, [&](const PackedObject& object) { targets.erase(object.id); });
  check.summary = pack.summary;
  for (const BundleHead& head : check.header.heads)
    if (targets.contains(head.target))
      throw Error(Errc::Corrupt, "bundle is damaged: ref '" + head.ref + "' is at object " +
                                     head.target.hex() + ", which it does not have");
  std::vector<ObjectId> needed;
  std::ranges::set_union(check.header.prerequisites, pack.outside, std::back_inserter(needed));
  if (store == nullptr) {
    check.missing = std::move(needed);
    return check;
  }
  store->read([&](const ReadTransaction& transaction) {
    check.missing.clear();
    for (const ObjectId& id : needed)
      if (!transaction.info(id)) check.missing.push_back(id);
  });
  return check;
}

}  // namespace roar::plumbing
