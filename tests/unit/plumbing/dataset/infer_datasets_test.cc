#include "plumbing/dataset/infer_datasets.h"

#include <catch2/catch.hpp>
#include <string>
#include <utility>
#include <vector>

namespace roar::plumbing {
namespace {

// "file:///p/data 55 train v1" for each, in order.
std::string inferred(const DatasetClues& clues) {
  std::string text;
  for (const InferredDataset& one : infer_datasets(clues)) {
    const Dataset& dataset = one.dataset;
    text += (text.empty() ? "" : "; ") + dataset.id + ' ' + std::to_string(dataset.confidence);
    for (const std::string& hint : {dataset.split, dataset.version_hint})
      if (!hint.empty()) text += ' ' + hint;
  }
  return text;
}

class Clues {
 public:
  Clues& file(const std::string& path, EdgeRole role = EdgeRole::Input) {
    paths_.push_back(path);
    roles_.push_back(role);
    return *this;
  }
  // `count` files "<start>0<end>", "<start>1<end>" ...
  Clues& files(const std::string& start, int count, const std::string& end) {
    for (int i = 0; i < count; ++i) file(start + std::to_string(i) + end);
    return *this;
  }
  Clues& nearby(const std::string& path) {
    clues_.nearby.push_back(path);
    return *this;
  }
  Clues& named(const std::string& path) {
    clues_.directories.push_back(path);
    return *this;
  }
  Clues& url(const std::string& url, EdgeRole role = EdgeRole::Input) {
    clues_.urls.push_back({url, role});
    return *this;
  }
  Clues& whole(WholeDataset whole) {
    clues_.whole.push_back(std::move(whole));
    return *this;
  }
  DatasetClues clues() const {
    DatasetClues clues = clues_;
    clues.project = "/p";
    for (std::size_t i = 0; i < paths_.size(); ++i)
      clues.files.push_back({.path = paths_[i], .role = roles_[i], .size = 10});
    return clues;
  }
  std::string text() const { return inferred(clues()); }

