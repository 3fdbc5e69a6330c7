#include "plumbing/dataset/dataset_labels.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "plumbing/labels/label_keys.h"

namespace roar::plumbing {
namespace {

constexpr std::string_view kRoot = "roar.datasets.";
constexpr int kHundred = 100;

using Text = std::pair<std::string_view, std::string Dataset::*>;
constexpr std::array kTexts{Text{"fingerprint", &Dataset::fingerprint},
                            Text{"fingerprint_algorithm", &Dataset::fingerprint_algorithm},
                            Text{"id", &Dataset::id}, Text{"split", &Dataset::split},
                            Text{"version_hint", &Dataset::version_hint}};

// "0.55" for 55, as labels have numbers.
std::string hundredths_text(int hundredths) {
  std::string text = std::to_string(hundredths / kHundred) + ".";
  text += std::to_string(kHundred + hundredths % kHundred).substr(1);
  if (text.ends_with('0')) text.pop_back();
  return text;
}

std::optional<std::uint64_t> number_in(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

void put_text(LabelMap& labels, const std::string& key, const std::string& text) {
  if (!text.empty()) labels[key] = label_string(text);
}

void put_number(LabelMap& labels, const std::string& key, std::uint64_t number) {
  labels[key] = std::to_string(number);
}

// What a job and a composite have.
void put_texts(LabelMap& labels, const std::string& root, const Dataset& dataset) {
  for (const auto& [name, member] : kTexts)
    put_text(labels, root + std::string(name), dataset.*member);
  put_text(labels, root + "modality", dataset.profile.modality);
}

void put_in_job(LabelMap& labels, const std::string& root, const Dataset& dataset) {
  put_texts(labels, root, dataset);
  put_text(labels, root + "role", std::string(role_name(dataset.role)));
  labels[root + "confidence"] = hundredths_text(dataset.confidence);
  put_number(labels, root + "evidence_count", dataset.evidence.size());
  for (std::size_t i = 0; i < dataset.evidence.size(); ++i)
    put_text(labels, root + "evidence." + std::to_string(i), dataset.evidence[i]);
  put_number(labels, root + "observed_paths", dataset.observed_paths);
  put_number(labels, root + "files", dataset.profile.files);
  put_number(labels, root + "bytes", dataset.profile.bytes);
  for (const auto& [format, files] : dataset.profile.formats)
    put_number(labels, root + "formats." + format, files);
}

void read_text(Dataset& dataset, std::string_view name, const std::string& text) {
  if (name == "role") dataset.role = role_from_name(text).value_or(EdgeRole::Input);
  if (name == "modality") dataset.profile.modality = text;
  if (name.starts_with("evidence.")) dataset.evidence.push_back(text);
  const auto* const found = std::ranges::find(kTexts, name, &Text::first);
  if (found != kTexts.end()) dataset.*found->second = text;
}

void read_number(Dataset& dataset, std::string_view name, std::string_view value) {
  constexpr std::string_view kFormats = "formats.";
  if (name == "confidence") {
    const auto confidence = number_of_label(value);
    if (confidence) dataset.confidence = static_cast<int>(std::lround(*confidence * kHundred));
  }
  const auto number = number_in(value);
  if (!number) return;
  if (name == "observed_paths") dataset.observed_paths = *number;
  if (name == "files") dataset.profile.files = *number;
  if (name == "bytes") dataset.profile.bytes = *number;
  if (name.starts_with(kFormats))
    dataset.profile.formats[std::string(name.substr(kFormats.size()))] = *number;
}

}  // namespace

LabelDocument labels_of_datasets(std::span<const Dataset> datasets) {
  if (datasets.empty()) return {};
  std::vector<const Dataset*> by_id;
  for (const Dataset& dataset : datasets.first(std::min(datasets.size(), kDatasetsListed)))
    by_id.push_back(&dataset);
  std::ranges::sort(by_id, {}, &Dataset::id);
  LabelMap labels;
  put_number(labels, std::string(kRoot) + "count", datasets.size());
  for (std::size_t i = 0; i < by_id.size(); ++i)
    put_in_job(labels, std::string(kRoot) + std::to_string(i) + ".", *by_id[i]);
  return {labels.begin(), labels.end()};
}

std::string_view dataset_key(std::string_view key) {
  if (!key.starts_with(kRoot)) return {};
  key.remove_prefix(kRoot.size());
  const std::size_t point = key.find('.');
  if (point == std::string_view::npos || !number_in(key.substr(0, point))) return {};
  return key.substr(point + 1);
}

std::vector<Dataset> datasets_in(const LabelDocument& labels) {
  std::map<std::uint64_t, Dataset> found;
  for (const auto& [key, value] : labels) {
    const std::string_view name = dataset_key(key);
    if (name.empty()) continue;
    const std::string_view rest = std::string_view(key).substr(kRoot.size());
    Dataset& dataset = found[number_in(rest.substr(0, rest.find('.'))).value_or(0)];
    if (const auto text = string_of_label(value)) {
      read_text(dataset, name, *text);
    } else {
      read_number(dataset, name, value);
    }
  }
  std::vector<Dataset> datasets;
  for (auto& [number, dataset] : found) {
    std::ranges::sort(dataset.evidence);
    datasets.push_back(std::move(dataset));
  }
  return datasets;
}

void put_dataset(LabelMap& document, const Dataset& dataset) {
  const std::string root = "dataset.";
  std::erase_if(document, [&](const auto& entry) {
    return entry.first.starts_with(root) && reserved_for(entry.first);
  });
  LabelMap labels;
  put_text(labels, root + "type", "dataset");
  put_texts(labels, root, dataset);
  for (const auto& [key, value] : labels) merge_label(document, key, value);
}

}  // namespace roar::plumbing
