#include <algorithm>
#include <ostream>
#include <string>
#include <vector>

#include "objects/base/error.h"
#include "objects/store.h"
#include "objects/transaction.h"
#include "plumbing/commands.h"
#include "plumbing/options.h"

namespace roar::plumbing {
namespace {

// As in git: a prefix ends where a component of the name does.
bool matches(std::string_view name, std::string_view prefix) {
  if (!name.starts_with(prefix)) return false;
  return name.size() == prefix.size() || prefix.ends_with('/') || name[prefix.size()] == '/';
}

}  // namespace

// HEAD is not below refs/ and is not listed, as in git.
int cmd_for_each_ref(Context& context, Arguments arguments) {
  const Options options("for-each-ref [<prefix>...]");
  const auto prefixes = options.parse(arguments);
  std::string text;
  context.store->read([&](const ReadTransaction& transaction) {
    text.clear();
    for (const Ref& ref : transaction.refs("refs/")) {
      const auto is_wanted = [&](std::string_view prefix) { return matches(ref.name, prefix); };
      if (!prefixes.empty() && std::ranges::none_of(prefixes, is_wanted)) continue;
      const std::optional<ObjectId> target = transaction.resolve_ref(ref.name);
      if (!target) continue;
      const std::optional<ObjectInfo> info = transaction.info(*target);
      if (!info)
        throw Error(Errc::Corrupt,
                    "ref '" + ref.name + "' names object " + target->hex() + ", which is missing");
      text += target->hex() + ' ' + std::string(type_name(info->type)) + '\t' + ref.name + '\n';
    }
  });
  context.out << text;
  return 0;
}

}  // namespace roar::plumbing
