#include <unistd.h>

#include <filesystem>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>

#include "objects/json.h"
#include "plumbing/import_roar_db.h"
#include "plumbing/options.h"
#include "plumbing/progress.h"
#include "porcelain/commands.h"
#include "porcelain/text.h"

namespace roar::porcelain {
namespace {

using plumbing::ImportCounts;
using plumbing::ImportReport;

json::Object json_of(const ImportCounts& counts) {
  return {{"sessions", counts.sessions},
          {"jobs", counts.jobs},
          {"artifacts", counts.artifacts},
          {"hashes", counts.hashes},
          {"labels", counts.labels}};
}

void print_json(std::ostream& out, const ImportReport& report, bool dry_run) {
  json::Array left_out;
  for (const auto& [what, count] : report.left_out)
    left_out.emplace_back(json::Object{{"what", what}, {"count", count}});
  json::Object object{{"version", 1},
                      {"dry_run", dry_run},
                      {"added", json_of(report.added)},
                      {"known", json_of(report.known)},
                      {"left_out", std::move(left_out)}};
  if (!report.active.empty()) object.emplace("active_session", report.active);
  out << json::encode(object) << '\n';
}

void print_counts(std::ostream& err, std::string_view verb, const ImportCounts& counts) {
  err << "roar: " << verb << ' ' << count_text(counts.sessions, "session") << ", "
      << count_text(counts.jobs, "job") << ", " << count_text(counts.artifacts, "artifact") << ", "
      << counts.hashes << (counts.hashes == 1 ? " hash, " : " hashes, ")
      << count_text(counts.labels, "label version") << '\n';
}

void print_report(std::ostream& err, const ImportReport& report, bool dry_run) {
  print_counts(err, dry_run ? "would import" : "imported", report.added);
  if (report.known.jobs + report.known.labels > 0) {
    err << "roar: already there: " << count_text(report.known.jobs, "job") << ", "
        << count_text(report.known.labels, "label version") << '\n';
  }
  for (const auto& [what, count] : report.left_out)
    err << "roar: not carried over: " << what << " (" << count << ")\n";
  if (!report.active.empty()) {
    err << "roar: " << (dry_run ? "would go on" : "going on") << " in its session "
        << report.active.substr(0, 8) << '\n';
  }
}

}  // namespace

int cmd_import(Context& context, Arguments arguments) {
  bool dry_run = false;
  bool json = false;
  Options options("import [-n] [--json] roar-db [<file>]");
  options.flag('n', "dry-run", dry_run, "say what would be imported, and write nothing")
      .flag(0, "json", json, "print one JSON object");
  const auto operands = options.parse(arguments);
  if (operands.empty() || operands.size() > 2 || operands.front() != "roar-db")
    throw options.usage_error("expected roar-db, and a file or nothing");
  const std::filesystem::path file = operands.size() == 2
                                         ? std::filesystem::path(operands[1])
                                         : context.workspace->roar_directory() / "roar.db";
  plumbing::Progress progress(STDERR_FILENO, {.verb = "importing", .unit = "job"});
  const auto show = [&](std::uint64_t done, std::uint64_t all) {
    progress.show({.files = done, .all_files = all, .bytes = 0, .all_bytes = 0});
  };
  const ImportReport report = plumbing::import_roar_db(*context.store, *context.workspace, file,
                                                       {.dry_run = dry_run, .progress = show});
  progress.clear();
  if (json) {
    print_json(context.out, report, dry_run);
  } else {
    print_report(context.err, report, dry_run);
  }
  return 0;
}

}  // namespace roar::porcelain
