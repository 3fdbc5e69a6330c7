#include <charconv>
#include <iomanip>
#include <ostream>
#include <string>

#include "objects/base/error.h"
#include "plumbing/lookup.h"
#include "plumbing/options.h"
#include "porcelain/commands.h"
#include "porcelain/json_views.h"
#include "porcelain/text.h"

namespace roar::porcelain {
namespace {

constexpr std::size_t kJobsShown = 20;

std::string status_text(const JobExit& exit) {
  if (exit.interrupted) return "INT";
  return exit.success() ? "OK" : "FAIL";
}

void print_heading(std::ostream& out) {
  out << std::left << std::setw(10) << "UID" << std::setw(6) << "STEP" << std::setw(21)
      << "TIMESTAMP" << std::right << std::setw(9) << "DURATION"
      << "  " << std::left << std::setw(8) << "STATUS"
      << "COMMAND\n"
      << std::string(72, '-') << '\n';
}

void print_job_line(std::ostream& out, const plumbing::JobSummary& job) {
  out << std::left << std::setw(10) << job.short_uid << std::setw(6) << job_reference(job)
      << std::setw(21) << time_text(job.started) << std::right << std::setw(9)
      << duration_text(job.duration_ns) << "  " << std::left << std::setw(8)
      << status_text(job.exit) << command_text(job.argv, 60) << '\n';
}

void print_log(std::ostream& out, const plumbing::SessionView& view) {
  if (view.jobs.empty()) {
    out << "No log entries found.\n";
    return;
  }
  out << "Job Log (" << (view.has_earlier ? "the latest " : "")
      << count_text(view.jobs.size(), "job") << ")\n\n";
  print_heading(out);
  for (const plumbing::JobSummary& job : view.jobs) print_job_line(out, job);
}

// Each job as it is found, so that a reader who has seen enough need not wait for the rest.
void stream_log(std::ostream& out, const Store& store, std::size_t limit) {
  std::size_t count = 0;
  plumbing::for_each_active_job(store, [&](const plumbing::JobSummary& job) {
    if (count == limit) return false;
    if (count++ == 0) print_heading(out);
    print_job_line(out, job);
    return static_cast<bool>(out);
  });
  if (count == 0) out << "No log entries found.\n";
}

std::size_t limit_from(const std::string& text, const Options& options) {
  std::size_t limit = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, limit);
  if (error != std::errc() || stop != end || limit == 0) {
    throw options.usage_error("--limit takes a number from 1, not '" + text + "'");
  }
  return limit;
}

}  // namespace

// The latest jobs of the active session.
int cmd_log(Context& context, Arguments arguments) {
  bool all = false;
  bool reverse = false;
  bool json = false;
  std::string limit_text;
  Options options("log [-n <number> | --all] [--reverse | --json]");
  options.value('n', "limit", "number", limit_text, "how many of the latest jobs; 20 if not given")
      .flag(0, "all", all, "all jobs")
      .flag('r', "reverse", reverse, "the newest first")
      .flag(0, "json", json, "print JSON");
  if (!options.parse(arguments).empty()) {
    throw Error(Errc::Usage, "log takes no operands\n" + options.usage());
  }
  if (all && !limit_text.empty()) throw options.usage_error("cannot combine --all and --limit");
  if (reverse && json) throw options.usage_error("cannot combine --reverse and --json");
  std::size_t limit = all ? plumbing::kNoLimit : kJobsShown;
  if (!limit_text.empty()) limit = limit_from(limit_text, options);
  if (reverse) {
    stream_log(context.out, *context.store, limit);
  } else if (json) {
    print_json(context.out, session_json(plumbing::active_session_view(*context.store, limit)));
  } else {
    print_log(context.out, plumbing::active_session_view(*context.store, limit));
  }
  return 0;
}

}  // namespace roar::porcelain
