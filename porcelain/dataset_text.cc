#include "porcelain/dataset_text.h"

#include <ostream>
#include <string>
#include <utility>

#include "plumbing/quote.h"
#include "porcelain/text.h"

namespace roar::porcelain {
namespace {

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

std::string what_it_is(const plumbing::Dataset& dataset) {
  std::vector<std::string> words{std::string(role_name(dataset.role)), dataset.profile.modality};
  for (const std::string& hint : {dataset.split, dataset.version_hint})
    if (!hint.empty()) words.push_back(hint);
  return joined(words);
}

void print_contents(std::ostream& out, const plumbing::Dataset& dataset) {
  if (dataset.fingerprint.empty() && dataset.profile.files == 0) return;
  constexpr std::size_t kDigits = 12;
  out << "    ";
  if (!dataset.fingerprint.empty())
    out << dataset.fingerprint_algorithm << ':' << dataset.fingerprint.substr(0, kDigits) << "  ";
  out << count_text(dataset.profile.files, "file") << ", " << size_text(dataset.profile.bytes);
  if (dataset.observed_paths != dataset.profile.files)
    out << "; " << dataset.observed_paths << " used here";
  out << '\n';
}

}  // namespace

void print_datasets(std::ostream& out, const std::vector<plumbing::Dataset>& datasets) {
  if (datasets.empty()) return;
  out << "\nDatasets (" << datasets.size() << "):\n";
  for (const plumbing::Dataset& dataset : datasets) {
    out << "  " << plumbing::quoted_path(dataset.id) << "  [" << what_it_is(dataset) << "]\n";
    print_contents(out, dataset);
    out << "    " << dataset.confidence << " %: " << joined(dataset.evidence) << '\n';
  }
}

json::Array datasets_json(const std::vector<plumbing::Dataset>& datasets) {
  json::Array list;
  for (const plumbing::Dataset& dataset : datasets) {
    json::Array evidence;
    for (const std::string& word : dataset.evidence) evidence.emplace_back(word);
    json::Object formats;
    for (const auto& [format, files] : dataset.profile.formats) formats.emplace(format, files);
    json::Object object{{"id", dataset.id},
                        {"role", role_name(dataset.role)},
                        {"confidence_percent", dataset.confidence},
                        {"evidence", std::move(evidence)},
                        {"modality", dataset.profile.modality},
                        {"observed_paths", dataset.observed_paths},
                        {"files", dataset.profile.files},
                        {"bytes", dataset.profile.bytes}};
    if (!formats.empty()) object.emplace("formats", std::move(formats));
    const auto put = [&](const char* key, const std::string& text) {
      if (!text.empty()) object.emplace(key, text);
    };
    put("fingerprint", dataset.fingerprint);
    put("fingerprint_algorithm", dataset.fingerprint_algorithm);
    put("split", dataset.split);
    put("version_hint", dataset.version_hint);
    list.emplace_back(std::move(object));
  }
  return list;
}

}  // namespace roar::porcelain
