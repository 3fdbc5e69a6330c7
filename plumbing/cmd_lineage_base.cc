#include <ostream>
#include <vector>

#include "objects/base/error.h"
#include "objects/json.h"
#include "objects/store.h"
#include "plumbing/commands.h"
#include "plumbing/lineage/lineage_base.h"
#include "plumbing/options.h"
#include "plumbing/resolve.h"

namespace roar::plumbing {

int cmd_lineage_base(Context& context, Arguments arguments) {
  bool all = false;
  bool ancestor = false;
  bool json = false;
  bool null = false;
  Options options(
      "lineage-base [--all] [--json] [-z] <name> <name>\n"
      "lineage-base --is-ancestor <name> <name>");
  options.flag('a', "all", all, "print all of them, not only the latest written")
      .flag(0, "is-ancestor", ancestor,
            "print nothing; exit 1 unless the second came from the first")
      .flag(0, "json", json, "print JSON")
      .flag('z', "null", null, "end lines with NUL");
  const auto names = options.parse(arguments);
  if (names.size() != 2) throw options.usage_error("give two names");
  if (ancestor && (all || json || null))
    throw options.usage_error("--is-ancestor goes with no other option");
  bool came_from = false;
  std::vector<ObjectInfo> bases;
  context.store->read([&](const ReadTransaction& transaction) {
    const ObjectId first = resolve(transaction, *context.workspace, names[0]).id;
    const ObjectId second = resolve(transaction, *context.workspace, names[1]).id;
    if (ancestor) {
      came_from = is_ancestor(transaction, first, second);
    } else {
      bases = lineage_bases(transaction, first, second);
    }
  });
  if (ancestor) return came_from ? 0 : 1;
  const bool found = !bases.empty();
  if (!all && found) bases.resize(1);
  const char end = null ? '\0' : '\n';
  json::Array list;
  for (const ObjectInfo& base : bases) {
    if (json) {
      list.emplace_back(json::Object{{"oid", base.id.hex()}, {"type", type_name(base.type)}});
    } else {
      context.out << base.id.hex() << end;
    }
  }
  if (json)
    context.out << json::encode(json::Object{{"objects", std::move(list)}, {"version", 1}}) << end;
  return found ? 0 : 1;
}

}  // namespace roar::plumbing
