#include <unistd.h>

#include <optional>
#include <ostream>

#include "objects/json.h"
#include "plumbing/care/fsck.h"
#include "plumbing/commands.h"
#include "plumbing/options.h"
#include "plumbing/progress.h"
#include "plumbing/workspace.h"

namespace roar::plumbing {
namespace {

std::string json_of(const FsckReport& report) {
  json::Array findings;
  for (const StoreFinding& finding : report.findings) {
    json::Object object{{"damage", static_cast<int>(finding.damage)},
                        {"message", finding.message},
                        {"severity", severity_name(finding.severity)}};
    json::put_bytes(object, "subject", finding.subject);
    if (!finding.text.empty()) json::put_bytes(object, "text", finding.text);
    if (!finding.object.empty()) object.emplace("object", finding.object);
    findings.emplace_back(std::move(object));
  }
  return json::encode(json::Object{
      {"damage", int{report.damage}}, {"findings", std::move(findings)}, {"version", 1}});
}

struct Request {
  bool quick = false;
  bool full = false;
  bool connectivity = false;
  bool lost_found = false;
  bool strict = false;
  bool progress = false;
  bool json = false;
  std::optional<std::string> format;
  std::string skip_list;
};

FsckDepth depth_of(const Options& options, const Request& request) {
  if (int{request.quick} + int{request.full} + int{request.connectivity} > 1)
    throw options.usage_error("give one of --quick, --full and --connectivity-only");
  if (request.quick) return FsckDepth::Quick;
  return request.connectivity ? FsckDepth::Connectivity : FsckDepth::Full;
}

}  // namespace

int cmd_fsck(Context& context, Arguments arguments) {
  Request request;
  FsckOptions fsck_options;
  Options options(
      "fsck [--full | --quick | --connectivity-only] [--dangling] [--unreachable] "
      "[--lost-found] [--strict] [--skip-list <file>] [--progress] [--json | --format <format>] "
      "[<name>...]");
  options.flag(0, "full", request.full, "check every object and every index; the default")
      .flag(0, "quick", request.quick, "check refs, the newest entries and the counts")
      .flag(0, "connectivity-only", request.connectivity, "check that what refs lead to is there")
      .flag(0, "dangling", fsck_options.dangling, "list objects that nothing leads to")
      .flag(0, "unreachable", fsck_options.unreachable, "list all objects that no ref leads to")
      .flag(0, "lost-found", request.lost_found, "write what nothing leads to into files")
      .flag(0, "strict", request.strict, "take warnings for errors")
      .value(0, "skip-list", "file", request.skip_list, "leave out the objects whose ids are in it")
      .flag(0, "progress", request.progress, "show how far it is, on a terminal")
      .flag(0, "json", request.json, "print JSON")
      .value(0, "format", "format", request.format, "print text or json");
  const auto names = options.parse(arguments);
  if (request.json && request.format) throw options.usage_error("give one of --json and --format");
  if (request.format && request.format != "text" && request.format != "json")
    throw options.usage_error("'" + *request.format + "' is no format; there are text and json");
  fsck_options.depth = depth_of(options, request);
  if (request.lost_found && fsck_options.unreachable)
    throw options.usage_error("--lost-found goes with --dangling, not with --unreachable");
  if (request.lost_found) {
    fsck_options.dangling = true;
    fsck_options.lost_found = context.workspace->roar_directory() / "lost-found";
  }
  if (!names.empty() && (request.quick || fsck_options.dangling || fsck_options.unreachable))
    throw options.usage_error("--quick, --dangling, --lost-found and --unreachable take no names");
  fsck_options.policy = fsck_policy(load_config(context.workspace->root), request.skip_list);
  if (request.strict)
    std::erase_if(fsck_options.policy.severities,
                  [](const auto& entry) { return entry.second == Severity::Warning; });
  fsck_options.names.assign(names.begin(), names.end());
  fsck_options.workspace = context.workspace;

  std::optional<Progress> progress;
  if (request.progress) {
    progress.emplace(STDERR_FILENO, Work{"checking", "object"});
    fsck_options.progress = [&](std::uint64_t done, std::uint64_t all) {
      progress->show({.files = done, .all_files = all});
    };
  }
  const FsckReport report = fsck(context.workspace->store_directory(), fsck_options);
  progress.reset();
  if (request.json || request.format == "json") {
    context.out << json_of(report) << '\n';
  } else {
    for (const StoreFinding& finding : report.findings)
      context.out << finding_line(finding) << '\n';
  }
  return report.damage;
}

}  // namespace roar::plumbing
