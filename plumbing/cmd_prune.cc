#include "plumbing/collect_face.h"
#include "plumbing/commands.h"
#include "plumbing/options.h"

namespace roar::plumbing {

int cmd_prune(Context& context, Arguments arguments) {
  CollectRequest request{.command = "prune"};
  Options options(
      "prune [--expire <age>] [-n | --force] [--expire-to <file>] [--max-time <seconds>] [-q] "
      "[-z | --json] [<name>...]");
  options.value(0, "expire", "age", request.age, "remove what is older; 2w by default");
  declare_collect_options(options, request);
  const auto names = options.parse(arguments);
  request.keep.assign(names.begin(), names.end());
  return collect_and_print(context, options, request);
}

}  // namespace roar::plumbing
