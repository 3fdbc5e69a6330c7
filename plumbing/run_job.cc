#include "plumbing/run_job.h"

#include <algorithm>
#include <chrono>
#include <exception>
#include <filesystem>
#include <initializer_list>
#include <string_view>
#include <utility>

#include "objects/base/error.h"
#include "objects/base/variable.h"
#include "objects/cache.h"
#include "plumbing/code_memory.h"
#include "plumbing/environment.h"
#include "plumbing/git_state.h"
#include "plumbing/keep_patch.h"
#include "plumbing/kept_contents.h"
#include "plumbing/outer_job.h"
#include "plumbing/project_variables.h"
#include "plumbing/quote.h"
#include "plumbing/record_hooks.h"
#include "plumbing/redaction.h"
#include "plumbing/refs/hooked_write.h"
#include "plumbing/running_job.h"
#include "plumbing/spool.h"
#include "plumbing/unpacked/unpacked_digest.h"

namespace roar::plumbing {
namespace {

constexpr std::size_t kNamesShown = 8;

// How the user would type the path here.
std::string shown_path(const Workspace& workspace, const std::string& path) {
  const std::string relative =
      std::filesystem::path(path).lexically_relative(workspace.directory).string();
  if (relative.empty()) return quoted_for_shell(path);
  // Neither an option nor a magic path of git.
  const bool special = relative.starts_with('-') || relative.starts_with(':');
  return quoted_for_shell(special ? "./" + relative : relative);
}

void list_files(const Workspace& workspace, std::string_view title,
                const std::vector<std::string>& paths, std::string& message) {
  for (std::size_t i = 0; i < std::min(paths.size(), kNamesShown); ++i) {
    message += "  " + std::string(title) + shown_path(workspace, paths[i]) + "\n";
  }
  if (paths.size() > kNamesShown) {
    message += "  ... and " + std::to_string(paths.size() - kNamesShown) + " more\n";
  }
}

std::string allow_dirty_command(const RunRequest& request) {
  return std::string("roar ") + (request.kind == JobKind::Run ? "run" : "build") +
         " --allow-dirty " + quoted_for_shell(request.argv);
}

[[noreturn]] void refuse(const Workspace& workspace, const TreeState& tree,
                         const RunRequest& request) {
  std::string message = "run blocked: working tree is dirty, so no commit says what code ran\n";
  list_files(workspace, "modified:       ", tree.modified, message);
  list_files(workspace, "untracked code: ", tree.untracked_code, message);
  list_files(workspace, "in a submodule: ", tree.in_submodules, message);
  std::string names;
  for (const auto* list : {&tree.modified, &tree.untracked_code}) {
    for (const std::string& path : *list) names += " " + shown_path(workspace, path);
  }
  if (tree.modified.size() + tree.untracked_code.size() > kNamesShown) names = " -A";
  if (!tree.in_submodules.empty()) {
    message += "commit it:     in the submodule, then git add the submodule and git commit\n";
  }
  if (!names.empty()) {
    message += "commit it:     git add" + names + " && git commit -m '<what changed>'\n";
  }
  throw Error(Errc::Conflict, message + "or go on:      " + allow_dirty_command(request));
}

[[noreturn]] void refuse_unknown(const CodeState& code, const RunRequest& request) {
  std::string message =
      "run blocked: nobody knows whether the working tree is clean: " + code.problem + "\n";
  if (code.git.unknown == "timeout") {
    message +=
        "make it fast:  git config core.untrackedCache true (see git-status(1))\n"
        "or wait:       git.timeout in roar-config(5)\n";
  }
  throw Error(Errc::Conflict, message + "or go on:      " + allow_dirty_command(request));
}

std::vector<std::string> joined(std::initializer_list<const std::vector<std::string>*> lists) {
  std::vector<std::string> all;
  for (const auto* list : lists) all.insert(all.end(), list->begin(), list->end());
  std::ranges::sort(all);
  return all;
}

// Applies the policy, and keeps what it says of the code in the description.
void describe_code(const Workspace& workspace, const RunRequest& request,
                   const std::optional<CodeState>& code, JobDescription& description) {
  if (!code) return;
  if (request.dirty == DirtyPolicy::Refuse) {
    if (!code->git.unknown.empty()) refuse_unknown(*code, request);
    if (!code->tree.clean()) refuse(workspace, code->tree, request);
  }
  description.git = code->git;
  if (request.dirty == DirtyPolicy::Ignore) return;

  const TreeState& tree = code->tree;
  CodeBaseline& before = description.code_before.emplace();
  before.repository = code->repository;
  // What git could not say is asked again, of the files that the job read.
  before.taken = code->git.unknown.empty() ? code->taken : Timestamp();
  before.changed = joined({&tree.modified, &tree.in_submodules, &tree.known_outputs});
  before.untracked_code = joined({&tree.untracked_code});
  before.keep = request.dirty == DirtyPolicy::Record;
  before.limit = request.patch_limit;
  if (!before.keep || tree.clean()) return;
  KeptPatch kept = keep_patch(workspace, *code, request.patch_limit);
  before.patched = std::move(kept.patched);
  description.git->withheld = std::move(kept.withheld);
  if (kept.payload.empty()) return;
  description.git->patch = object_id_of(ObjectType::Blob, kept.payload);
  description.blobs.push_back(std::move(kept.payload));
}

std::int64_t nanoseconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now() -
                                                              start)
      .count();
}

