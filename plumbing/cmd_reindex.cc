#include <ostream>

#include "objects/json.h"
#include "plumbing/care/rebuild.h"
#include "plumbing/commands.h"
#include "plumbing/options.h"
#include "plumbing/workspace.h"

namespace roar::plumbing {

int cmd_reindex(Context& context, Arguments arguments) {
  bool json = false;
  bool quiet = false;
  Options options("reindex [-q | --json]");
  options.flag('q', "quiet", quiet, "print nothing when all went well")
      .flag(0, "json", json, "print JSON");
  if (!options.parse(arguments).empty()) throw options.usage_error("reindex takes no operands");
  if (quiet && json) throw options.usage_error("cannot combine --quiet and --json");
  const RebuiltStore rebuilt =
      rebuild_in_child(context.workspace->store_directory(), Rebuild::Indexes);
  for (const std::string& line : rebuilt.unreadable) context.err << "warning: " << line << '\n';
  const std::uint64_t rows = rebuilt.report.rows;
  if (json)
    context.out << json::encode(json::Object{{"generation", rebuilt.report.generation},
                                             {"rows", rows},
                                             {"unreadable", rebuilt.unreadable.size()},
                                             {"version", 1}})
                << '\n';
  else if (!quiet)
    context.out << "wrote " << rows << " entries to " << rebuilt.report.generation << '\n';
  return rebuilt.unreadable.empty() ? 0 : 1;
}

}  // namespace roar::plumbing
