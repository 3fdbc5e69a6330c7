#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "plumbing/dataset/dataset.h"
#include "plumbing/dataset/dataset_arguments.h"

namespace roar::plumbing {

struct DatasetFile {
  std::string_view path;  // stored form
  EdgeRole role = EdgeRole::Input;
  std::uint64_t size = 0;
};

// A directory that is known to be one: a composite of the job.
struct WholeDataset {
  std::string path;  // stored form
  EdgeRole role = EdgeRole::Input;
  std::string algorithm = {};  // of the composite's digest
  std::string digest = {};
  bool is_declared = false;  // by the user, and not by its structure
  // Of all components:
  DatasetProfile profile = {};
  std::string split = {};
  std::string version_hint = {};
};

// What the data sets of a job are inferred from.
struct DatasetClues {
  std::string project;             // the project's root: absolute
  std::vector<DatasetFile> files;  // data that the job read and wrote; each path once
  std::vector<WholeDataset> whole;
  // Files of the steps before, in stored form: they make what the job's own files say more certain,
  // and say nothing alone.
  std::vector<std::string> nearby;
  std::vector<std::string> directories;  // that the command's options name, in stored form
  std::vector<DatasetArgument> urls;     // the same, as dataset_url() makes them
};

struct InferredDataset {
  Dataset dataset;                   // without a fingerprint unless it is whole
  std::vector<std::size_t> files;    // of DatasetClues, by position
  std::optional<std::size_t> whole;  // the same
};

// Data sets that are more likely than not: the most certain first, then by id. A file belongs to
// one of them at most: to the innermost that is whole or named, else to the one that its path
// tells. docs/formats/dataset.md has the rules.
std::vector<InferredDataset> infer_datasets(const DatasetClues& clues);

}  // namespace roar::plumbing
