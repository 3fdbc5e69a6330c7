#include <optional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "plumbing/graph/questions.h"
#include "plumbing/options.h"
#include "plumbing/quote.h"
#include "porcelain/commands.h"
#include "porcelain/json_views.h"
#include "porcelain/name_selection.h"
#include "porcelain/text.h"

namespace roar::porcelain {
namespace {

using Reach = plumbing::InputsQuery::Reach;

struct Choice {
  bool direct = false;
  bool all = false;
  bool sourced = false;
  bool unsourced = false;
  bool code = false;

  plumbing::InputsQuery query(const Options& options) const {
    if (direct && all) throw options.usage_error("cannot combine --direct and --all");
    if (sourced && unsourced) throw options.usage_error("cannot combine --sourced and --unsourced");
    plumbing::InputsQuery query;
    if (direct) query.reach = Reach::Direct;
    if (all) query.reach = Reach::All;
    if (sourced) query.sourced = true;
    if (unsourced) query.sourced = false;
    query.code = code;
    return query;
  }
};

std::string digest_text(const plumbing::LineageInput& file) {
  if (file.digests.empty()) return "-";
  return file.digests.front().algorithm + ":" + file.digests.front().digest.substr(0, 12) + "...";
}

void print_inputs(std::ostream& out, const std::vector<plumbing::LineageInput>& files) {
  for (const plumbing::LineageInput& file : files) {
    out << plumbing::quoted_path(file.path) << "  " << digest_text(file);
    if (file.producer) out << "  from " << job_reference(*file.producer);
    out << '\n';
  }
}

json::Object input_json(const plumbing::LineageInput& file) {
  json::Object entry{{"class", class_name(file.path_class)},
                     {"size", file.size},
                     {"hashes", digests_json(file.digests)},
                     {"artifact_oid", file.artifact.hex()},
                     {"sourced", file.producer.has_value()}};
  json::put_bytes(entry, "path", file.path);
  if (file.producer) entry.emplace("producer", job_summary_json(*file.producer));
  return entry;
}

void print_inputs_json(std::ostream& out, const std::string& name,
                       const std::vector<plumbing::LineageInput>& files) {
  json::Object object{{"type", "inputs"}};
  json::put_bytes(object, "target", name);
  print_json_list(out, std::move(object), "inputs", files.size(),
                  [&](std::size_t i) { return input_json(files[i]); });
}

// Why there is nothing to list.
std::string empty_text(const plumbing::LineageTarget& target, const std::string& name) {
  if (target.artifact && target.jobs.empty()) {
    return plumbing::quoted_subject(name) + " is a root artifact: no recorded job made it";
  }
  return "no such inputs of " + plumbing::quoted_subject(name);
}

}  // namespace

// What something was made from.
int cmd_inputs(Context& context, Arguments arguments) {
  NameSelection selection;
  Choice choice;
  bool json = false;
  bool zero = false;
  Options options("inputs [<options>] <name>");
  selection.declare(options);
  options.flag(0, "direct", choice.direct, "what its own job read, and nothing further back")
      .flag(0, "all", choice.all, "whatever was read on the way, not only where it began")
      .flag(0, "sourced", choice.sourced, "only those that a recorded job made")
      .flag(0, "unsourced", choice.unsourced, "only those that no recorded job made")
      .flag(0, "code", choice.code, "code that was read, too")
      .flag('z', "null", zero, "print paths alone, each ended by a zero byte")
      .flag(0, "json", json, "print JSON");
  const auto operands = options.parse(arguments);
  const std::string name = selection.name(operands, options);
  if (json && zero) throw options.usage_error("cannot combine -z and --json");
  const auto [target, files] =
      plumbing::inputs_of_name(*context.store, *context.workspace, name, choice.query(options));
  if (json) {
    print_inputs_json(context.out, name, files);
  } else if (zero) {
    for (const plumbing::LineageInput& file : files) context.out << file.path << '\0';
  } else {
    print_inputs(context.out, files);
    if (files.empty()) context.err << "roar: " << empty_text(target, name) << '\n';
  }
  return 0;
}

}  // namespace roar::porcelain
