#include "plumbing/collect_face.h"
#include "plumbing/commands.h"
#include "plumbing/options.h"

namespace roar::plumbing {

int cmd_gc(Context& context, Arguments arguments) {
  CollectRequest request{.command = "gc"};
  Options options(
      "gc [--prune <age>] [-n | --force] [--expire-to <file>] [--max-time <seconds>] [-q] "
      "[-z | --json]");
  options.value(0, "prune", "age", request.age, "remove what is older; 2w by default");
  declare_collect_options(options, request);
  if (!options.parse(arguments).empty()) throw options.usage_error("gc takes no operands");
  return collect_and_print(context, options, request);
}

}  // namespace roar::plumbing
