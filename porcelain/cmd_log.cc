#include <algorithm>
#include <charconv>
#include <iomanip>
#include <optional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "objects/base/error.h"
#include "plumbing/lookup.h"
#include "plumbing/options.h"
#include "plumbing/query/logged_jobs.h"
#include "porcelain/commands.h"
#include "porcelain/json_views.h"
#include "porcelain/label_text.h"
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

struct Wanted {
  std::size_t limit = kJobsShown;
  const plumbing::JobQuery* query = nullptr;  // null: all jobs
};

void print_log(std::ostream& out, const Store& store, const Wanted& wanted) {
  std::vector<plumbing::JobSummary> jobs;
  bool has_earlier = false;
  plumbing::for_each_logged_job(store, wanted.query, [&](const plumbing::LoggedJob& job) {
    has_earlier = jobs.size() == wanted.limit;
    if (!has_earlier) jobs.push_back(job.summary);
    return !has_earlier;
  });
  if (jobs.empty()) {
    out << "No log entries found.\n";
    return;
  }
  out << "Job Log (" << (has_earlier ? "the latest " : "") << count_text(jobs.size(), "job")
      << ")\n\n";
  print_heading(out);
  std::ranges::reverse(jobs);
  for (const plumbing::JobSummary& job : jobs) print_job_line(out, job);
}

// Each job as it is found, so that a reader who has seen enough need not wait for the rest.
void stream_log(std::ostream& out, const Store& store, const Wanted& wanted) {
  std::size_t count = 0;
  plumbing::for_each_logged_job(store, wanted.query, [&](const plumbing::LoggedJob& job) {
    if (count == wanted.limit) return false;
    if (count++ == 0) print_heading(out);
    print_job_line(out, job.summary);
    return static_cast<bool>(out);
  });
  if (count == 0) out << "No log entries found.\n";
}

json::Object logged_json(const plumbing::LoggedJob& job) {
  json::Object object = job_summary_json(job.summary);
  if (!job.labels.empty()) object.emplace("labels", labels_json(job.labels));
  if (!job.parameters.empty()) object.emplace("parameters", parameters_json(job.parameters));
  return object;
}

void print_log_json(std::ostream& out, const Store& store, const Wanted& wanted) {
  json::Array jobs;
  plumbing::for_each_logged_job(store, wanted.query, [&](const plumbing::LoggedJob& job) {
    if (jobs.size() == wanted.limit) return false;
    jobs.emplace_back(logged_json(job));
    return true;
  });
  std::ranges::reverse(jobs);
  json::Object object = session_json(plumbing::active_session_view(store, 0));
  object["jobs"] = json::Value(std::move(jobs));
  print_json(out, std::move(object));
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
  std::vector<std::string> where;
  Options options("log [-n <number> | --all] [--where <query>] [--reverse | --json]");
  options.value('n', "limit", "number", limit_text, "how many of the latest jobs; 20 if not given")
      .flag(0, "all", all, "all jobs")
      .list(0, "where", "query", where, "only jobs that it is true of")
      .flag('r', "reverse", reverse, "the newest first")
      .flag(0, "json", json, "print JSON");
  if (!options.parse(arguments).empty()) {
    throw Error(Errc::Usage, "log takes no operands\n" + options.usage());
  }
  if (all && !limit_text.empty()) throw options.usage_error("cannot combine --all and --limit");
  if (reverse && json) throw options.usage_error("cannot combine --reverse and --json");
  Wanted wanted{.limit = all ? plumbing::kNoLimit : kJobsShown};
  if (!limit_text.empty()) wanted.limit = limit_from(limit_text, options);
  std::optional<plumbing::JobQuery> query;
  if (!where.empty()) wanted.query = &query.emplace(where.back(), Timestamp::now());
  if (reverse) {
    stream_log(context.out, *context.store, wanted);
  } else if (json) {
    print_log_json(context.out, *context.store, wanted);
  } else {
    print_log(context.out, *context.store, wanted);
  }
  return 0;
}

}  // namespace roar::porcelain
