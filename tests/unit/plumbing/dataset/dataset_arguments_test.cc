#include "plumbing/dataset/dataset_arguments.h"

#include <catch2/catch.hpp>
#include <string>
#include <utility>
#include <vector>

namespace roar::plumbing {
namespace {

// "a >b" for an input and an output.
std::string read(const std::vector<std::string>& argv) {
  std::string text;
  for (const DatasetArgument& argument : dataset_arguments(argv))
    text += (text.empty() ? "" : " ") + std::string(argument.role == EdgeRole::Output ? ">" : "") +
            argument.value;
  return text;
}

TEST_CASE("options name data", "[dataset]") {
  for (const char* option :
       {"--input", "--input-dir", "--input-path", "--inputs", "--dataset", "--dataset-dir",
        "--data-dir", "--data-root", "--source", "--source-dir"}) {
    INFO(option);
    CHECK(read({"x", option, "d"}) == "d");
    CHECK(read({"x", std::string(option) + "=d"}) == "d");
  }
  CHECK(read({"x", "--output-dir", "d", "--inputs=a,b c,,a"}) == ">d a b c");
  CHECK(read({"x", "--data-dir", "-d", "--input"}).empty());
  CHECK(read({"x", "--data", "d", "-input", "d", "--Input", "d", "--input-dirs=d"}).empty());
  CHECK(read({"x", "--input=<redacted:token:1a2b3c4d>,a,s3://b/<redacted:token:1a2b3c4d>"}) == "a");
  CHECK(read({"x", "--input=https://<redacted:url:1a2b3c4d>@h/x"}) ==
        "https://<redacted:url:1a2b3c4d>@h/x");
}

TEST_CASE("a URL is an id, but for what lets one in", "[dataset]") {
  const std::vector<std::pair<std::string, std::string>> rows{
      {"s3://b/data/", "s3://b/data"},
      {"HTTPS://me:pw@h.org/d.csv?sig=1#x", "https://h.org/d.csv"},
      {"hf://datasets/u/n", "hf://datasets/u/n"},
      {"gs://b", "gs://b"},
      {"s3://b/a@1", "s3://b/a@1"},
      {"s3:///x", ""},
      {"ftp://h/x", ""},
      {"file:///x", ""},
      {"data/x", ""},
      {"s3://", ""},
      {"s3://b/\xff", ""}};
  for (const auto& [word, url] : rows) {
    INFO(word);
    CHECK(dataset_url(word) == url);
  }
}

TEST_CASE("a directory's id is a URL", "[dataset]") {
  CHECK(dataset_file_url("/a/b-c_d.zarr") == "file:///a/b-c_d.zarr");
  CHECK(dataset_file_url("/a b%\n") == "file:///a%20b%25%0A");
  CHECK(dataset_file_url("/\xc3\xa4") == "file:///\xc3\xa4");
  CHECK(dataset_file_url("/\xff\xc3\xa4") == "file:///%FF%C3%A4");
}

}  // namespace
}  // namespace roar::plumbing
