#include <ostream>

#include "objects/json.h"
#include "plumbing/care/rebuild.h"
#include "plumbing/commands.h"
#include "plumbing/options.h"
#include "plumbing/workspace.h"

namespace roar::plumbing {

int cmd_upgrade(Context& context, Arguments arguments) {
  bool dry_run = false;
  bool json = false;
  Options options("upgrade [-n] [--json]");
  options.flag('n', "dry-run", dry_run, "say what would be done; exit 1 if it is something")
      .flag(0, "json", json, "print JSON");
  if (!options.parse(arguments).empty()) throw options.usage_error("upgrade takes no operands");
  const std::filesystem::path directory = context.workspace->store_directory();
  const int before = format_in_child(directory);
  const int newest = newest_store_format();
  const bool needed = before < newest;
  if (needed && !dry_run) rebuild_in_child(directory, Rebuild::Upgrade);
  const int after = needed && !dry_run ? newest : before;
  if (json)
    context.out << json::encode(json::Object{{"format_after", after},
                                             {"format_before", before},
                                             {"newest", newest},
                                             {"version", 1}})
                << '\n';
  else if (!needed)
    context.out << "format " << before << " is the newest\n";
  else
    context.out << "format " << before << (dry_run ? " would become " : " became ") << newest
                << '\n';
  return needed && dry_run ? 1 : 0;
}

}  // namespace roar::plumbing
