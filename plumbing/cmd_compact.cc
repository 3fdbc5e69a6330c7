#include <ostream>

#include "objects/json.h"
#include "plumbing/care/rebuild.h"
#include "plumbing/commands.h"
#include "plumbing/options.h"
#include "plumbing/progress.h"
#include "plumbing/workspace.h"

namespace roar::plumbing {

int cmd_compact(Context& context, Arguments arguments) {
  bool json = false;
  bool quiet = false;
  Options options("compact [-q | --json]");
  options.flag('q', "quiet", quiet, "print nothing when all went well")
      .flag(0, "json", json, "print JSON");
  if (!options.parse(arguments).empty()) throw options.usage_error("compact takes no operands");
  if (quiet && json) throw options.usage_error("cannot combine --quiet and --json");
  const RebuildReport report =
      rebuild_in_child(context.workspace->store_directory(), Rebuild::Compact).report;
  if (json)
    context.out << json::encode(json::Object{{"bytes_after", report.bytes_after},
                                             {"bytes_before", report.bytes_before},
                                             {"generation", report.generation},
                                             {"version", 1}})
                << '\n';
  else if (!quiet)
    context.out << size_text(report.bytes_before) << " became " << size_text(report.bytes_after)
                << " in " << report.generation << '\n';
  return 0;
}

}  // namespace roar::plumbing
