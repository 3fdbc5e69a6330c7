#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "objects/history.h"
#include "objects/label_value.h"
#include "objects/store.h"
#include "plumbing/dataset/dataset.h"
#include "plumbing/workspace.h"

namespace roar::plumbing {

// A data set that a job used, and what the composite that it is has as labels.
struct JobDataset {
  struct Whole {
    ObjectId composite;
    Dataset dataset;  // of all components, where `JobDataset::dataset` is of what the job used
  };
  Dataset dataset;
  std::optional<Whole> whole;
};

// The data sets of a job that is to be appended, by id: what infer_datasets() finds. Reads the
// files of the last two steps of the active session, kNearbyMost at most, if the job used any file
// of a format that data sets are made of, or its command names one. Without either, this costs a
// look at the names of its files.
std::vector<JobDataset> job_datasets(const Workspace& workspace, const Store& store,
                                     const NewJob& job);

inline constexpr std::size_t kNearbyMost = 256;

// What the job is to be born with: labels_of_datasets().
LabelDocument labels_of_datasets(const std::vector<JobDataset>& datasets);

// Writes the labels of the composites among them, in the transaction that appends the job.
void label_composites(WriteTransaction& transaction, const NewJob& job,
                      const std::vector<JobDataset>& datasets);

// Makes the labels of a composite say this. If it was only read, and has an id, they stay.
void label_composite(WriteTransaction& transaction, const ObjectId& composite,
                     const Dataset& dataset, Timestamp when);

// The same for a composite in the store that no job has made, of the directory `path` (stored
// form).
void label_created_composite(WriteTransaction& transaction, const Workspace& workspace,
                             const ObjectId& id, std::string_view path, Timestamp when);

}  // namespace roar::plumbing
