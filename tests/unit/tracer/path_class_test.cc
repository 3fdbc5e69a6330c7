#include "tracer/path_class.h"

#include <catch2/catch.hpp>
#include <string>

namespace roar::tracer {
namespace {

const PathContext kContext{.root = "/tmp/proj", .home = "/home/u", .temporary = "/scratch/tmp"};

PathClass class_of(std::string_view path, AccessKind role = AccessKind::Input) {
  return classify_path(path, role, kContext).path_class;
}

// A path that the rule is meant for.
std::string example_of(const PathRule& rule) {
  const std::string pattern(rule.pattern);
  const std::string base = rule.scope == RuleScope::Home ? "/home/u/" : "/srv/x/";
  switch (rule.match) {
    case RuleMatch::Component:
      return base + pattern + "/file";
    case RuleMatch::Name:
      return base + pattern;
    case RuleMatch::Prefix:
      return (rule.scope == RuleScope::Home ? base : "") + pattern + "file";
    case RuleMatch::Suffix:
      return base + "file" + pattern;
  }
  return {};
}

}  // namespace

TEST_CASE("every row of the path class table decides the path that it is for", "[tracer]") {
  for (const PathRule& rule : path_rules()) {
    const std::string path = example_of(rule);
    INFO(path);
    const ClassifiedPath classified = classify_path(path, AccessKind::Input, kContext);
    CHECK(classified.path_class == rule.path_class);
    // Two rows with the same pattern, or a row that an earlier one hides, would be dead.
    CHECK(classified.rule == &rule);
  }
}

TEST_CASE("the project's own files are never system, temporary or home cache", "[tracer]") {
  CHECK(class_of("/tmp/proj/data.csv") == PathClass::Data);
  CHECK(class_of("/tmp/proj/usr/lib/x") == PathClass::Data);
  CHECK(class_of("/tmp/proj/train.py") == PathClass::Code);
  CHECK(class_of("/tmp/other/data.csv") == PathClass::Temporary);
  CHECK(class_of("/scratch/tmp/x") == PathClass::Temporary);
  const PathContext odd{.root = "/usr/lib/python3/site-packages/p", .home = "", .temporary = ""};
  CHECK(
      classify_path("/usr/lib/python3/site-packages/p/a.csv", AccessKind::Input, odd).path_class ==
      PathClass::Data);
}

TEST_CASE("the class goes by what the path says", "[tracer]") {
  const auto [path, expected] = GENERATE(table<std::string, PathClass>({
      {"/data/train.csv", PathClass::Data},
      {"/home/u/data/x.parquet", PathClass::Data},
      {"/home/u/.pyenv/versions/3.11.7/bin/python3.11", PathClass::System},
      {"/home/u/.pyenv/versions/3.11.7/lib/python3.11/site-packages/x.so", PathClass::Package},
      {"/home/u/.local/share/uv/python/cpython-3.12/lib/libpython3.12.so", PathClass::System},
      {"/home/u/miniconda3/lib/libstdc++.so.6", PathClass::System},
      {"/srv/py/lib/python3.11/lib-dynload/_bz2.so", PathClass::System},
      {"/tmp/proj/miniconda3/data.csv", PathClass::Data},
      {"/home/u/.ssh/id_ed25519", PathClass::Credential},
      {"/tmp/proj/.aws/credentials", PathClass::Credential},
      {"/home/u/.kaggle/kaggle.json", PathClass::Credential},
      {"/home/u/.aws/sso/cache/0a.json", PathClass::Credential},
      {"/home/u/.cache/huggingface/stored_tokens", PathClass::Credential},
      {"/tmp/proj/.kaggle/data.csv", PathClass::Data},
      {"/tmp/proj/.roar/objects/CURRENT", PathClass::Internal},
      {"/tmp/proj/sub/.git/index", PathClass::Internal},
      {"/tmp/proj/__pycache__/a.cpython-311.pyc", PathClass::Cache},
      {"/tmp/proj/.venv/lib/python3.11/site-packages/numpy/__init__.py", PathClass::Package},
      {"/usr/lib/python3/dist-packages/sklearn/datasets/data/iris.csv", PathClass::Package},
      {"/usr/lib/python3/dist-packages/six/__pycache__/a.cpython-311.pyc", PathClass::Package},
      {"/usr/lib/python3.11/__pycache__/os.cpython-311.pyc", PathClass::System},
      {"/usr/lib/x86_64-linux-gnu/libc.so.6", PathClass::System},
      {"/home/u/.cache/huggingface/model.bin", PathClass::Cache},
      {"/usrdata/x.csv", PathClass::Data},
      {"/tmp/project2/x.csv", PathClass::Temporary},
      {"/tmp/proj/py", PathClass::Data},
      {"/tmp/proj/.py", PathClass::Data},
  }));
  INFO(path);
  CHECK(class_of(path) == expected);
}

TEST_CASE("what a job installs below a system directory is no system file", "[tracer]") {
  CHECK(class_of("/usr/local/bin/tool", AccessKind::Output) == PathClass::Data);
  CHECK(class_of("/usr/local/bin/tool", AccessKind::Input) == PathClass::System);
}

}  // namespace roar::tracer
