#include "porcelain/run_and_record.h"

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <optional>
#include <ostream>
#include <vector>

#include "objects/base/error.h"
#include "objects/base/utf8.h"
#include "plumbing/config.h"
#include "plumbing/end_as_command.h"
#include "plumbing/options.h"
#include "plumbing/progress.h"
#include "plumbing/quantity.h"
#include "plumbing/quote.h"
#include "plumbing/redaction.h"
#include "plumbing/rerun.h"
#include "plumbing/tags/tag_kinds.h"
#include "plumbing/tracer_name.h"
#include "porcelain/global_options.h"
#include "porcelain/run_report.h"
#include "porcelain/withheld_secrets.h"

namespace roar::porcelain {
namespace {

struct Flags {
  bool quiet = false;
  int verbose = 0;
  std::string name;
  std::string tracer;
  bool strict = false;
  bool allow_dirty = false;
  std::vector<std::string> hash;
  std::vector<std::string> hash_only;
  std::vector<std::string> composites;
  bool require_record = false;
  std::vector<std::string> add_tag;
  std::vector<std::string> block_tag;
};

Verbosity verbosity_of(const Flags& flags, const plumbing::Config& config) {
  if (flags.quiet && flags.verbose > 0) {
    throw Error(Errc::Usage, "cannot combine --quiet and --verbose");
  }
  if (flags.quiet) return Verbosity::Quiet;
  if (flags.verbose > 0) return flags.verbose > 1 ? Verbosity::Debug : Verbosity::Verbose;
  const std::string& configured = config.string("output.verbosity");
  if (configured == "quiet") return Verbosity::Quiet;
  if (configured == "verbose") return Verbosity::Verbose;
  return configured == "debug" ? Verbosity::Debug : Verbosity::Normal;
}

int status_of(const plumbing::RunOutcome& outcome, const Flags& flags) {
  constexpr int kNotRecorded = 125;
  if (!outcome.recorded && outcome.spooled.empty() && flags.require_record) return kNotRecorded;
  return outcome.exit.code;
}

void report_rerun(std::ostream& err, const plumbing::Rerun& rerun) {
  const std::string step = plumbing::step_reference(rerun.step.kind, rerun.step.number);
  err << "roar: re-running " << step << ": " << plumbing::quoted_for_shell(rerun.argv) << '\n';
  for (const std::string& path : rerun.inherited_inputs) {
    err << "roar: it then had " << plumbing::quoted_path(path) << " as a standard stream to read\n";
  }
  for (const std::string& path : rerun.inherited_outputs) {
    err << "roar: it then had " << plumbing::quoted_path(path)
        << " as a standard stream to write\n";
  }
  if (rerun.stale.empty()) return;
  err << "warning: step " << step << " depends on stale steps:";
  for (const std::string& stale : rerun.stale) err << ' ' << stale;
  err << "; run those first for a result that is up to date\n";
}

// Makes the request that of a step which was recorded, and goes where that was started.
void repeat_step(const Context& context, Arguments words, plumbing::Workspace& workspace,
                 plumbing::RunRequest& request, bool report) {
  plumbing::Rerun rerun = plumbing::rerun_of(workspace, words.front(), words.subspan(1));
  request.kind = rerun.step.kind;
  request.argv = with_withheld_secrets(context, workspace, rerun.argv);
  rerun.argv = plumbing::Redactor(workspace).redact_argv(rerun.argv).argv;
  if (request.name.empty()) request.name = rerun.name;
  if (request.add_tags.empty()) request.add_tags = rerun.add_tags;
  if (request.block_tags.empty()) request.block_tags = rerun.block_tags;
  enter({rerun.directory});
  workspace.directory = rerun.directory;
  if (report) report_rerun(context.err, rerun);
}

std::vector<std::string> absolute_paths(const plumbing::Workspace& workspace,
                                        const std::vector<std::string>& directories) {
  std::vector<std::string> paths;
  for (const std::string& directory : directories) {
    std::string path = (workspace.directory / directory).lexically_normal().string();
    while (path.size() > 1 && path.ends_with('/')) path.pop_back();
    paths.push_back(std::move(path));
  }
  return paths;
}

void report_missing_composites(std::ostream& err, const plumbing::Workspace& workspace,
                               const plumbing::RunRequest& request,
                               const plumbing::RunOutcome& outcome) {
  if (!outcome.recorded) return;
  for (const std::string& path : request.composites) {
    const std::string stored = plumbing::stored_path(workspace, path);
    const auto& made = outcome.recorded->job.composites;
    if (std::ranges::find(made, stored, &JobComposite::path) == made.end())
      err << "warning: no composite of " << plumbing::quoted_path(stored)
          << ": it is no directory with files that can be read\n";
  }
}

int run_request(const Context& context, const plumbing::Workspace& workspace,
                const plumbing::RunRequest& request, const Flags& flags, Verbosity verbosity) {
  // Until the end: the report is no reason to end otherwise than the command did.
  std::optional<tracer::SignalGuard> signals(std::in_place);
  plumbing::RunOutcome outcome;
  plumbing::Progress progress(STDERR_FILENO, {.verb = "hashing"});
  const auto show = [&](const plumbing::Amount& amount) {
    if (verbosity != Verbosity::Quiet) progress.show(amount);
  };
  try {
    outcome = plumbing::run_job(workspace, request, *signals,
                                {.stop = &signals->impatient(), .progress = show},
                                [](const tracer::Observation&) {});
  } catch (const tracer::NotStarted& failure) {
    context.err << "roar: " << failure.message << '\n';
    return failure.status;
  }
  progress.clear();
  for (const std::string& failure : outcome.hook_failures)
    context.err << "warning: " << failure << '\n';
  report_missing_composites(context.err, workspace, request, outcome);
  if (!outcome.recorded || !stderr_is_a_file()) report_run(context.err, outcome, verbosity);
  context.err.flush();
  if (outcome.exit.signal != 0) plumbing::die_of(outcome.exit.signal);
  // What could not be written by now is tried again at exit.
  signals.reset();
  ::signal(SIGPIPE, SIG_IGN);
  return status_of(outcome, flags);
}

}  // namespace

int run_and_record(Context& context, Arguments arguments, std::string_view synopsis, JobKind kind) {
  Flags flags;
  Options options(synopsis);
  options.flag('q', "quiet", flags.quiet, "print nothing unless something went wrong")
      .count('v', "verbose", flags.verbose, "list the files read and written; twice: all of them")
      .value('n', "name", "name", flags.name, "name the step")
      .value(0, "tracer", "tracer", flags.tracer, "auto, preload or ptrace")
      .flag(0, "strict", flags.strict, "see every call, at the price of speed")
      .flag(0, "allow-dirty", flags.allow_dirty, "run although the working tree is dirty")
      .list(0, "hash", "algorithm", flags.hash, "record this digest of outputs too")
      .list(0, "hash-only", "algorithm", flags.hash_only, "record only this digest of outputs")
      .list(0, "add-tag", "kind=value", flags.add_tag, "tag the outputs")
      .list(0, "block-tag", "kind[=value]", flags.block_tag, "keep a tag of inputs off the outputs")
      .list(0, "composite", "directory", flags.composites, "record this directory as one artifact")
      .flag(0, "require-record", flags.require_record, "exit 125 if the job cannot be recorded");
  const auto words = options.parse_until_command(arguments);
  if (words.empty()) throw Error(Errc::Usage, "no command given\n" + options.usage());
  if (!is_utf8(flags.name)) throw Error(Errc::Usage, "the name of a step must be UTF-8");

  const plumbing::Config config = plumbing::load_config(context.workspace->root);
  const Verbosity verbosity = verbosity_of(flags, config);
  plumbing::RunRequest request{
      .kind = kind,
      .name = flags.name,
      .argv = {words.begin(), words.end()},
      .add_tags = plumbing::checked_tags(config, flags.add_tag, plumbing::TagForm::Pair),
      .block_tags = plumbing::checked_tags(config, flags.block_tag, plumbing::TagForm::PairOrKind),
      .tracer = plumbing::tracer_from_name(flags.tracer.empty() ? config.string("tracer.default")
                                                                : flags.tracer),
      .strict = flags.strict || config.boolean("tracer.strict"),
      .dirty = plumbing::dirty_policy(config, flags.allow_dirty),
      .shown = plumbing::shown_algorithms(config, "hash.run", flags.hash, flags.hash_only),
      .git_timeout = plumbing::parse_duration(config.string("git.timeout")).value(),
      .patch_limit = plumbing::parse_size(config.string("git.patch_limit")).value(),
      .preimage_limit = plumbing::parse_size(config.string("tracer.preimage_limit")).value(),
      .early_hashes = config.boolean("hash.early"),
      .unpacked = config.boolean("hash.unpacked"),
      .rules = plumbing::user_rules(config),
      .composites = absolute_paths(*context.workspace, flags.composites),
      .hooks = plumbing::hook_settings(*context.workspace, config)};
  for (const std::string& warning : config.warnings())
    context.err << "warning: " << warning << '\n';
  plumbing::Workspace workspace = *context.workspace;
  if (kind == JobKind::Run && words.front().starts_with('@')) {
    repeat_step(context, words, workspace, request, verbosity != Verbosity::Quiet);
  }
  return run_request(context, workspace, request, flags, verbosity);
}

}  // namespace roar::porcelain
