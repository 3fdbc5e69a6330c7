#include "porcelain/lineage_text.h"

#include <map>
#include <ostream>
#include <set>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "plumbing/quote.h"
#include "porcelain/json_views.h"
#include "porcelain/text.h"

namespace roar::porcelain {
namespace {

std::string digest_text(const std::vector<DigestRecord>& digests) {
  if (digests.empty()) return "(content not known)";
  return digests.front().algorithm + ":" + digests.front().digest.substr(0, 12);
}

class LineagePrinter {
 public:
  LineagePrinter(std::ostream& out, const plumbing::LineageView& view) : out_(out) {
    for (const plumbing::LineageJob& job : view.jobs) jobs_.emplace(job.summary.id, &job);
  }

  // Lines waiting to be printed stand on a stack of our own: a chain of a hundred thousand jobs
  // must not exhaust the program's.
  void print(const std::vector<ObjectId>& roots, const std::string& indent, bool connected) {
    std::vector<Line> lines;
    for (auto root = roots.rbegin(); root != roots.rend(); ++root) {
      lines.push_back({.job = *root,
                       .file = nullptr,
                       .indent = indent,
                       .connected = connected,
                       .last = root == roots.rbegin()});
    }
    while (!lines.empty()) {
      const Line line = std::move(lines.back());
      lines.pop_back();
      if (line.file != nullptr) {
        print_file(line, lines);
      } else {
        print_job(line, lines);
      }
    }
  }

 private:
  struct Line {
    ObjectId job;
    const plumbing::LineageFile* file = nullptr;  // null: the job
    std::string indent;
    bool connected = true;  // to the line above
    bool last = false;

    std::string head() const { return connected ? indent + (last ? "└── " : "├── ") : indent; }
    // Deeper down all stand at one margin.
    std::string below() const {
      constexpr std::size_t kIndentMax = 200;
      if (!connected || indent.size() > kIndentMax) return indent;
      return indent + (last ? "    " : "│   ");
    }
  };

  void print_job(const Line& line, std::vector<Line>& lines) {
    const auto found = jobs_.find(line.job);
    if (found == jobs_.end()) return;  // further away than was asked for
    const plumbing::LineageJob& job = *found->second;
    // Of a session's jobs, those that another came from stand there.
    if (!line.connected && printed_.contains(line.job)) return;
    out_ << line.head() << job_reference(job.summary) << ' ' << command_text(job.summary.argv, 60);
    if (!job.summary.exit.success()) out_ << "  (" << exit_text(job.summary.exit) << ')';
    const bool again = !printed_.insert(line.job).second;
    out_ << (again && !job.inputs.empty() ? "  (as above)\n" : "\n");
    if (again) return;
    for (auto input = job.inputs.rbegin(); input != job.inputs.rend(); ++input) {
      lines.push_back({.job = {},
                       .file = &*input,
                       .indent = line.below(),
                       .connected = true,
                       .last = input == job.inputs.rbegin()});
    }
  }

  void print_file(const Line& line, std::vector<Line>& lines) {
    const plumbing::UpstreamFile& file = line.file->file;
    out_ << line.head() << plumbing::quoted_path(file.edge.path) << "  "
         << digest_text(line.file->digests);
    if (file.producer && file.producer->via_content) out_ << "  (a copy)";
    const bool cut = file.producer && !jobs_.contains(file.producer->job);
    out_ << (cut ? "  ...\n" : "\n");
    if (!file.producer || cut) return;
    lines.push_back({.job = file.producer->job,
                     .file = nullptr,
                     .indent = line.below(),
                     .connected = true,
                     .last = true});
  }

  std::ostream& out_;
  std::unordered_map<ObjectId, const plumbing::LineageJob*> jobs_;
  std::unordered_set<ObjectId> printed_;
};

json::Object file_json(const plumbing::LineageFile& file) {
  json::Object entry{{"size", file.file.edge.size}, {"hashes", digests_json(file.digests)}};
  json::put_bytes(entry, "path", file.file.edge.path);
  if (!file.digests.empty()) entry.emplace("hash", file.digests.front().digest);
  if (file.file.edge.artifact) entry.emplace("artifact_oid", file.file.edge.artifact->hex());
  if (file.file.producer) {
    entry.emplace("producer_oid", file.file.producer->job.hex());
    if (file.file.producer->via_content) entry.emplace("via_content", true);
  }
  return entry;
}

json::Array files_json(const std::vector<plumbing::LineageFile>& files) {
  json::Array list;
  for (const plumbing::LineageFile& file : files) list.emplace_back(file_json(file));
  return list;
}

json::Array artifacts_json(const plumbing::LineageView& view) {
  json::Array list;
  std::set<std::pair<std::string, ObjectId>> seen;
  for (const plumbing::LineageJob& job : view.jobs) {
    for (const auto* files : {&job.inputs, &job.outputs}) {
      for (const plumbing::LineageFile& file : *files) {
        const Edge& edge = file.file.edge;
        if (!edge.artifact || !seen.emplace(edge.path, *edge.artifact).second) continue;
        json::Object entry = file_json(file);
        entry.erase("producer_oid");
        entry.erase("via_content");
        list.emplace_back(std::move(entry));
      }
    }
  }
  return list;
}

}  // namespace

void print_lineage(std::ostream& out, const plumbing::LineageView& view, const std::string& name) {
  const plumbing::LineageTarget& target = view.target;
  LineagePrinter printer(out, view);
  if (!target.artifact) return printer.print(target.jobs, "", false);
  const std::string title = target.path.empty() ? name : target.path;
  out << plumbing::quoted_path(title) << "  " << digest_text(view.digests) << "  "
      << size_text(view.size) << '\n';
  if (target.jobs.empty()) out << "    no recorded job made it\n";
  printer.print(target.jobs, "", true);
}

json::Object lineage_json(const plumbing::LineageView& view) {
  json::Array jobs;
  for (const plumbing::LineageJob& job : view.jobs) {
    json::Object entry = job_summary_json(job.summary);
    entry.emplace("inputs", files_json(job.inputs));
    entry.emplace("outputs", files_json(job.outputs));
    if (job.cut) entry.emplace("cut", true);
    jobs.emplace_back(std::move(entry));
  }
  json::Object object{
      {"type", "lineage"}, {"jobs", std::move(jobs)}, {"artifacts", artifacts_json(view)}};
  if (view.target.artifact) {
    json::Object artifact{{"size", view.size},
                          {"hashes", digests_json(view.digests)},
                          {"artifact_oid", view.target.artifact->hex()}};
    if (!view.digests.empty()) artifact.emplace("hash", view.digests.front().digest);
    if (!view.target.path.empty()) json::put_bytes(artifact, "path", view.target.path);
    object.emplace("artifact", std::move(artifact));
  }
  if (!view.target.session.empty()) object.emplace("session", view.target.session);
  return object;
}

}  // namespace roar::porcelain
