#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "objects/label_value.h"
#include "plumbing/dataset/dataset.h"
#include "plumbing/labels/labels.h"

// Data sets as labels: docs/formats/dataset.md.

namespace roar::plumbing {

inline constexpr std::size_t kDatasetsListed = 32;

// What a job is born with: "roar.datasets.count", and "roar.datasets.0.id" and so on of the first
// kDatasetsListed, by id. Nothing if there are none.
LabelDocument labels_of_datasets(std::span<const Dataset> datasets);
// The reverse. What is no such label is passed over.
std::vector<Dataset> datasets_in(const LabelDocument& labels);

// "id" or "evidence.0" of "roar.datasets.3.evidence.0"; empty for any other key.
std::string_view dataset_key(std::string_view key);

// Makes the keys "dataset.type", "dataset.id" and so on of a composite's document say this, and
// leaves all others alone.
void put_dataset(LabelMap& document, const Dataset& dataset);

}  // namespace roar::plumbing
