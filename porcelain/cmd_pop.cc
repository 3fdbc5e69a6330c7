#include <ostream>

#include "objects/base/error.h"
#include "plumbing/options.h"
#include "plumbing/pop.h"
#include "plumbing/quote.h"
#include "porcelain/ask.h"
#include "porcelain/commands.h"
#include "porcelain/text.h"

namespace roar::porcelain {
namespace {

constexpr std::size_t kFilesShown = 8;

std::string place_of(const plumbing::JobSummary& job) {
  return job.step ? plumbing::step_reference(job.step->kind, job.step->number) : "no step";
}

void list_files(std::ostream& err, const std::vector<std::string>& paths) {
  for (std::size_t i = 0; i < std::min(paths.size(), kFilesShown); ++i) {
    err << "  delete " << plumbing::quoted_path(paths[i]) << '\n';
  }
  if (paths.size() > kFilesShown) {
    err << "  ... and " << paths.size() - kFilesShown << " more\n";
  }
}

}  // namespace

int cmd_pop(Context& context, Arguments arguments) {
  bool yes = false;
  bool files = false;
  Options options("pop [-y] [--files]");
  options.flag('y', "yes", yes, "do not ask")
      .flag(0, "files", files, "delete the files that only this job wrote, too");
  if (!options.parse(arguments).empty()) throw options.usage_error("pop takes no operands");

  const auto job = plumbing::newest_job(*context.store);
  if (!job) {
    context.err << "No jobs in the active session.\n";
    return 1;
  }
  plumbing::WrittenFiles written;
  if (files) written = plumbing::written_files(*context.store, *context.workspace, job->id);
  if (!yes) {
    context.err << "Step " << place_of(*job) << ": " << command_text(job->argv, 0) << " ("
                << exit_text(job->exit) << ")\n";
    list_files(context.err, written.removable);
    if (ask(context, "Remove this job?", Answer::Yes, "--yes") == Answer::No) {
      context.err << "Aborted.\n";
      return 1;
    }
  }
  plumbing::pop(*context.store, *context.workspace, job->id);
  context.out << "Removed job " << job->short_uid << " (" << place_of(*job) << ").\n";
  if (!files) return 0;
  context.out << "Deleted " << plumbing::remove_files(written.removable) << " output file(s).\n";
  if (!written.kept.empty()) {
    context.out << "Skipped " << written.kept.size() << " protected file(s).\n";
  }
  return 0;
}

}  // namespace roar::porcelain
