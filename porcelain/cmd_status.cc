#include <algorithm>
#include <iomanip>
#include <map>
#include <ostream>
#include <string>

#include "objects/base/error.h"
#include "objects/base/file.h"
#include "plumbing/git_state.h"
#include "plumbing/lookup.h"
#include "plumbing/options.h"
#include "plumbing/quote.h"
#include "porcelain/commands.h"
#include "porcelain/json_views.h"
#include "porcelain/text.h"

namespace roar::porcelain {
namespace {

// The current outputs of the session's steps, by path.
std::map<std::string, plumbing::EdgeView> outputs_of(const plumbing::Dag& dag) {
  std::map<std::string, plumbing::EdgeView> outputs;
  for (const plumbing::DagNode& node : dag.nodes) {
    for (const plumbing::DagFile& file : node.outputs) {
      outputs[file.edge.path] = {.edge = file.edge, .digests = file.digests};
    }
  }
  return outputs;
}

std::string git_line(const std::optional<plumbing::CodeState>& code) {
  if (!code) return "not in a git repository";
  const std::string branch = code->git.branch.empty() ? "(detached)" : code->git.branch;
  const std::string commit =
      code->git.commit.empty() ? "no commit yet" : code->git.commit.substr(0, 7);
  const std::size_t dirty = code->tree.modified.size() + code->tree.untracked_code.size();
  return branch + " @ " + commit +
         (dirty == 0 ? "  ·  clean, ready to run"
                     : "  ·  " + count_text(dirty, "uncommitted code file"));
}

void print_artifacts(std::ostream& out, const Context& context, const plumbing::Dag& dag) {
  const auto outputs = outputs_of(dag);
  std::size_t missing = 0;
  for (const auto& [path, output] : outputs) {
    missing += file_exists(plumbing::absolute_path(*context.workspace, path)) ? 0U : 1U;
  }
  out << "\nArtifacts (" << outputs.size();
  if (missing > 0) out << ", " << missing << " missing";
  out << "):\n";
  for (const auto& [path, output] : outputs) {
    const std::string digest =
        output.digests.empty() ? "(not hashed)" : output.digests.front().digest.substr(0, 12);
    const bool there = file_exists(plumbing::absolute_path(*context.workspace, path));
    out << "  " << digest << "  " << std::setw(10) << size_text(output.edge.size) << "  "
        << plumbing::quoted_path(path) << (there ? "" : "  (missing)") << '\n';
  }
}

void print_status(Context& context, const plumbing::StatusView& view,
                  const std::optional<plumbing::CodeState>& code) {
  std::ostream& out = context.out;
  const auto builds = std::ranges::count_if(
      view.session.steps, [](const plumbing::Step& step) { return step.kind == JobKind::Build; });
  const auto runs = static_cast<std::ptrdiff_t>(view.session.steps.size()) - builds;
  const Timestamp now = Timestamp::now();
  out << "Git:       " << git_line(code) << '\n';
  out << "Session:   " << view.session.summary.id.substr(0, 12) << "  ·  "
      << count_text(static_cast<std::uint64_t>(runs), "run step") << "  ·  "
      << count_text(static_cast<std::uint64_t>(builds), "build step") << "  ·  "
      << age_text(view.session.summary.created, now) << '\n';
  if (view.session.jobs.empty()) {
    out << "Latest:    nothing has run yet\n";
    return;
  }
  const plumbing::JobSummary& latest = view.session.jobs.back();
  out << "Latest:    " << job_reference(latest) << " " << command_text(latest.argv, 60) << "  ·  "
      << duration_text(latest.duration_ns) << "  ·  " << exit_text(latest.exit) << "  ·  "
      << age_text(latest.started, now) << '\n';
  print_artifacts(out, context, view.dag);
}

json::Object status_json(const plumbing::StatusView& view,
                         const std::optional<plumbing::CodeState>& code) {
  json::Object object = session_json(view.session);
  object["type"] = json::Value("status");
  json::Array outputs;
  for (const auto& [path, output] : outputs_of(view.dag)) outputs.emplace_back(edge_json(output));
  object.emplace("outputs", std::move(outputs));
  if (code) object.emplace("git", git_json(code->git));
  return object;
}

}  // namespace

int cmd_status(Context& context, Arguments arguments) {
  bool json = false;
  Options options("status [--json]");
  options.flag(0, "json", json, "print JSON");
  if (!options.parse(arguments).empty()) {
    throw Error(Errc::Usage, "status takes no operands\n" + options.usage());
  }
  const plumbing::StatusView view = plumbing::status_view(*context.store);
  const auto code = plumbing::code_state(*context.workspace, *context.store);
  if (json) {
    print_json(context.out, status_json(view, code));
  } else {
    print_status(context, view, code);
  }
  return 0;
}

}  // namespace roar::porcelain
