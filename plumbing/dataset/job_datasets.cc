#include "plumbing/dataset/job_datasets.h"

#include <algorithm>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "plumbing/dataset/component_survey.h"
#include "plumbing/dataset/dataset_fingerprint.h"
#include "plumbing/dataset/dataset_labels.h"
#include "plumbing/dataset/job_clues.h"
#include "plumbing/dataset/path_hints.h"
#include "plumbing/labels/labels.h"

namespace roar::plumbing {
namespace {

using Artifacts = std::unordered_map<ObjectId, std::string_view>;  // BLAKE3 of their content

Artifacts artifacts_of(const NewJob& job) {
  Artifacts artifacts;
  for (const Artifact& artifact : job.artifacts)
    if (!artifact.is_claimed()) artifacts.emplace(object_id_of(artifact), artifact.blake3);
  return artifacts;
}

// Of what the job used. Where one content is not known there is none.
void set_fingerprint(const JobClues& clues, const Artifacts& artifacts, InferredDataset& inferred) {
  Dataset& dataset = inferred.dataset;
  std::vector<ObservedContent> contents;
  for (const std::size_t position : inferred.files) {
    const Edge& edge = *clues.edges[position];
    const auto found = edge.artifact ? artifacts.find(*edge.artifact) : artifacts.end();
    if (found == artifacts.end()) return;
    const std::string_view path = edge.path;
    contents.push_back({.path = path.substr(dataset.path.size() + 1), .blake3 = found->second});
  }
  if (contents.empty()) return;
  dataset.fingerprint = observed_fingerprint(std::move(contents));
  dataset.fingerprint_algorithm = kObservedFingerprint;
}

// Without any of this no data set comes to the least confidence.
bool may_have_datasets(const NewJob& job) {
  if (!job.job.composites.empty() || !dataset_arguments(job.job.argv).empty()) return true;
  return std::ranges::any_of(job.edges, [](const Edge& edge) {
    if (!is_data_file(edge)) return false;
    const std::string_view name = file_name_of(edge.path);
    return format_of(name).is_payload || is_manifest(name);
  });
}

std::optional<JobDataset::Whole> whole_of(const NewJob& job, const DatasetClues& clues,
                                          const InferredDataset& inferred) {
  if (!inferred.whole) return std::nullopt;
  const WholeDataset& whole = clues.whole[*inferred.whole];
  const auto use = std::ranges::find(job.job.composites, whole.path, &JobComposite::path);
  Dataset dataset = inferred.dataset;
  dataset.split = whole.split;
  return JobDataset::Whole{.composite = use->composite, .dataset = std::move(dataset)};
}

}  // namespace

std::vector<JobDataset> job_datasets(const Workspace& workspace, const Store& store,
                                     const NewJob& job) {
  if (!may_have_datasets(job)) return {};
  JobClues clues = job_clues(workspace, job);
  clues.clues.nearby = nearby_files(store, kNearbyMost);
  std::vector<InferredDataset> inferred = infer_datasets(clues.clues);
  const bool needs_contents = std::ranges::any_of(
      inferred, [](const InferredDataset& one) { return !one.whole && !one.files.empty(); });
  const Artifacts artifacts = needs_contents ? artifacts_of(job) : Artifacts();
  std::vector<JobDataset> datasets;
  for (InferredDataset& one : inferred) {
    if (!one.whole) set_fingerprint(clues, artifacts, one);
    auto whole = whole_of(job, clues.clues, one);
    datasets.push_back({.dataset = std::move(one.dataset), .whole = std::move(whole)});
  }
  return datasets;
}

LabelDocument labels_of_datasets(const std::vector<JobDataset>& datasets) {
  std::vector<Dataset> alone;
  for (const JobDataset& one : datasets) alone.push_back(one.dataset);
  return labels_of_datasets(std::span<const Dataset>(alone));
}

void label_composites(WriteTransaction& transaction, const NewJob& job,
                      const std::vector<JobDataset>& datasets) {
  for (const JobDataset& one : datasets) {
    if (one.whole)
      label_composite(transaction, one.whole->composite, one.whole->dataset, job.job.ended);
  }
}

void label_composite(WriteTransaction& transaction, const ObjectId& composite,
                     const Dataset& dataset, Timestamp when) {
  LabelMap document = read_labels(transaction, composite);
  if (dataset.role == EdgeRole::Input && document.contains("dataset.id")) return;
  put_dataset(document, dataset);
  write_labels(transaction, composite, document, "system", when);
}

void label_created_composite(WriteTransaction& transaction, const Workspace& workspace,
                             const ObjectId& id, std::string_view path, Timestamp when) {
  DatasetClues clues;
  clues.project = workspace.root.string();
  clues.whole.push_back(survey_composite(
      path, read_composite(transaction, id),
      [&](const ObjectId& object) { return transaction.object(object).value().payload; }));
  label_composite(transaction, id, infer_datasets(clues).at(0).dataset, when);
}

}  // namespace roar::plumbing
