#include <unistd.h>

#include <algorithm>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "objects/base/error.h"
#include "objects/base/hex.h"
#include "objects/json.h"
#include "objects/store.h"
#include "plumbing/commands.h"
#include "plumbing/open_store.h"
#include "plumbing/options.h"
#include "plumbing/packs/bundle.h"
#include "plumbing/packs/file_streams.h"
#include "plumbing/progress.h"
#include "plumbing/quantity.h"
#include "plumbing/quote.h"
#include "plumbing/workspace.h"

namespace roar::plumbing {
namespace {

struct Face {
  bool all = false;
  bool as_json = false;
  bool quiet = false;
  bool show_progress = false;
};

json::Array json_of(const std::vector<BundleHead>& heads) {
  json::Array refs;
  for (const BundleHead& head : heads)
    refs.emplace_back(json::Object{{"oid", head.target.hex()}, {"ref", head.ref}});
  return refs;
}

json::Array json_of(const std::vector<ObjectId>& ids) {
  json::Array list;
  for (const ObjectId& id : ids) list.emplace_back(id.hex());
  return list;
}

int create(Context& context, std::string_view path, const NameList& names, const Face& face) {
  const bool to_stdout = path == "-";
  const Workspace workspace = require_workspace();
  std::optional<Store> store;
  open_store(workspace, Store::Mode::ReadOnly, store);
  BundlePlan plan;
  store->read([&](const ReadTransaction& transaction) {
    plan = plan_bundle(transaction, workspace, names, face.all);
  });
  OutputFile file(path, context.out);
  std::optional<Progress> progress;
  if (face.show_progress)
    progress.emplace(STDERR_FILENO, Work{.verb = "packing", .unit = "object"});
  const PackSummary summary = write_bundle(*store, plan, file.sink(), [&](std::uint64_t objects) {
    if (progress) progress->show({.files = objects, .all_files = plan.objects.objects.size()});
  });
  progress.reset();
  file.commit();
  if (face.as_json && !to_stdout)
    context.out << json::encode(json::Object{{"objects", summary.objects},
                                             {"prerequisites", json_of(plan.objects.prerequisites)},
                                             {"refs", json_of(plan.heads)},
                                             {"version", 1}})
                << '\n';
  return 0;
}

void print_check(std::ostream& out, const BundleCheck& check) {
  const auto print_number = [&](std::size_t number, const char* what) {
    out << number << ' ' << what << (number == 1 ? "" : "s") << ":\n";
  };
  out << "The bundle contains ";
  print_number(check.header.heads.size(), "ref");
  for (const BundleHead& head : check.header.heads)
    out << head.target.hex() << ' ' << head.ref << '\n';
  if (check.header.prerequisites.empty()) {
    out << "The bundle records a complete history.\n";
    return;
  }
  out << "The bundle builds on ";
  print_number(check.header.prerequisites.size(), "object");
  for (const ObjectId& id : check.header.prerequisites) out << id.hex() << '\n';
}

int verify(Context& context, std::string_view path, const Face& face) {
  std::optional<Store> store;
  if (const auto workspace = find_workspace())
    store.emplace(workspace->store_directory(), Store::Mode::ReadOnly);
  InputFile file(path, context.in);
  json::Object document{{"file", json::bytes_value(path)}, {"version", 1}};
  std::string problem;
  try {
    const BundleCheck check = verify_bundle(file.source(), store ? &*store : nullptr);
    document.emplace("missing", json_of(check.missing));
    document.emplace("objects", check.summary.objects);
    document.emplace("prerequisites", json_of(check.header.prerequisites));
    document.emplace("refs", json_of(check.header.heads));
    if (!face.as_json && !face.quiet) print_check(context.out, check);
    if (!check.missing.empty())
      problem = std::to_string(check.missing.size()) +
                (store ? " objects that it builds on are not in the store"
                       : " objects that it builds on are to be looked for in a project");
  } catch (const Error& error) {
    if (error.code() != Errc::Corrupt && error.code() != Errc::Unsupported) throw;
    problem = error.what();
  }
  document.emplace("ok", problem.empty());
  if (!problem.empty()) document.emplace("problem", problem);
  if (face.as_json) {
    context.out << json::encode(document) << '\n';
  } else if (!problem.empty()) {
    context.err << "error: " << quoted_path(path) << ": " << problem << '\n';
  } else if (!face.quiet) {
    context.err << quoted_path(path) << " is okay\n";
  }
  return problem.empty() ? 0 : 1;
}

int list_heads(Context& context, std::string_view path, const NameList& names, const Face& face) {
  InputFile file(path, context.in);
  const BundleReader reader(file.source());
  std::vector<BundleHead> heads;
  for (const BundleHead& head : reader.header().heads) {
    const bool is_wanted = names.empty() || std::ranges::find(names, head.ref) != names.end();
    if (is_wanted) heads.push_back(head);
  }
  if (face.as_json) {
    context.out << json::encode(json::Object{{"refs", json_of(heads)}, {"version", 1}}) << '\n';
  } else {
    for (const BundleHead& head : heads)
      context.out << head.target.hex() << ' ' << head.ref << '\n';
  }
  return 0;
}

json::Array json_of(const std::vector<UnbundledRef>& refs) {
  json::Array list;
  for (const UnbundledRef& ref : refs) {
    json::Object object{{"oid", ref.head.target.hex()}, {"ref", ref.head.ref}};
    if (ref.outcome) object.emplace("outcome", outcome_name(*ref.outcome));
    list.emplace_back(std::move(object));
  }
  return list;
}

int run_unbundle(Context& context, std::string_view path, UnbundleOptions options,
                 const Face& face) {
  const Workspace workspace = require_workspace();
  std::optional<Store> store;
  const bool is_only_read = options.dry_run && !options.refs;
  open_store(workspace, is_only_read ? Store::Mode::ReadOnly : Store::Mode::ReadWrite, store);
  std::optional<Progress> progress;
  if (face.show_progress)
    progress.emplace(STDERR_FILENO, Work{.verb = "unpacking", .unit = "object"});
  options.incoming.progress = [&](std::uint64_t objects) {
    if (progress) progress->show({.files = objects});
  };
  InputFile file(path, context.in);
  options.workspace = &workspace;
  const UnbundleReport report =
      unbundle(*store, file.source(), workspace.store_directory(), options);
  progress.reset();
  if (face.as_json) {
    context.out << json::encode(json::Object{{"new", report.unknown},
                                             {"objects", report.objects},
                                             {"refs", json_of(report.refs)},
                                             {"version", 1}})
                << '\n';
    return 0;
  }
  for (const UnbundledRef& ref : report.refs)
    context.out << ref.head.target.hex() << ' ' << ref.head.ref << '\n';
  return 0;
}

}  // namespace

int cmd_bundle(Context& context, Arguments arguments) {
  Face face;
  UnbundleOptions unbundling;
  bool unused_not = false;
  bool no_refs = false;
  std::string max_size;
  Options options(
      "bundle create [--progress] [--json] <file> [--all] [<name>...] [--not <name>...]\n"
      "bundle verify [-q] [--json] <file>\n"
      "bundle list-heads [--json] <file> [<ref>...]\n"
      "bundle unbundle [-n] [--no-refs] [--force] [--max-input-size=<size>] [--progress] [--json] "
      "<file> [<ref>...]");
  options.flag(0, "all", face.all, "HEAD and every ref")
      .flag(0, "not", unused_not,
            "leave out what the names after it stand for, and what that names")
      .flag('n', "dry-run", unbundling.dry_run, "check the bundle and store nothing")
      .flag(0, "no-refs", no_refs, "store the objects, and leave refs alone")
      .flag(0, "force", unbundling.force, "move a ref even if it leads elsewhere")
      .value(0, "max-input-size", "size", max_size, "refuse a pack of more than so many bytes")
      .flag('q', "quiet", face.quiet, "say nothing of a sound bundle")
      .flag(0, "progress", face.show_progress, "show progress on a terminal")
      .flag(0, "json", face.as_json, "print JSON");
  constexpr int kActionAndFile = 2;
  const std::vector<std::string> turned = with_not_applied(arguments, kActionAndFile);
  const std::vector<std::string_view> words(turned.begin(), turned.end());
  const auto operands = options.parse(words);
  if (operands.size() < kActionAndFile)
    throw options.usage_error("expected create, verify, list-heads or unbundle, and a file");
  const std::string_view action = operands[0];
  const std::string_view path = operands[1];
  const NameList names(operands.begin() + kActionAndFile, operands.end());
  if (!max_size.empty()) {
    const std::optional<std::uint64_t> bytes = parse_size(max_size);
    if (!bytes) throw options.usage_error("'" + max_size + "' is not a size");
    unbundling.incoming.max_bytes = *bytes;
  }
  unbundling.refs = !no_refs;
  unbundling.wanted = names;
  if (action == "create" && (face.all || !names.empty())) return create(context, path, names, face);
  if (action == "create") throw options.usage_error("no ref named, and no --all");
  if (action == "verify" && names.empty()) return verify(context, path, face);
  if (action == "list-heads") return list_heads(context, path, names, face);
  if (action == "unbundle") return run_unbundle(context, path, std::move(unbundling), face);
  throw options.usage_error("expected create, verify, list-heads or unbundle, and a file");
}

}  // namespace roar::plumbing
