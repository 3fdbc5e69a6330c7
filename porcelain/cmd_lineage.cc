#include <charconv>
#include <optional>
#include <ostream>
#include <string>

#include "plumbing/graph/questions.h"
#include "plumbing/options.h"
#include "porcelain/commands.h"
#include "porcelain/json_views.h"
#include "porcelain/lineage_text.h"
#include "porcelain/name_selection.h"

namespace roar::porcelain {
namespace {

std::optional<std::uint64_t> depth_of(const std::string& text, const Options& options) {
  if (text.empty()) return std::nullopt;
  std::uint64_t depth = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, depth);
  if (error != std::errc() || stop != end) {
    throw options.usage_error("--depth takes a number, not '" + text + "'");
  }
  return depth;
}

}  // namespace

// The jobs and files that something came from, as a tree.
int cmd_lineage(Context& context, Arguments arguments) {
  NameSelection selection;
  std::string depth;
  std::string output;
  bool code = false;
  bool json = false;
  Options options("lineage [<options>] <name>");
  selection.declare(options);
  options.value(0, "depth", "jobs", depth, "how many jobs away; 1 is the one that made it")
      .flag(0, "code", code, "code that was read, too")
      .value('o', "output", "form", output, "tree or json")
      .flag(0, "json", json, "print JSON; the same as --output json");
  const auto operands = options.parse(arguments);
  const std::string name = selection.name(operands, options);
  if (!output.empty() && output != "tree" && output != "json") {
    throw options.usage_error("--output takes tree or json, not '" + output + "'");
  }
  const plumbing::LineageView view = plumbing::lineage_of_name(
      *context.store, *context.workspace, name, {.depth = depth_of(depth, options), .code = code});
  if (json || output == "json") {
    print_json(context.out, lineage_json(view));
  } else {
    print_lineage(context.out, view, name);
  }
  return 0;
}

}  // namespace roar::porcelain
