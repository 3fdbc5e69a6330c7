#include "plumbing/dataset/path_hints.h"

#include <catch2/catch.hpp>
#include <string>
#include <utility>
#include <vector>

namespace roar::plumbing {
namespace {

using Rows = std::vector<std::pair<std::string, std::string>>;

TEST_CASE("a directory's name says which split it is", "[dataset]") {
  const Rows rows{{"train", "train"},
                  {"Training", "train"},
                  {"TRAIN2017", "train"},
                  {"val", "val"},
                  {"valid", "val"},
                  {"validation", "val"},
                  {"val2017", "val"},
                  {"test", "test"},
                  {"testing", "test"},
                  {"dev", "dev"},
                  {"eval", "dev"},
                  {"predict", "predict"},
                  {"holdout", "holdout"},
                  // and none:
                  {"tests", ""},
                  {"trained", ""},
                  {"train-1", ""},
                  {"train12017", ""},
                  {"2017", ""},
                  {"train1817", ""},
                  {"", ""}};
  for (const auto& [name, split] : rows) {
    INFO(name);
    CHECK(split_of_directory(name) == split);
  }
}

TEST_CASE("so does a file's", "[dataset]") {
  const Rows rows{{"train-00000-of-00004.parquet", "train"},
                  {"test.csv", "test"},
                  {"x_train.npy", "train"},
                  {"mnist_test_0001.tar", "test"},
                  {"validation-7.jsonl.gz", "val"},
                  {"instances_val2017.json", "val"},
                  {"test_results.csv", "test"},
                  {"dev", "dev"},
                  // and none:
                  {"train_test.csv", ""},
                  {"my_train_set.csv", ""},
                  {"part-00001.csv", ""},
                  {"latest.csv", ""},
                  {"-", ""},
                  {"", ""}};
  for (const auto& [name, split] : rows) {
    INFO(name);
    CHECK(split_of_file(name) == split);
  }
}

TEST_CASE("a name has a version", "[dataset]") {
  const std::string sha1(40, 'a');
  const std::string sha256(64, '0');
  const Rows rows{{"v1", "v1"},
                  {"V12", "v12"},
                  {"v1.2", "v1.2"},
                  {"v1.2.3.4", "v1.2.3.4"},
                  {"3.0.1", "3.0.1"},
                  {"2024-01-31", "2024-01-31"},
                  {"mnist-v2", "v2"},
                  {"mnist_v2.1", "v2.1"},
                  {"mnist@1.0.0", "1.0.0"},
                  {"dump-2024-01-31", "2024-01-31"},
                  {"dump_2024-01-31.zarr", "2024-01-31"},
                  {"era5-v3.lance", "v3"},
                  {sha1, sha1},
                  {sha256, sha256},
                  // and none:
                  {"v", ""},
                  {"vv1", ""},
                  {"v1.", ""},
                  {"v1.2.3.4.5", ""},
                  {"1.2", ""},
                  {"7", ""},
                  {"2024-13-01", ""},
                  {"2024-01-32", ""},
                  {"24-01-01", ""},
                  {"-v1", ""},
                  {"dev1", ""},
                  {"a-" + sha1, ""},
                  {std::string(39, 'a'), ""},
                  {std::string(40, 'g'), ""},
                  {"", ""}};
  for (const auto& [name, version] : rows) {
    INFO(name);
    CHECK(version_in(name) == version);
  }
}

TEST_CASE("partitions, shards, recordings and manifests", "[dataset]") {
  for (const char* name : {"year=2024", "k_1=a b", "2024-02-29"}) CHECK(is_partition(name));
  for (const char* name : {"year=", "=2024", "1=2", "a.b=c", "2024", "year"})
    CHECK_FALSE(is_partition(name));
  CHECK(is_calendar_day("2024", "1", "31"));
  CHECK_FALSE(is_calendar_day("2024", "01", "00"));
  CHECK_FALSE(is_calendar_day("1024", "01", "01"));
  for (const char* name :
       {"part-0.csv", "PART_12.parquet", "part-00000-uuid-c000.snappy.parquet", "shard-3-of-9.tar",
        "x-00001-of-00009.tar", "000123.tar", "00001", "a.tfrecord-00001-of-00010"})
    CHECK(is_shard(name));
  for (const char* name :
       {"part.csv", "party-1.csv", "1234.tar", "x-1-of-9.tar", "x_00001.tar", "part-a.csv", ""})
    CHECK_FALSE(is_shard(name));
  for (const char* name : {"session_0001_42", "SESSION_1_a.lance"}) CHECK(is_recording(name));
  for (const char* name : {"session_1", "session_a_1", "session_1_", "x_session_1_a"})
    CHECK_FALSE(is_recording(name));
  for (const char* name : {"manifest.json", "_SUCCESS", "1.manifest", "dataset_info.json"})
    CHECK(is_manifest(name));
  CHECK_FALSE(is_manifest("my-manifest.json"));
}

TEST_CASE("paths are cut at slashes", "[dataset]") {
  CHECK(path_segments("/a//b/") == std::vector<std::string_view>{"a", "b"});
  CHECK(path_segments("").empty());
  CHECK(directory_of("a/b") == "a");
  CHECK(directory_of("a").empty());
  CHECK(file_name_of("a/b") == "b");
  CHECK(is_path_below("a/b", "a"));
  CHECK_FALSE(is_path_below("ab/c", "a"));
  CHECK_FALSE(is_path_below("a", "a"));
}

}  // namespace
}  // namespace roar::plumbing
