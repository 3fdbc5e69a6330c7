#include "plumbing/options.h"
#include "porcelain/commands.h"
#include "porcelain/composite_commands.h"

namespace roar::porcelain {

int cmd_composite(Context& context, Arguments arguments) {
  CompositeRequest request;
  Options options(
      "composite create [--algorithm <algorithm>] [--all] [-n] [--json] <directory>\n"
      "composite diff [--exit-code] [--json] <composite> <composite>\n"
      "composite prove [--of <composite>] [--list] <file>...\n"
      "composite check [--root <root>] [--directory <directory>] [--json] <proof>");
  options
      .value(0, "algorithm", "algorithm", request.algorithm,
             "of the files' digests: blake3 or sha256")
      .flag(0, "all", request.all, "make every file a component, whatever the structure")
      .flag('n', "dry-run", request.dry_run, "store nothing")
      .flag(0, "exit-code", request.by_status, "exit 1 if they differ")
      .value(0, "of", "composite", request.of, "the composite that has the files")
      .flag(0, "list", request.list, "prove by the list of all components")
      .value(0, "root", "root", request.root, "what the proof must be bound to")
      .value(0, "directory", "directory", request.directory, "compare the files below it as well")
      .flag(0, "json", request.json, "print JSON");
  const auto operands = options.parse(arguments);
  const std::string_view action = operands.empty() ? "" : operands.front();
  const std::size_t count = operands.size();
  if (action == "create" && count == 2) return create_composite_of(context, operands[1], request);
  if (action == "diff" && count == 3)
    return diff_composites(context, operands[1], operands[2], request);
  if (action == "prove" && count >= 2)
    return prove_files(context, std::span(operands).subspan(1), request);
  if (action == "check" && count == 2) return check_proof_in(context, operands[1], request);
  throw options.usage_error("expected create, diff, prove or check, and what it takes");
}

}  // namespace roar::porcelain
