#include <algorithm>
#include <iomanip>
#include <ostream>

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

void print_log(std::ostream& out, std::span<const plumbing::JobSummary> jobs, std::size_t total) {
  if (jobs.empty()) {
    out << "No log entries found.\n";
    return;
  }
  out << "Job Log (" << count_text(total, "job") << ")\n\n";
  out << std::left << std::setw(10) << "UID" << std::setw(6) << "STEP" << std::setw(21)
      << "TIMESTAMP" << std::right << std::setw(9) << "DURATION"
      << "  " << std::left << std::setw(8) << "STATUS"
      << "COMMAND\n"
      << std::string(72, '-') << '\n';
  for (const plumbing::JobSummary& job : jobs) {
    out << std::left << std::setw(10) << job.short_uid << std::setw(6) << job_reference(job)
        << std::setw(21) << time_text(job.started) << std::right << std::setw(9)
        << duration_text(job.duration_ns) << "  " << std::left << std::setw(8)
        << status_text(job.exit) << command_text(job.argv, 60) << '\n';
  }
}

}  // namespace

// The latest jobs of the active session, oldest first.
int cmd_log(Context& context, Arguments arguments) {
  bool all = false;
  bool json = false;
  Options options("log [--all] [--json]");
  options.flag(0, "all", all, "all jobs, not only the latest 20")
      .flag(0, "json", json, "print JSON");
  if (!options.parse(arguments).empty()) {
    throw Error(Errc::Usage, "log takes no operands\n" + options.usage());
  }
  plumbing::SessionView view = plumbing::active_session_view(*context.store);
  const std::size_t total = view.jobs.size();
  if (!all && total > kJobsShown) {
    view.jobs.erase(view.jobs.begin(), view.jobs.end() - static_cast<std::ptrdiff_t>(kJobsShown));
  }
  if (json) {
    print_json(context.out, session_json(view));
  } else {
    print_log(context.out, view.jobs, total);
  }
  return 0;
}

}  // namespace roar::porcelain
