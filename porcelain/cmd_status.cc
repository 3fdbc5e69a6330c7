#include <algorithm>
#include <iomanip>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "objects/base/error.h"
#include "objects/base/file.h"
#include "plumbing/git_state.h"
#include "plumbing/lookup.h"
#include "plumbing/open_store.h"
#include "plumbing/options.h"
#include "plumbing/quote.h"
#include "porcelain/commands.h"
#include "porcelain/git_text.h"
#include "porcelain/json_views.h"
#include "porcelain/spool_report.h"
#include "porcelain/stale_text.h"
#include "porcelain/text.h"

namespace roar::porcelain {
namespace {

// What is read and printed stays short however long the session is; --all asks for everything.
constexpr std::size_t kStepsShown = 20;

std::string git_line(const std::optional<plumbing::CodeState>& code) {
  if (!code) return "not in a git repository";
  const std::string branch = code->git.branch.empty() ? "(detached)" : code->git.branch;
  const std::string commit =
      code->git.commit.empty() ? "no commit yet" : code->git.commit.substr(0, 7);
  if (!code->git.unknown.empty()) return branch + " @ " + commit + "  ·  " + code->problem;
  const std::size_t dirty = code->tree.modified.size() + code->tree.untracked_code.size() +
                            code->tree.in_submodules.size();
  return branch + " @ " + commit +
         (dirty == 0 ? "  ·  clean, ready to run"
                     : "  ·  " + count_text(dirty, "uncommitted code file"));
}

std::string artifacts_title(const plumbing::StatusView& view, std::size_t missing) {
  const std::uint64_t steps = view.run_steps + view.build_steps;
  std::string title = "Artifacts";
  if (view.steps_shown < steps) {
    title += " of the latest " + std::to_string(view.steps_shown) + " steps";
  }
  title += " (" + std::to_string(view.outputs.size());
  if (missing > 0) title += ", " + std::to_string(missing) + " missing";
  if (view.steps_shown < steps) title += "; --all for those of all steps";
  return title + "):";
}

// Which of the outputs are still there.
std::vector<bool> existing_outputs(const Context& context, const plumbing::StatusView& view) {
  std::vector<bool> there;
  for (const plumbing::EdgeView& output : view.outputs) {
    there.push_back(file_exists(plumbing::absolute_path(*context.workspace, output.edge.path)));
  }
  return there;
}

void print_artifacts(std::ostream& out, const plumbing::StatusView& view,
                     const std::vector<bool>& there) {
  const auto missing = static_cast<std::size_t>(std::ranges::count(there, false));
  out << '\n' << artifacts_title(view, missing) << '\n';
  for (std::size_t i = 0; i < view.outputs.size(); ++i) {
    const plumbing::EdgeView& output = view.outputs[i];
    const std::string digest =
        output.digests.empty() ? "(not hashed)" : output.digests.front().digest.substr(0, 12);
    out << "  " << digest << "  " << std::setw(10) << size_text(output.edge.size) << "  "
        << plumbing::quoted_path(output.edge.path) << (there[i] ? "" : "  (missing)") << '\n';
  }
}

// Sessions up to this size are looked through as a whole: it takes some milliseconds.
constexpr std::uint64_t kStepsJudged = 200;
constexpr std::size_t kStaleShown = 10;

// What is stale: of all steps, or of the latest if that would take long and is not needed.
plumbing::Dag judged_dag(const Context& context, const Store& store,
                         const plumbing::StatusView& view, bool all) {
  const bool small = view.run_steps + view.build_steps <= kStepsJudged;
  return plumbing::active_dag(store, *context.workspace,
                              {.expanded = false, .survey = all || small ? nullptr : &view.survey});
}

void print_staleness(std::ostream& out, const plumbing::Dag& dag) {
  const std::uint64_t stale = stale_steps(dag);
  out << "Stale:     " << (stale == 0 ? std::string("none") : std::to_string(stale)) << " of "
      << (dag.left_out > 0 ? "the latest " : "") << count_text(dag.nodes.size(), "step")
      << (dag.left_out > 0 ? "; --all for all of them\n" : "\n");
  print_stale(out, dag, kStaleShown);
}

void print_status(std::ostream& out, const plumbing::StatusView& view, const plumbing::Dag& dag,
                  const std::vector<bool>& there, const std::optional<plumbing::CodeState>& code) {
  const Timestamp now = Timestamp::now();
  out << "Git:       " << git_line(code) << '\n';
  out << "Session:   " << view.summary.id.substr(0, 12) << "  ·  "
      << count_text(view.run_steps, "run step") << "  ·  "
      << count_text(view.build_steps, "build step") << "  ·  "
      << age_text(view.summary.created, now) << '\n';
  if (!view.latest) {
    out << "Latest:    nothing has run yet\n";
    return;
  }
  const plumbing::JobSummary& latest = *view.latest;
  out << "Latest:    " << job_reference(latest) << " " << command_text(latest.argv, 60) << "  ·  "
      << duration_text(latest.duration_ns) << "  ·  " << exit_text(latest.exit) << "  ·  "
      << age_text(latest.started, now) << '\n';
  print_staleness(out, dag);
  print_artifacts(out, view, there);
}

json::Object status_json(const plumbing::StatusView& view, const plumbing::Dag& dag,
                         const std::optional<plumbing::CodeState>& code) {
  json::Object object = session_summary_json(view.summary);
  object["type"] = json::Value("status");
  object.emplace("run_steps", view.run_steps);
  object.emplace("build_steps", view.build_steps);
  if (view.latest) object.emplace("latest", job_summary_json(*view.latest));
  json::Array outputs;
  for (const plumbing::EdgeView& output : view.outputs) outputs.emplace_back(edge_json(output));
  object.emplace("outputs", std::move(outputs));
  object.emplace("outputs_of_steps", view.steps_shown);
  object.emplace("stale_count", stale_steps(dag));
  object.emplace("stale", stale_json(dag));
  object.emplace("stale_of_steps", std::uint64_t{dag.nodes.size()});
  if (code) object.emplace("git", git_json(code->git));
  return object;
}

}  // namespace

int cmd_status(Context& context, Arguments arguments) {
  bool all = false;
  bool json = false;
  bool exit_code = false;
  Options options("status [--all] [--exit-code] [--json]");
  options.flag(0, "all", all, "all steps and their outputs, not only the latest 20")
      .flag(0, "exit-code", exit_code, "exit with 1 if a step of the session is stale")
      .flag(0, "json", json, "print JSON");
  if (!options.parse(arguments).empty()) {
    throw Error(Errc::Usage, "status takes no operands\n" + options.usage());
  }
  // Git takes longer than all the rest, so the rest is done beside it.
  using Question = plumbing::CodeQuestion;
  Question code(*context.workspace, plumbing::kGitTimeout);
  std::optional<Store> store;
  report_import(context.err,
                plumbing::open_store(*context.workspace, Store::Mode::ReadOnly, store));
  const plumbing::StatusView view = plumbing::active_status_view(
      *store, *context.workspace, all ? plumbing::kNoLimit : kStepsShown);
  const plumbing::Dag dag = judged_dag(context, *store, view, all || exit_code);
  const auto remote = json ? Question::RemoteUrl::Wanted : Question::RemoteUrl::Unwanted;
  if (json) {
    print_json(context.out, status_json(view, dag, code.answer(*store, remote)));
  } else {
    const std::vector<bool> there = existing_outputs(context, view);
    print_status(context.out, view, dag, there, code.answer(*store, remote));
  }
  return exit_code && stale_steps(dag) > 0 ? 1 : 0;
}

}  // namespace roar::porcelain
