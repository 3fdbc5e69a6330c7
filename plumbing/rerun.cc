#include "plumbing/rerun.h"

#include <algorithm>
#include <cstddef>
#include <optional>

#include "objects/base/error.h"
#include "objects/history.h"
#include "objects/store.h"
#include "plumbing/dag.h"
#include "plumbing/graph/edge_table.h"
#include "plumbing/graph/staleness.h"
#include "plumbing/graph/step_scope.h"
#include "plumbing/quote.h"

namespace roar::plumbing {
namespace {

// Whether an argument after "--key" is its value rather than the next option: "-1" and "-" are.
bool is_value(std::string_view argument) {
  if (!argument.starts_with('-') || argument == "-") return true;
  return (argument[1] >= '0' && argument[1] <= '9') || argument[1] == '.';
}

// "--key" in a text with several words, where no edit of whole arguments can reach it.
bool stands_inside(std::string_view argument, std::string_view option) {
  constexpr std::string_view kSpace = " \t\n";
  if (argument.find_first_of(kSpace) == std::string_view::npos) return false;
  for (std::size_t at = argument.find(option); at != std::string_view::npos;
       at = argument.find(option, at + 1)) {
    const std::size_t end = at + option.size();
    const bool starts = at == 0 || kSpace.find(argument[at - 1]) != std::string_view::npos;
    const bool ends = end == argument.size() || argument[end] == '=' ||
                      kSpace.find(argument[end]) < kSpace.size();
    if (starts && ends) return true;
  }
  return false;
}

// Where the option stands; nullopt if it does not.
std::optional<std::size_t> place_of(const std::vector<std::string>& argv,
                                    const std::string& option) {
  std::optional<std::size_t> place;
  for (std::size_t i = 1; i < argv.size(); ++i) {
    if (argv[i] != option && !argv[i].starts_with(option + "=")) continue;
    if (place) {
      throw Error(Errc::Conflict, "cannot edit " + quoted_for_shell(option) +
                                      ": it is there more than once; type the command anew");
    }
    place = i;
  }
  return place;
}

void edit(std::vector<std::string>& argv, std::string_view edit) {
  const std::size_t equals = edit.find('=');
  if (!edit.starts_with("--") || equals == std::string_view::npos || equals < 3) {
    throw Error(Errc::Usage,
                "after a step only --<key>=<value> may stand, not " + quoted_for_shell(edit));
  }
  const std::string option(edit.substr(0, equals));
  const auto place = place_of(argv, option);
  if (place && argv[*place] == option && *place + 1 < argv.size() && is_value(argv[*place + 1])) {
    argv[*place + 1] = edit.substr(equals + 1);
  } else if (place) {
    argv[*place] = edit;
  } else {
    const auto whole = std::ranges::find_if(
        argv, [&](const std::string& argument) { return stands_inside(argument, option); });
    if (whole != argv.end()) {
      throw Error(Errc::Conflict, "cannot edit " + quoted_for_shell(option) +
                                      ": it is part of the argument " + quoted_for_shell(*whole) +
                                      "; type the command anew");
    }
    argv.emplace_back(edit);
  }
}

// Steps that the node depends on and that are stale themselves.
std::vector<std::string> stale_dependencies(const Dag& dag, const StepReference& step) {
  const auto node = std::ranges::find_if(dag.nodes, [&](const DagNode& candidate) {
    return candidate.step.kind == step.kind && candidate.step.number == step.number;
  });
  std::vector<std::string> stale;
  if (node == dag.nodes.end() || !node->stale) return stale;
  for (const DagDependency& dependency : node->dependencies) {
    const DagNode& before = dag.nodes.at(dependency.node);
    if (before.stale) stale.push_back(step_reference(before.step.kind, before.step.number));
  }
  return stale;
}

void add_inherited(const ReadTransaction& transaction, const Job& job, Rerun& rerun) {
  for_each_edge_of(transaction, job, [&](const Edge& edge) {
    if ((edge.evidence & static_cast<std::uint8_t>(Evidence::Inherited)) == 0) return true;
    if (edge.role == EdgeRole::Input) rerun.inherited_inputs.push_back(edge.path);
    if (edge.role == EdgeRole::Output) rerun.inherited_outputs.push_back(edge.path);
    return true;
  });
}

}  // namespace

void edit_arguments(std::vector<std::string>& argv, Arguments edits) {
  for (const std::string_view one : edits) edit(argv, one);
}

Rerun rerun_of(const Workspace& workspace, std::string_view reference, Arguments edits) {
  const auto step = parse_step_reference(reference);
  if (!step) {
    throw Error(Errc::Usage, "invalid DAG reference " + quoted_path(reference) +
                                 "; use @N or @BN where N is a number from 1");
  }
  Rerun rerun;
  rerun.step = *step;
  const Store store(workspace.store_directory(), Store::Mode::ReadOnly);
  store.read([&](const ReadTransaction& transaction) {
    const auto session = active_session(transaction);
    const auto job_id = session ? job_of_step(transaction, *session, *step) : std::nullopt;
    if (!job_id) {
      throw Error(Errc::NotFound, "the active session has no step " + std::string(reference) +
                                      "\nhint: 'roar dag' lists its steps");
    }
    const Job job = read_job(transaction, *job_id);
    for_each_job_of_step(transaction, *session, step->kind, step->number,
                         [&](const JobPlace& place) {
                           rerun.name = place.step_name;
                           return false;
                         });
    rerun.argv = job.argv;
    rerun.add_tags = job.add_tags;
    rerun.block_tags = job.block_tags;
    rerun.directory = absolute_path(workspace, job.cwd);
    EdgeTable edges(transaction);
    const auto scope = scope_of_step(edges, workspace, *session, *step);
    DagQuery query;
    if (scope) query.scope = &*scope;
    Dag dag = dag_of_session(edges, *session, query);
    find_stale(edges, workspace, dag);
    rerun.stale = stale_dependencies(dag, *step);
    add_inherited(transaction, job, rerun);
  });
  edit_arguments(rerun.argv, edits);
  return rerun;
}

}  // namespace roar::plumbing
