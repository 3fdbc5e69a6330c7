#include "plumbing/dataset/dataset_labels.h"

#include <catch2/catch.hpp>
#include <string>
#include <utility>
#include <vector>

#include "plumbing/dataset/dataset_fingerprint.h"

namespace roar::plumbing {
namespace {

Dataset example(const std::string& id) {
  return {.id = id,
          .path = {},
          .role = EdgeRole::Output,
          .fingerprint = "0a",
          .fingerprint_algorithm = std::string(kObservedFingerprint),
          .confidence = 60,
          .evidence = {"high_cardinality", "payload_ext"},
          .split = "train",
          .version_hint = "v1.2",
          .observed_paths = 8,
          .profile = {.modality = "tabular", .files = 9, .bytes = 90, .formats = {{"csv", 9}}}};
}

TEST_CASE("labels of data sets say all of them", "[dataset]") {
  CHECK(labels_of_datasets({}).empty());
  std::vector<Dataset> datasets;
  for (int i = 0; i < 12; ++i) datasets.push_back(example("s3://b/" + std::to_string(10 + i)));
  datasets[3].split.clear();
  datasets[4].fingerprint.clear();
  datasets[4].fingerprint_algorithm.clear();
  datasets[5].confidence = 100;
  CHECK(datasets_in(labels_of_datasets(datasets)) == datasets);
}

TEST_CASE("of very many the first are listed and all are counted", "[dataset]") {
  const std::vector<Dataset> datasets(kDatasetsListed + 1, example("s3://b/x"));
  const LabelDocument labels = labels_of_datasets(datasets);
  CHECK(datasets_in(labels).size() == kDatasetsListed);
  const std::pair<std::string, std::string> count{"roar.datasets.count",
                                                  std::to_string(kDatasetsListed + 1)};
  CHECK(std::ranges::find(labels, count) != labels.end());
}

TEST_CASE("what is no label of a data set is passed over", "[dataset]") {
  CHECK(datasets_in({{"name", "\"x\""},
                     {"roar.datasets.count", "3"},
                     {"roar.datasets.x.id", "\"x\""},
                     {"roar.datasets.1", "\"x\""}})
            .empty());
  CHECK(dataset_key("roar.datasets.12.evidence.0") == "evidence.0");
  CHECK(dataset_key("roar.datasets.count").empty());
  CHECK(dataset_key("label.roar.datasets.0.id").empty());
}

TEST_CASE("a composite has no more than what is known of it, and keeps other labels", "[dataset]") {
  LabelMap document{{"dataset.split", "\"val\""}, {"dataset.owner", "\"me\""}, {"a", "1"}};
  Dataset dataset = example("file:///d");
  dataset.split.clear();
  put_dataset(document, dataset);
  CHECK(document == LabelMap{{"a", "1"},
                             {"dataset.fingerprint", "\"0a\""},
                             {"dataset.fingerprint_algorithm", "\"observed-blake3\""},
                             {"dataset.id", "\"file:///d\""},
                             {"dataset.modality", "\"tabular\""},
                             {"dataset.owner", "\"me\""},
                             {"dataset.type", "\"dataset\""},
                             {"dataset.version_hint", "\"v1.2\""}});
}

TEST_CASE("a fingerprint is of paths and contents in any order", "[dataset]") {
  const std::string a(64, 'a');
  const std::string b(64, 'b');
  // printf 'roar:dataset-observed:v1\nx\0blake3:aa...\ny\0blake3:bb...\n' | b3sum
  const std::string expected = "56e3e5bca5aaed30743e2903fe2dae620d32abdf306e0c9e2af0347a3f1e42ec";
  CHECK(observed_fingerprint({{"x", a}, {"y", b}}) == expected);
  CHECK(observed_fingerprint({{"y", b}, {"x", a}}) == expected);
  CHECK(observed_fingerprint({{"x", b}, {"y", a}}) != expected);
}

}  // namespace
}  // namespace roar::plumbing
