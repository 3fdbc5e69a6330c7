#include "plumbing/dataset/dataset_profile.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

namespace roar::plumbing {
namespace {

std::string modality_of(const std::vector<std::string>& names, const char* structure = "") {
  ProfileCounter counter;
  for (const std::string& name : names) counter.add(name, 1);
  return counter.profile(structure).modality;
}

TEST_CASE("a file's name tells its format", "[dataset]") {
  struct Row {
    const char* name;
    const char* format;
    const char* modality;
    bool is_payload;
  };
  for (const Row& row :
       {Row{"a.CSV", "csv", "tabular", true}, Row{"a.csv.gz", "csv", "tabular", true},
        Row{"a.tar.zst", "tar", "", true}, Row{"a.jpg", "jpeg", "image", true},
        Row{"a.tfrecord-00001-of-00004", "tfrecord", "tabular", true},
        Row{"a-00001-of-00004.parquet", "parquet", "tabular", true},
        Row{"a.json", "json", "text", false}, Row{"a.npz", "npz", "array", true},
        Row{"a.wav", "wav", "audio", true}, Row{"a.mp4", "mp4", "video", true},
        Row{"a.pcd", "pcd", "point-cloud", true}, Row{"csv", "", "", false},
        Row{".csv", "", "", false}, Row{"a.gz", "", "", false}, Row{"a.pt", "", "", false},
        Row{"a.csv-of-2", "", "", false}, Row{"", "", "", false}}) {
    INFO(row.name);
    const FileFormat format = format_of(row.name);
    CHECK(format.name == row.format);
    CHECK(format.modality == row.modality);
    CHECK(format.is_payload == row.is_payload);
  }
}

TEST_CASE("four of five files decide what a set of them is", "[dataset]") {
  CHECK(modality_of({"a.csv", "b.parquet"}) == "tabular");
  CHECK(modality_of({"1.png", "2.jpg", "3.png", "4.png", "labels.csv"}) == "image");
  CHECK(modality_of({"1.png", "2.jpg", "3.png", "labels.csv"}) == "mixed");
  CHECK(modality_of({"1.png", "2.png", "1.txt", "2.txt"}) == "mixed");
  CHECK(modality_of({"1.png", "a.bin", "b.bin", "c"}) == "image");
  CHECK(modality_of({"1.wav", "manifest.json", "a.json", "b.json"}) == "audio");
  CHECK(modality_of({"a.json", "b.html"}) == "text");
  CHECK(modality_of({"0.tar", "1.tar"}) == "unknown");
  CHECK(modality_of({}) == "unknown");
}

TEST_CASE("a structure that tells is believed", "[dataset]") {
  CHECK(modality_of({".zarray", "0.0", "a.json"}, "zarr") == "array");
  CHECK(modality_of({"data/1.lance"}, "lance") == "tabular");
  CHECK(modality_of({"a.parquet", "b.mp4"}, "lerobot") == "mixed");
}

TEST_CASE("of many formats the most frequent are listed", "[dataset]") {
  ProfileCounter counter;
  for (const char* name : {"a.csv", "b.csv", "a.png", "b.png", "a.wav", "b.wav", "a.npy", "b.npy",
                           "a.mp4", "b.mp4", "a.las", "b.las", "a.orc", "a"})
    counter.add(name, 3);
  const DatasetProfile profile = counter.profile("");
  CHECK(profile.files == 14);
  CHECK(profile.bytes == 42);
  CHECK(profile.formats.size() == kFormatsListed);
  CHECK_FALSE(profile.formats.contains("orc"));
  CHECK(profile.formats.at("csv") == 2);
}

}  // namespace
}  // namespace roar::plumbing
