#include "plumbing/dataset/job_clues.h"

#include <algorithm>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <unordered_map>
#include <utility>

#include "objects/base/error.h"
#include "objects/composite.h"
#include "plumbing/dataset/component_survey.h"

namespace roar::plumbing {
namespace {

// What was written is what is there.
void add_files(const std::vector<Edge>& edges, JobClues& found) {
  std::unordered_map<std::string_view, std::size_t> positions;
  for (const Edge& edge : edges) {
    if (!is_data_file(edge)) continue;
    const auto [entry, is_new] = positions.try_emplace(edge.path, found.edges.size());
    const DatasetFile file{.path = edge.path, .role = edge.role, .size = edge.size};
    if (is_new) {
      found.clues.files.push_back(file);
      found.edges.push_back(&edge);
    } else if (edge.role == EdgeRole::Output) {
      found.clues.files[entry->second] = file;
      found.edges[entry->second] = &edge;
    }
  }
}

// Their objects are not stored yet.
void add_composites(const NewJob& job, DatasetClues& clues) {
  if (job.job.composites.empty()) return;
  std::unordered_map<ObjectId, std::string_view> payloads;
  for (const CompositeObject& object : job.composite_objects)
    payloads.emplace(object_id_of(object.type, object.payload), object.payload);
  const auto payload_of = [&](const ObjectId& id) {
    const auto found = payloads.find(id);
    if (found == payloads.end())
      throw Error(Errc::Corrupt, "object " + id.hex() + " of the job's composites is missing");
    return std::string(found->second);
  };
  for (const JobComposite& use : job.job.composites) {
    const Composite composite = decode_composite(payload_of(use.composite));
    clues.whole.push_back(survey_composite(use.path, composite, payload_of));
    clues.whole.back().role = use.role;
  }
}

// Where the job's files are in the record: links are followed if they are there still.
std::string stored_directory(const Workspace& workspace, const Job& job,
                             std::string_view argument) {
  constexpr std::string_view kFile = "file://";
  if (argument.starts_with(kFile)) argument.remove_prefix(kFile.size());
  const std::filesystem::path spelled =
      std::filesystem::path(absolute_path(workspace, job.cwd)) / argument;
  std::error_code error;
  std::filesystem::path resolved = std::filesystem::canonical(spelled, error);
  if (error) resolved = spelled.lexically_normal();
  std::string path = resolved.string();
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  return stored_path(workspace, path);
}

void add_arguments(const Workspace& workspace, const Job& job, DatasetClues& clues) {
  for (DatasetArgument& argument : dataset_arguments(job.argv)) {
    if (std::string url = dataset_url(argument.value); !url.empty()) {
      const auto same = std::ranges::find(clues.urls, url, &DatasetArgument::value);
      if (same == clues.urls.end()) clues.urls.push_back({std::move(url), argument.role});
      continue;
    }
    std::string path = stored_directory(workspace, job, argument.value);
    const auto is_path = [&](const DatasetFile& file) { return file.path == path; };
    // A file is no directory; its path says what it says.
    if (std::ranges::none_of(clues.files, is_path)) clues.directories.push_back(std::move(path));
  }
}

}  // namespace

bool is_data_file(const Edge& edge) noexcept {
  return edge.path_class == PathClass::Data &&
         (edge.role == EdgeRole::Input || edge.role == EdgeRole::Output);
}

JobClues job_clues(const Workspace& workspace, const NewJob& job) {
  JobClues found;
  found.clues.project = workspace.root.string();
  add_files(job.edges, found);
  add_composites(job, found.clues);
  add_arguments(workspace, job.job, found.clues);
  return found;
}

std::vector<std::string> nearby_files(const Store& store, std::size_t paths_most) {
  constexpr std::size_t kSteps = 2;
  std::vector<std::string> paths;
  store.read([&](const ReadTransaction& transaction) {
    paths.clear();
    const auto session = active_session(transaction);
    if (!session) return;
    std::vector<std::pair<JobKind, std::uint32_t>> steps;
    for_each_job_newest_first(transaction, *session, [&](const JobPlace& place) {
      const std::pair step(place.kind, place.step);
      if (std::ranges::find(steps, step) != steps.end()) return true;
      steps.push_back(step);
      // Data is the first group; after it there is none to be found.
      for_each_edge_of(transaction, read_job(transaction, place.job), [&](const Edge& edge) {
        if (is_data_file(edge)) paths.push_back(edge.path);
        return group_of(edge) == EdgeGroup::Data && paths.size() < paths_most;
      });
      return steps.size() < kSteps && paths.size() < paths_most;
    });
  });
  return paths;
}

}  // namespace roar::plumbing
