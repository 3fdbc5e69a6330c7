#include <unistd.h>

#include <istream>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "objects/base/hex.h"
#include "objects/json.h"
#include "objects/pack_writer.h"
#include "objects/store.h"
#include "plumbing/commands.h"
#include "plumbing/options.h"
#include "plumbing/packs/file_streams.h"
#include "plumbing/packs/name_list.h"
#include "plumbing/packs/pack_plan.h"
#include "plumbing/packs/write_pack.h"
#include "plumbing/progress.h"

namespace roar::plumbing {
namespace {

std::vector<std::string> lines_of(std::istream& in, char end) {
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line, end);) lines.push_back(line);
  return lines;
}

PackPlan plan_of(const Context& context, const NameList& names, bool all, bool exact) {
  PackPlan plan;
  context.store->read([&](const ReadTransaction& transaction) {
    NamedObjects named = find_named(transaction, *context.workspace, names, all);
    named.selection.exact = exact;
    plan = plan_pack(transaction, named.selection);
  });
  return plan;
}

json::Object json_of(const PackSummary& summary) {
  return {{"blake3", to_hex(summary.digest)},
          {"bytes", summary.bytes},
          {"objects", summary.objects},
          {"payload_bytes", summary.payload_bytes},
          {"version", 1}};
}

}  // namespace

int cmd_pack_objects(Context& context, Arguments arguments) {
  bool all = false;
  bool unused_not = false;
  bool exact = false;
  bool show_progress = false;
  bool null = false;
  bool as_json = false;
  Options options(
      "pack-objects [--exact] [--progress] [--json] <file> [--all] [<name>...] [--not <name>...]\n"
      "pack-objects [--exact] [--progress] [--json] [-z] <file> <names");
  options.flag(0, "all", all, "all that HEAD and the refs lead to")
      .flag(0, "not", unused_not,
            "leave out what the names after it stand for, and what that names")
      .flag(0, "exact", exact, "the named objects alone, without those that they name")
      .flag(0, "progress", show_progress, "show progress on a terminal")
      .flag('z', "null", null, "names on standard input end with NUL")
      .flag(0, "json", as_json, "print what was written as JSON");
  const std::vector<std::string> turned = with_not_applied(arguments, 1);
  const std::vector<std::string_view> words(turned.begin(), turned.end());
  const auto operands = options.parse(words);
  if (operands.empty()) throw options.usage_error("no file given");
  const bool from_stdin = operands.size() == 1 && !all;
  if (null && !from_stdin) throw options.usage_error("-z goes with names on standard input");
  const bool to_stdout = operands[0] == "-";
  if (as_json && to_stdout) throw options.usage_error("--json goes with a file");

  NameList names(operands.begin() + 1, operands.end());
  if (from_stdin) names = names_of_lines(lines_of(context.in, null ? '\0' : '\n'));
  const PackPlan plan = plan_of(context, names, all, exact);
  OutputFile file(operands[0], context.out);
  PackWriter writer(file.sink());
  std::optional<Progress> progress;
  if (show_progress) progress.emplace(STDERR_FILENO, Work{.verb = "packing", .unit = "object"});
  add_objects(*context.store, plan.objects, writer, [&](std::uint64_t objects) {
    if (progress) progress->show({.files = objects, .all_files = plan.objects.size()});
  });
  const PackSummary summary = writer.finish();
  progress.reset();
  file.commit();
  if (as_json) {
    context.out << json::encode(json_of(summary)) << '\n';
  } else if (!to_stdout) {
    context.out << to_hex(summary.digest) << '\n';
  }
  return 0;
}

}  // namespace roar::plumbing
