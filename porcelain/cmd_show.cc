#include <ostream>
#include <string>
#include <variant>

#include "objects/base/error.h"
#include "plumbing/composite/view_composite.h"
#include "plumbing/lookup.h"
#include "plumbing/options.h"
#include "porcelain/commands.h"
#include "porcelain/composite_text.h"
#include "porcelain/json_views.h"
#include "porcelain/process_text.h"
#include "porcelain/show_text.h"

namespace roar::porcelain {
namespace {

struct Selection {
  std::string path;
  std::string job;
  std::string artifact;
  bool session = false;
};

template <typename... Functions>
struct Overloaded : Functions... {
  using Functions::operator()...;
};
template <typename... Functions>
Overloaded(Functions...) -> Overloaded<Functions...>;

bool has_scheme(std::string_view name) {
  return name.find(':') != std::string_view::npos;
}

// The one name that was given, in the form that look_up takes; empty for the active session.
std::string name_of(const Selection& selection, std::span<const std::string_view> operands,
                    const Options& options) {
  const int selectors = (selection.path.empty() ? 0 : 1) + (selection.job.empty() ? 0 : 1) +
                        (selection.artifact.empty() ? 0 : 1) + (selection.session ? 1 : 0);
  if (operands.size() > 1) throw Error(Errc::Usage, "show takes one name\n" + options.usage());
  if (selectors > 1 || (selectors == 1 && !operands.empty())) {
    throw Error(Errc::Usage, "specify only one of a name, --path, --job, --artifact and --session");
  }
  if (!selection.path.empty()) return "path:" + selection.path;
  if (!selection.job.empty()) {
    const bool bare = !selection.job.starts_with('@') && !has_scheme(selection.job);
    return (bare ? "job:" : "") + selection.job;
  }
  if (!selection.artifact.empty()) return selection.artifact;
  return operands.empty() ? std::string() : std::string(operands.front());
}

// Of a session's jobs, and of the uses of an artifact or a path, the latest: older ones are not
// even read.
constexpr std::size_t kJobsShown = 100;
constexpr std::size_t kUsesShown = 100;

plumbing::Found find(const Context& context, const std::string& name,
                     const plumbing::ListLimits& limits) {
  if (name.empty()) return plumbing::active_session_view(*context.store, limits.jobs);
  return plumbing::look_up(*context.store, *context.workspace, name, limits);
}

void print_found_json(std::ostream& out, const plumbing::Found& found, Show show) {
  const auto object =
      std::visit(Overloaded{[&](const plumbing::JobView& view) { return job_json(view, show); },
                            [](const plumbing::PathView& view) { return path_json(view); },
                            [](const plumbing::ArtifactView& view) { return artifact_json(view); },
                            [](const plumbing::SessionView& view) { return session_json(view); },
                            [](const plumbing::ObjectView& view) { return object_json(view); }},
                 found);
  print_json(out, object);
}

void print_found(std::ostream& out, const plumbing::Found& found, Show show) {
  std::visit(Overloaded{[&](const plumbing::JobView& view) { print_job(out, view, show); },
                        [&](const plumbing::PathView& view) { print_path(out, view); },
                        [&](const plumbing::ArtifactView& view) { print_artifact(out, view); },
                        [&](const plumbing::SessionView& view) { print_session(out, view, show); },
                        [&](const plumbing::ObjectView& view) {
                          out << type_name(view.object.type) << ' ' << view.id.hex() << "\n\n"
                              << view.object.payload << '\n';
                        }},
             found);
}

int show_processes(const Context& context, const plumbing::Found& found, Show show, bool json) {
  const auto* view = std::get_if<plumbing::JobView>(&found);
  if (view == nullptr) throw Error(Errc::Usage, "--processes is for a job, such as @1");
  const auto processes = plumbing::processes_of(*context.store, view->job);
  if (!processes)
    throw Error(Errc::NotFound, "the processes of job " + view->summary.short_uid +
                                    " are not recorded: it is older than that, or was imported");
  if (json) {
    json::Object object = job_json(*view, show);
    put_processes(object, *processes);
    print_json(context.out, std::move(object));
  } else {
    print_job_head(context.out, *view);
    print_processes(context.out, *processes, show);
  }
  return 0;
}

// The composite that was found, if it is one.
const plumbing::ObjectView* composite_in(const plumbing::Found& found) {
  const auto* object = std::get_if<plumbing::ObjectView>(&found);
  return object != nullptr && object->object.type == ObjectType::Composite ? object : nullptr;
}

int show_composite(const Context& context, const ObjectId& id, Show show, bool json) {
  const bool all = json || show == Show::All;
  const auto view =
      plumbing::view_composite(*context.store, id, all ? plumbing::kNoLimit : kComponentsShown);
  if (json) {
    print_json(context.out, composite_json(view));
  } else {
    print_composite(context.out, view);
  }
  return 0;
}

}  // namespace

int cmd_show(Context& context, Arguments arguments) {
  Selection selection;
  bool all = false;
  bool json = false;
  bool processes = false;
  Options options("show [<options>] [<name>]");
  options.value(0, "path", "path", selection.path, "the newest recorded version of a file")
      .value(0, "job", "job", selection.job, "a job, by uid or step")
      .value(0, "artifact", "hash", selection.artifact, "an artifact, by any of its hashes")
      .flag(0, "session", selection.session, "the active session")
      .flag(0, "processes", processes, "of a job, what ran in it and which files it used")
      .flag(0, "all", all, "system and package files, package lists and variables too; every use")
      .flag(0, "json", json, "print JSON");
  const auto operands = options.parse(arguments);
  const Show show = all ? Show::All : Show::Usual;
  const plumbing::Found found = find(context, name_of(selection, operands, options),
                                     {.jobs = all || json ? plumbing::kNoLimit : kJobsShown,
                                      .uses = all ? plumbing::kNoLimit : kUsesShown});
  if (processes) return show_processes(context, found, show, json);
  if (const auto* composite = composite_in(found))
    return show_composite(context, composite->id, show, json);
  if (json) {
    print_found_json(context.out, found, show);
  } else {
    print_found(context.out, found, show);
  }
  return 0;
}

}  // namespace roar::porcelain
