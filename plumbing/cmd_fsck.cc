#include <ostream>

#include "plumbing/commands.h"
#include "plumbing/fsck.h"
#include "plumbing/options.h"
#include "plumbing/workspace.h"

namespace roar::plumbing {

int cmd_fsck(Context& context, Arguments arguments) {
  const Options options("fsck");
  if (!options.parse(arguments).empty()) throw options.usage_error("fsck takes no operands");
  const FsckReport report = fsck(context.workspace->store_directory());
  for (const std::string& problem : report.problems) context.out << problem << '\n';
  return report.damage;
}

}  // namespace roar::plumbing