 private:
  std::vector<std::string> paths_;
  std::vector<EdgeRole> roles_;
  DatasetClues clues_;
};

TEST_CASE("few files that nobody names are no data set", "[dataset]") {
  CHECK(Clues().text().empty());
  CHECK(Clues().file("data/train.csv").file("model.pkl", EdgeRole::Output).text().empty());
  CHECK(Clues().files("data/", 7, ".csv").text().empty());
  CHECK(Clues().files("notes/", 20, ".txt").text().empty());
  CHECK(Clues().named("data").text().empty());
  CHECK(Clues().named("data").file("other/a.csv").text().empty());
}

TEST_CASE("a directory that an option names is one if there is data in it", "[dataset]") {
  CHECK(Clues().named("data").file("data/a.csv").text() == "file:///p/data 55");
  CHECK(Clues().named("data").file("data/x/y/a.csv").text() == "file:///p/data 55");
  CHECK(Clues().named("data").file("data/a.txt").text().empty());
  CHECK(Clues().named("data/train").file("data/train/a.csv").text() == "file:///p/data 55 train");
  CHECK(Clues().named("train").file("train/a.csv").text() == "file:///p/train 55 train");
  CHECK(Clues().named("/d/mnist").file("/d/mnist/a.csv").text() == "file:///d/mnist 55");
  CHECK(Clues().named("").file("a.csv").text().empty());
}

TEST_CASE("classes, splits and partitions are below the data set", "[dataset]") {
  CHECK(Clues().files("d/train/cat/", 4, ".png").files("d/train/dog/", 4, ".png").text() ==
        "file:///p/d 55 train");
  CHECK(Clues().files("d/cat/", 4, ".png").files("d/dog/", 4, ".png").text() == "file:///p/d 55");
  CHECK(Clues().files("d/train/cat/", 4, ".png").files("d/val/cat/", 4, ".png").text() ==
        "file:///p/d 55");
  CHECK(Clues().files("plots/", 8, ".png").text().empty());
  CHECK(Clues().files("d/k=1/", 4, ".csv").files("d/k=2/", 4, ".csv").text() == "file:///p/d 55");
  CHECK(Clues().files("d/2024/01/31/", 8, ".csv").text() == "file:///p/d 55");
  CHECK(Clues().files("d/2024-01-31/", 8, ".csv").text() == "file:///p/d 55 2024-01-31");
  CHECK(Clues().files("d/2024-01-30/", 4, ".csv").files("d/2024-01-31/", 4, ".csv").text() ==
        "file:///p/d 55");
}

TEST_CASE("what speaks against it", "[dataset]") {
  CHECK(Clues().files("runs/checkpoints/k=1/", 9, ".csv").text().empty());
  CHECK(Clues().named("/tmp/x").file("/tmp/x/a.csv").text() == "file:///tmp/x 55");
  CHECK(Clues().named("tmp/x").file("tmp/x/a.csv").text().empty());
  CHECK(Clues().file("d/dataset_info.json").text().empty());
}

TEST_CASE("shards, manifests, recordings and containers add up", "[dataset]") {
  CHECK(Clues().files("d/part-0", 3, ".csv").file("d/_SUCCESS").files("d/x", 4, ".csv").text() ==
        "file:///p/d 75");
  CHECK(Clues()
            .file("d/session_1_a.lance/_versions/1.manifest")
            .file("d/session_2_a.lance/_versions/1.manifest")
            .file("d/session_3_a.lance/data/1.lance")
            .text() == "file:///p/d 75");
}

TEST_CASE("files of earlier steps count only where the job has some", "[dataset]") {
  Clues clues;
  clues.files("d/k=1/", 4, ".csv");
  CHECK(clues.text().empty());
  for (int i = 0; i < 4; ++i) clues.nearby("d/k=2/" + std::to_string(i) + ".csv");
  CHECK(clues.text() == "file:///p/d 55");
  CHECK(infer_datasets(clues.clues()).front().dataset.observed_paths == 4);
  Clues other;
  other.file("x.txt");
  for (int i = 0; i < 20; ++i) other.nearby("d/k=2/" + std::to_string(i) + ".csv");
  CHECK(other.text().empty());
  CHECK(Clues().named("d").nearby("d/a.csv").file("x.txt").text().empty());
}

TEST_CASE("a whole one is certain, and has what is below it", "[dataset]") {
  const WholeDataset zarr{.path = "data/train/a-v2.zarr",
                          .role = EdgeRole::Output,
                          .algorithm = "composite-blake3",
                          .digest = "ab",
                          .profile = {.modality = "array", .files = 9, .bytes = 90, .formats = {}},
                          .split = "test",
                          .version_hint = "v2"};
  Clues clues;
  clues.whole(zarr).files("data/train/a-v2.zarr/c/", 3, "").named("data").file("data/x.csv");
  CHECK(clues.text() == "file:///p/data/train/a-v2.zarr 100 train v2; file:///p/data 55");
  const auto found = infer_datasets(clues.clues());
  CHECK(found[0].dataset.fingerprint == "ab");
  CHECK(found[0].dataset.fingerprint_algorithm == "composite-blake3");
  CHECK(found[0].dataset.role == EdgeRole::Output);
  CHECK(found[0].dataset.observed_paths == 3);
  CHECK(found[0].dataset.profile.files == 9);
  CHECK(found[0].whole == 0);
  CHECK(found[1].dataset.fingerprint.empty());
  CHECK(found[1].dataset.profile.modality == "tabular");
  CHECK(found[1].files.size() == 1);
  clues.named("data/train/a-v2.zarr/c");
  CHECK(infer_datasets(clues.clues())[0].files.size() == 3);
  CHECK(infer_datasets(clues.clues())[0].dataset.evidence ==
        std::vector<std::string>{"composite", "explicit_root_hint"});
  CHECK(Clues().whole({.path = "", .is_declared = true}).file("a").file("/a/b").text() ==
        "file:///p 100");
  CHECK(Clues().whole({.path = "tmp/m", .is_declared = true}).text() == "file:///p/tmp/m 100");
}

TEST_CASE("a URL that an option names is one", "[dataset]") {
  CHECK(Clues().url("s3://b/mnist/v1/train").text() == "s3://b/mnist/v1/train 55 train v1");
  CHECK(Clues().url("https://h/train.csv").text() == "https://h/train.csv 75 train");
  const auto found = infer_datasets(Clues().url("s3://b/o", EdgeRole::Output).clues());
  CHECK(found.front().dataset.role == EdgeRole::Output);
  CHECK(found.front().dataset.fingerprint.empty());
  CHECK(found.front().dataset.profile.modality == "unknown");
}

TEST_CASE("why is said in words", "[dataset]") {
  const auto found = infer_datasets(Clues()
                                        .named("d")
                                        .files("d/train/a/part-0", 8, ".png")
                                        .files("d/test/a/", 1, ".png")
                                        .clues());
  REQUIRE(found.size() == 1);
  CHECK(found.front().dataset.evidence == std::vector<std::string>{"explicit_root_hint",
                                                                   "high_cardinality",
                                                                   "payload_ext", "shard_cluster"});
  CHECK(found.front().dataset.split.empty());
}

}  // namespace
}  // namespace roar::plumbing
