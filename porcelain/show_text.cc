#include "porcelain/show_text.h"

#include <algorithm>
#include <array>
#include <iomanip>
#include <map>
#include <ostream>
#include <set>
#include <string>
#include <utility>

#include "plumbing/dataset/dataset_labels.h"
#include "plumbing/labels/assignments.h"
#include "plumbing/labels/parameters.h"
#include "plumbing/quote.h"
#include "plumbing/record_job.h"
#include "plumbing/steps.h"
#include "porcelain/dataset_text.h"
#include "porcelain/git_text.h"
#include "porcelain/label_text.h"
#include "porcelain/text.h"

namespace roar::porcelain {
namespace {

using plumbing::quoted_path;

// The stock tool that recomputes a digest; empty if there is none.
std::string_view check_tool(std::string_view algorithm) noexcept {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kTools{
      {{"blake3", "b3sum"},
       {"sha256", "sha256sum"},
       {"sha512", "sha512sum"},
       {"md5", "openssl md5"}}};
  const auto* tool =
      std::ranges::find(kTools, algorithm, [](const auto& row) { return row.first; });
  return tool != kTools.end() ? tool->second : std::string_view();
}

std::string short_digest(const plumbing::EdgeView& view) {
  if (!view.edge.missing.empty()) return "(" + view.edge.missing + ")";
  if (view.digests.empty()) return "-";
  return view.digests.front().algorithm + ":" + view.digests.front().digest.substr(0, 12);
}

std::string evidence_text(const Edge& edge) {
  std::string text;
  for (const std::string_view name : evidence_names(edge.evidence))
    text += (text.empty() ? "" : ",") + std::string(name);
  if (edge.unchanged) text += text.empty() ? "unchanged" : ",unchanged";
  if (edge.changed) text += text.empty() ? "changed" : ",changed";
  if (!edge.via.empty()) text += " via " + edge.via.substr(0, 8);
  return text;
}

void print_edges(std::ostream& out, std::string_view title,
                 const std::vector<const plumbing::EdgeView*>& edges) {
  out << '\n' << title << " (" << edges.size() << "):\n";
  for (const plumbing::EdgeView* view : edges) {
    out << "  " << std::left << std::setw(20) << short_digest(*view) << std::right << std::setw(11)
        << size_text(view->edge.size) << "  " << quoted_path(view->edge.path);
    const std::string evidence = evidence_text(view->edge);
    if (!evidence.empty()) out << "  [" << evidence << "]";
    out << '\n';
  }
}

// What has no content.
void print_paths(std::ostream& out, std::string_view title,
                 const std::vector<const plumbing::EdgeView*>& edges) {
  out << '\n' << title << " (" << edges.size() << "):\n";
  for (const plumbing::EdgeView* view : edges) out << "  " << quoted_path(view->edge.path) << '\n';
}

std::vector<const plumbing::EdgeView*> edges_where(const plumbing::JobView& view, EdgeRole role,
                                                   auto&& wanted) {
  std::vector<const plumbing::EdgeView*> edges;
  for (const plumbing::EdgeView& edge : view.edges) {
    if (edge.edge.role == role && wanted(edge.edge)) edges.push_back(&edge);
  }
  return edges;
}

// Whether the edge is shown as a part of a composite.
bool is_in_composite(const plumbing::JobView& view, const Edge& edge) {
  return std::ranges::any_of(view.composites, [&](const plumbing::JobCompositeView& one) {
    const std::string& path = one.use.path;
    if (edge.path.size() <= path.size() + 1 || !edge.path.starts_with(path)) return false;
    return edge.path[path.size()] == '/' &&
           !std::ranges::binary_search(one.composite.excluded, edge.path.substr(path.size() + 1));
  });
}

void print_composites(std::ostream& out, const plumbing::JobView& view) {
  if (view.composites.empty()) return;
  constexpr std::size_t kDigits = 12;
  out << "\nComposites (" << view.composites.size() << "):\n";
  for (const plumbing::JobCompositeView& one : view.composites) {
    const Composite& composite = one.composite;
    out << "  " << composite.algorithm << ':' << composite.digest.substr(0, kDigits)
        << std::setw(11) << size_text(composite.size) << "  " << quoted_path(one.use.path) << "/  ["
        << role_name(one.use.role) << ", "
        << (composite.structure.empty() ? "declared" : composite.structure) << ", ";
    if (one.files_used < composite.files) out << one.files_used << " of ";
    out << count_text(composite.files, "file") << "]\n";
  }
}

void print_all_edges(std::ostream& out, const plumbing::JobView& view, Show show) {
  print_composites(out, view);
  const auto shown = [&](const Edge& edge) {
    return plumbing::is_shown(edge) && (show == Show::All || !is_in_composite(view, edge));
  };
  print_edges(out, "Inputs", edges_where(view, EdgeRole::Input, shown));
  print_edges(out, "Outputs", edges_where(view, EdgeRole::Output, shown));
  const auto code = edges_where(
      view, EdgeRole::Input, [](const Edge& edge) { return edge.path_class == PathClass::Code; });
  if (!code.empty()) print_edges(out, "Code", code);
  std::map<PathClass, std::vector<const plumbing::EdgeView*>> others;
  for (const plumbing::EdgeView& edge : view.edges) {
    const bool file = edge.edge.role == EdgeRole::Input || edge.edge.role == EdgeRole::Output;
    const bool printed = plumbing::is_shown(edge.edge) || (edge.edge.role == EdgeRole::Input &&
                                                           edge.edge.path_class == PathClass::Code);
    if (file && !printed) others[edge.edge.path_class].push_back(&edge);
  }
  std::string folded;
  for (const auto& [path_class, edges] : others) {
    const std::string name(class_name(path_class));
    if (show == Show::All) {
      print_edges(out, name, edges);
    } else {
      folded += (folded.empty() ? "" : " · ") + std::to_string(edges.size()) + " " + name;
    }
  }
  for (const EdgeRole role : {EdgeRole::Absent, EdgeRole::Listed}) {
    const auto edges = edges_where(view, role, [](const Edge&) { return true; });
    if (edges.empty()) continue;
    if (show == Show::All) {
      print_paths(out, role_name(role), edges);
    } else {
      folded += (folded.empty() ? "" : " · ") + std::to_string(edges.size()) + " " +
                std::string(role_name(role));
    }
  }
  if (!folded.empty()) out << "\nAlso:      " << folded << "    (--all, --json)\n";
}

void print_tracing(std::ostream& out, const Tracing& tracing) {
  out << "Tracer:    " << tracing.backend << "  ·  "
      << (tracing.complete ? "complete" : "incomplete") << "  ·  "
      << (tracing.processes == 1 ? std::string("1 process")
                                 : std::to_string(tracing.processes) + " processes");
  if (tracing.temporaries > 0) out << "  ·  " << count_text(tracing.temporaries, "temporary file");
  if (tracing.credentials > 0) {
    out << "  ·  " << count_text(tracing.credentials, "credential file") << " not listed";
  }
  if (tracing.ignored > 0) out << "  ·  " << count_text(tracing.ignored, "file") << " ignored";
  out << '\n';
  for (const TracingGap& gap : tracing.gaps) {
    out << "  gap:     " << gap.reason;
    if (!gap.program.empty()) out << "  " << quoted_path(gap.program);
    if (gap.count > 1) out << "  (" << gap.count << " times)";
    out << '\n';
  }
  if (tracing.dropped > 0) out << "  lost:    " << count_text(tracing.dropped, "fact") << '\n';
}

void print_environment(std::ostream& out, const plumbing::JobView& view, Show show) {
  if (view.environment) {
    const Environment& environment = *view.environment;
    out << "\nEnvironment:\n  host:     " << environment.hostname << " · "
        << environment.distribution << " · " << environment.system << " " << environment.release
        << " · " << environment.cpu_count << " cpu · "
        << size_text(static_cast<std::uint64_t>(environment.memory_bytes)) << '\n';
  }
  if (!view.packages) return;
  std::map<std::string, std::size_t> counts;
  for (const Package& package : view.packages->packages) ++counts[package.manager];
  out << "  packages:";
  for (const auto& [manager, count] : counts) out << " " << count << " " << manager;
  out << (show == Show::All ? "\n" : "    (--all for the lists)\n");
  if (show != Show::All) return;
  for (const Package& package : view.packages->packages) {
    out << "    " << package.manager << "  " << package.name << " " << package.version << '\n';
  }
  out << "  variables:\n";
  for (const auto& [name, value] : view.job.variables) {
    out << "    " << name << "=" << plumbing::quoted_for_shell(value) << '\n';
  }
}

void print_digests(std::ostream& out, const std::vector<DigestRecord>& digests,
                   const std::string& path) {
  for (const DigestRecord& digest : digests) {
    const std::string title = "Hash (" + digest.algorithm + "):";
    out << std::left << std::setw(16) << title << digest.digest
        << (digest.origin == DigestOrigin::Claimed ? "  (claimed)" : "") << '\n';
    const std::string_view tool = check_tool(digest.algorithm);
    if (!tool.empty() && !path.empty()) {
      out << "  ≡ " << tool << " " << plumbing::quoted_for_shell(path) << '\n';
    }
  }
}

void print_uses(std::ostream& out, const std::vector<plumbing::UseView>& uses,
                const plumbing::UsesCut& cut) {
  for (const EdgeRole role : {EdgeRole::Output, EdgeRole::Input}) {
    const bool produced = role == EdgeRole::Output;
    const bool is_cut = produced ? cut.outputs : cut.inputs;
    std::size_t count = 0;
    for (const plumbing::UseView& view : uses) {
      if (view.use.role != role) continue;
      if (count++ == 0)
        out << (produced ? "\nProduced by" : "\nConsumed by")
            << (is_cut ? " (the latest; --all for all of them):\n" : ":\n");
      out << "  " << std::left << std::setw(5) << job_reference(view.job) << " "
          << view.job.short_uid << "  " << command_text(view.job.argv, 60) << "  as "
          << quoted_path(view.use.path) << '\n';
    }
  }
}

void print_parameters(std::ostream& out, const Job& job) {
  const auto parameters = plumbing::parameters_of(job.argv);
  if (parameters.empty()) return;
  out << "\nParameters:\n";
  for (const plumbing::Parameter& parameter : parameters)
    out << "  " << plumbing::assignment_text(parameter.name, parameter.value) << '\n';
}

// What the user asked of the tags of outputs.
void print_modifiers(std::ostream& out, const Job& job) {
  if (!job.add_tags.empty() || !job.block_tags.empty()) out << '\n';
  for (const std::string& tag : job.add_tags) out << "Adds tag:  " << tag << '\n';
  for (const std::string& tag : job.block_tags) out << "Blocks:    " << tag << '\n';
}

// The path to recompute the digests from: the newest at which the artifact was seen.
std::string newest_path(const plumbing::ArtifactView& view) {
  return view.uses.empty() ? std::string() : view.uses.back().use.path;
}

void print_content(std::ostream& out, const plumbing::ArtifactView& view, const std::string& path) {
  print_digests(out, view.digests, path);
  out << "Size:           " << size_text(view.artifact.size) << " (" << view.artifact.size
      << " bytes)\n";
  out << "Artifact:       " << view.id.hex() << '\n';
  for (const ObjectId& claim : view.claims)
    out << "                " << claim.hex() << "  (a claim)\n";
  if (view.artifact.is_claimed())
    out << "Content:        known by a claim alone; its bytes were not seen here\n";
}

}  // namespace

void print_job_head(std::ostream& out, const plumbing::JobView& view) {
  const Job& job = view.job;
  out << "Job:       " << job_reference(view.summary) << "  ·  " << view.summary.short_uid
      << "  ·  " << exit_text(job.exit) << "  ·  " << duration_text(view.summary.duration_ns)
      << "  ·  " << time_text(job.started) << '\n';
  out << "Object:    " << view.summary.id.hex() << '\n';
  if (!view.summary.step_name.empty()) out << "Name:      " << view.summary.step_name << '\n';
  if (job.git) print_git(out, *job.git, view.patch);
  if (!job.cwd.empty()) out << "Directory: " << quoted_path(job.cwd) << '\n';
  if (!job.parent_uid.empty()) out << "Inside:    " << job.parent_uid.substr(0, 8) << '\n';
  print_tracing(out, job.tracing);
  out << "\n  $ " << command_text(job.argv, 0) << '\n';
}

void print_job(std::ostream& out, const plumbing::JobView& view, Show show) {
  print_job_head(out, view);
  print_parameters(out, view.job);
  print_modifiers(out, view.job);
  print_all_edges(out, view, show);
  print_datasets(out, plumbing::datasets_in(view.labels));
  print_environment(out, view, show);
  print_labels(out, view.labels, show);
}

void print_artifact(std::ostream& out, const plumbing::ArtifactView& view) {
  const std::string path = newest_path(view);
  print_content(out, view, path);
  std::set<std::string> paths;
  for (const plumbing::UseView& use : view.uses) paths.insert(use.use.path);
  for (const std::string& one : paths) out << "Path:           " << quoted_path(one) << '\n';
  print_uses(out, view.uses, view.cut);
  print_labels(out, view.labels, Show::Usual);
}

void print_path(std::ostream& out, const plumbing::PathView& view) {
  out << "Path:           " << quoted_path(view.path) << '\n';
  // A check line for a file that is another one by now would only mislead.
  const bool same = view.disk == plumbing::DiskState::Same;
  print_content(out, view.newest, same ? view.path : std::string());
  switch (view.disk) {
    case plumbing::DiskState::Same:
    case plumbing::DiskState::Unknown:
      break;
    case plumbing::DiskState::Differs:
      out << "On disk:        differs from the newest recorded version\n";
      break;
    case plumbing::DiskState::Missing:
      out << "On disk:        (missing)\n";
      break;
  }
  print_uses(out, view.uses, view.cut);
  print_labels(out, view.newest.labels, Show::Usual);
}

void print_session(std::ostream& out, const plumbing::SessionView& view, Show show) {
  out << "Session: " << view.summary.id << (view.summary.active ? "  (active)" : "") << '\n';
  out << "Created: " << time_text(view.summary.created) << '\n';
  out << (view.has_earlier ? "\nJobs (the latest " : "\nJobs (") << view.jobs.size()
      << (view.has_earlier ? "; --all for all of them):\n" : "):\n");
  out << std::left << std::setw(7) << "STEP" << std::setw(10) << "JOB UID" << std::setw(8)
      << "STATUS"
      << "COMMAND\n";
  for (const plumbing::JobSummary& job : view.jobs) {
    out << std::left << std::setw(7) << job_reference(job) << std::setw(10) << job.short_uid
        << std::setw(8) << (job.exit.success() ? "OK" : "FAIL")
        << command_text(job.argv, show == Show::All ? 0 : 50) << '\n';
  }
  print_labels(out, view.labels, show);
}

}  // namespace roar::porcelain
