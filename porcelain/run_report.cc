#include "porcelain/run_report.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <map>
#include <ostream>
#include <vector>

#include "plumbing/quote.h"
#include "plumbing/steps.h"
#include "porcelain/git_text.h"
#include "porcelain/spool_report.h"
#include "porcelain/text.h"

namespace roar::porcelain {
namespace {

using plumbing::RecordedJob;

constexpr std::size_t kGapsShown = 5;

void report_gaps(std::ostream& err, const Tracing& tracing) {
  if (tracing.complete) return;
  err << "roar: incomplete: ";
  std::size_t shown = 0;
  for (const TracingGap& gap : tracing.gaps) {
    if (shown == kGapsShown) break;
    err << (shown++ == 0 ? "" : "; ") << gap.reason;
    if (!gap.program.empty()) err << " " << plumbing::quoted_path(gap.program);
    if (gap.count > 1) err << " (" << gap.count << " times)";
  }
  if (tracing.gaps.size() > shown) err << "; and " << tracing.gaps.size() - shown << " more";
  if (tracing.dropped > 0) {
    err << (shown == 0 ? "" : "; ") << count_text(tracing.dropped, "fact") << " lost";
  }
  err << '\n';
}

void list_edges(std::ostream& err, std::string_view title, const std::vector<Edge>& edges,
                EdgeRole role, bool all) {
  for (const Edge& edge : edges) {
    if (edge.role != role || (!all && !plumbing::is_shown(edge))) continue;
    err << "roar: " << title << plumbing::quoted_path(edge.path);
    if (all) err << "  (" << class_name(edge.path_class) << ")";
    err << '\n';
  }
}

void list_files(std::ostream& err, const RecordedJob& recorded, bool all) {
  list_edges(err, "read  ", recorded.edges, EdgeRole::Input, all);
  list_edges(err, "wrote ", recorded.edges, EdgeRole::Output, all);
}

// "4 code · 61 system": inputs that are recorded but not shown as such.
std::string folded_text(const std::vector<Edge>& edges) {
  std::map<PathClass, std::uint64_t> counts;
  for (const Edge& edge : edges) {
    const bool file = edge.role == EdgeRole::Input || edge.role == EdgeRole::Output;
    if (file && !plumbing::is_shown(edge)) ++counts[edge.path_class];
  }
  std::string text;
  for (const auto& [path_class, count] : counts) {
    text += " · " + std::to_string(count) + " " + std::string(class_name(path_class));
  }
  return text;
}

std::string ignored_text(std::uint64_t count) {
  return count == 0 ? std::string() : " · " + std::to_string(count) + " ignored";
}

std::string git_text(const std::optional<GitState>& git) {
  if (!git) return "no git repository: no commit ties this job down";
  return git_summary(*git);
}

void report_code(std::ostream& err, const GitState& git) {
  constexpr std::size_t kNamesShown = 5;
  const auto list = [&](std::string_view title, std::size_t count, const auto& name) {
    if (count == 0) return;
    err << "roar: " << title;
    for (std::size_t i = 0; i < std::min(count, kNamesShown); ++i) {
      err << (i == 0 ? "" : ", ") << name(i);
    }
    if (count > kNamesShown) err << " and " << count - kNamesShown << " more";
    err << '\n';
  };
  list("code not as in the commit: ", git.drifted.size(),
       [&](std::size_t i) { return plumbing::quoted_path(git.drifted[i]); });
  list("code not kept: ", git.withheld.size(), [&](std::size_t i) {
    return plumbing::quoted_path(git.withheld[i].path) + " (" + git.withheld[i].reason + ")";
  });
}

void report_missing(std::ostream& err, const plumbing::RunOutcome& outcome) {
  if (outcome.refused) {
    err << "roar: the command ran (exit status kept), but is not recorded: " << outcome.failure
        << '\n';
    return;
  }
  if (outcome.spooled.empty()) {
    err << "roar: the command ran (exit status kept), but its record was lost: " << outcome.failure
        << '\n';
    return;
  }
  err << "roar: recorded in the spool: " << outcome.failure
      << "\nroar: the next command that can write to the store imports it from "
      << plumbing::quoted_path(outcome.spooled.string()) << '\n';
}

}  // namespace

void report_run(std::ostream& err, const plumbing::RunOutcome& outcome, Verbosity verbosity) {
  if (outcome.recorded) report_import(err, outcome.imported);
  if (!outcome.recorded) {
    report_missing(err, outcome);
    return;
  }
  const RecordedJob& recorded = *outcome.recorded;
  if (verbosity == Verbosity::Quiet) return;
  if (verbosity >= Verbosity::Verbose) {
    list_files(err, recorded, verbosity == Verbosity::Debug);
  }
  report_gaps(err, recorded.job.tracing);
  if (recorded.job.git) report_code(err, *recorded.job.git);
  const std::string reference = plumbing::step_reference(recorded.job.kind, recorded.appended.step);
  err << "roar: " << reference << " " << recorded.job.uid.substr(0, 8) << " · "
      << count_text(recorded.job.inputs, "input") << " · "
      << count_text(recorded.job.outputs, "output") << folded_text(recorded.edges)
      << ignored_text(recorded.job.tracing.ignored) << " · " << git_text(recorded.job.git) << '\n';
  err << "roar: done · " << duration_text(outcome.command_ns + outcome.record_ns) << " (trace "
      << duration_text(outcome.command_ns) << " + post " << duration_text(outcome.record_ns) << ", "
      << exit_text(recorded.job.exit) << ") · roar show " << reference << '\n';
}

bool stderr_is_a_file() noexcept {
  struct stat status {};
  return ::fstat(STDERR_FILENO, &status) == 0 && S_ISREG(status.st_mode);
}

}  // namespace roar::porcelain