// Into the store, or else into the spool, or else the trace stays; unless a hook refuses.
void record(const Workspace& workspace, const UserHooks& hooks, GatheredJob gathered,
            RunningJob& running, RunOutcome& outcome) {
  RecordVerdict verdict = verdict_on_job(workspace, hooks, gathered.next);
  if (verdict.refusal) {
    outcome.failure = *std::move(verdict.refusal);
    outcome.refused = true;
    return;
  }
  gathered.next.labels = std::move(verdict.labels);
  if (!verdict.problem.empty()) outcome.hook_failures.push_back(std::move(verdict.problem));
  try {
    outcome.imported = import_spool(workspace);  // what ended before this job stands before it
    std::optional<std::string> refusal;
    const auto appended =
        append_gathered(workspace, gathered, [&](Store& store, const WriteBody& body) {
          refusal = write_unless_refused(store, hooks, body);
        });
    if (refusal) {
      outcome.failure = *std::move(refusal);
      outcome.refused = true;
      return;
    }
    if (appended) {
      outcome.recorded = recorded_job(std::move(gathered), *appended);
      if (auto failure = tell_of_job(hooks, *appended))
        outcome.hook_failures.push_back(*std::move(failure));
      return;
    }
    outcome.failure = "there is a job of this uid already";
  } catch (const std::exception& error) {
    outcome.failure = error.what();
  }
  try {
    outcome.spooled = spool_job(workspace, gathered.next);
  } catch (const std::exception& error) {
    outcome.failure += std::string("; and in the spool: ") + error.what();
    outcome.spooled = running.keep();
  }
}

}  // namespace

RunOutcome run_job(const Workspace& workspace, const RunRequest& request,
                   const tracer::SignalGuard& signals, const RecordControl& given,
                   const CommandEnded& command_ended) {
  RecordControl control = given;
  control.rules = request.rules;
  if (request.unpacked) require_unpacking();
  CodeQuestion code(workspace, request.git_timeout);
  auto cache = std::make_unique<Cache>(workspace.cache_directory());
  cache->open();  // beside git, as all that follows up to its answer
  JobDescription description;
  description.kind = request.kind;
  description.uid = new_uid();
  description.parent_uid = environment_text("ROAR_JOB_ID");
  Redactor redactor(workspace);
  description.name = redactor.redact_text(request.name);
  description.argv = redactor.redact_argv(request.argv).argv;
  description.shown = request.shown;
  description.add_tags = request.add_tags;
  description.block_tags = request.block_tags;
  description.composites = request.composites;
  description.unpacked = request.unpacked;
  description.variables = project_variables(workspace);
  description.environment = encode(describe_environment());
  describe_code(workspace, request, code.answer(*cache), description);

  Job job = job_before_start(workspace, description);

  NewJob before;
  before.job = job;
  before.blobs = description.blobs;
  before.environment_payload = description.environment;
  RunningJob running(workspace, before);
  tell_job_of_other_project(workspace);
  KeptContents kept(*cache, request.preimage_limit, request.early_hashes);
  tracer::Options options;
  options.log = running.log();
  options.choice = request.tracer;
  options.strict = request.strict;
  CachedCode code_memory(*cache);
  options.code = &code_memory;
  auto variables = description.variables;
  variables.emplace_back("ROAR_JOB_ID", description.uid);
  tracer::Observation observation = tracer::observe(
      {.argv = request.argv, .variables = std::move(variables)}, options, kept, signals);

  const auto start = std::chrono::steady_clock::now();
  RunOutcome outcome;
  outcome.exit = observation.exit;
  outcome.command_ns = observation.duration_ns;
  try {
    command_ended(observation);
    kept.finish(control.stop);
    control.kept = &kept;
    job.exit = {.code = observation.exit.code,
                .signal = observation.exit.signal,
                .interrupted = signals.count() > 0,
                .core = observation.exit.core_dumped};
    record(workspace, UserHooks(workspace, request.hooks),
           gather_job(workspace, std::move(observation), std::move(job), description, control,
                      std::move(cache)),
           running, outcome);
  } catch (const std::exception& error) {
    outcome.failure = error.what();
    outcome.spooled = running.keep();
  }
  outcome.record_ns = nanoseconds_since(start);
  return outcome;
}

DirtyPolicy dirty_policy(const Config& config, bool allow_dirty) {
  const std::string& policy = config.string("git.dirty");
  if (allow_dirty) {
    if (config.boolean("git.dirty_locked") && policy == "refuse") {
      throw Error(Errc::Usage, "--allow-dirty is not allowed here: git.dirty_locked is set (" +
                                   config.setting("git.dirty_locked").where + ")");
    }
    return DirtyPolicy::Record;
  }
  if (policy == "record") return DirtyPolicy::Record;
  return policy == "ignore" ? DirtyPolicy::Ignore : DirtyPolicy::Refuse;
}

std::vector<Algorithm> shown_algorithms(const Config& config, std::string_view configured_key,
                                        const std::vector<std::string>& added,
                                        const std::vector<std::string>& only) {
  std::vector<std::string> names = only;
  if (only.empty()) {
    names.push_back(config.string("hash.primary"));
    const auto& configured = config.list(configured_key);
    names.insert(names.end(), configured.begin(), configured.end());
    names.insert(names.end(), added.begin(), added.end());
  }
  std::vector<Algorithm> algorithms;
  for (const std::string& name : names) {
    const auto algorithm = algorithm_from_name(name);
    if (!algorithm) {
      throw Error(Errc::Usage,
                  "invalid hash algorithm: '" + name + "'; valid are " + algorithm_names());
    }
    if (std::ranges::find(algorithms, *algorithm) == algorithms.end()) {
      algorithms.push_back(*algorithm);
    }
  }
  return algorithms;
}

}  // namespace roar::plumbing
