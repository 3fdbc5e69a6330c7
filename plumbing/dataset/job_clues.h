#pragma once

#include <vector>

#include "objects/history.h"
#include "objects/store.h"
#include "plumbing/dataset/infer_datasets.h"
#include "plumbing/workspace.h"

namespace roar::plumbing {

// What a job that is to be appended says about data sets.
struct JobClues {
  DatasetClues clues;
  std::vector<const Edge*> edges;  // of `clues.files`, in the same order
};

// Whether an edge counts: data that was read or written.
bool is_data_file(const Edge& edge) noexcept;

// `clues.nearby` is left empty.
JobClues job_clues(const Workspace& workspace, const NewJob& job);

// Files of the newest jobs of the last two steps of the active session: `paths_most` at most.
std::vector<std::string> nearby_files(const Store& store, std::size_t paths_most);

}  // namespace roar::plumbing
