#include "plumbing/path_pattern.h"

#include <catch2/catch.hpp>

namespace roar::plumbing {
namespace {

TEST_CASE("a pattern without wildcards is a beginning or a part", "[plumbing]") {
  CHECK(matches_pattern("/scratch/", "/scratch/a"));
  CHECK(matches_pattern("/scr", "/scratch/a"));
  CHECK_FALSE(matches_pattern("/scratch/", "scratch/a"));
  CHECK_FALSE(matches_pattern("/b", "/a/b"));
  CHECK(matches_pattern("logs/", "a/logs/x"));
  CHECK(matches_pattern("tmp", "a/mytmp.txt"));
  CHECK_FALSE(matches_pattern("logs/", "logs"));
  CHECK_FALSE(matches_pattern("", "a"));
}

TEST_CASE("wildcards mean the whole path", "[plumbing]") {
  const auto [pattern, path, matches] = GENERATE(table<std::string, std::string, bool>({
      {"data/*.csv", "data/a.csv", true},
      {"data/*.csv", "data/b/a.csv", false},
      {"data/*.csv", "x/data/a.csv", false},
      {"data/?.csv", "data/a.csv", true},
      {"data/?.csv", "data/.csv", false},
      {"data?a.csv", "data/a.csv", false},
      {"*", "a/b", true},  // a name, in any directory
      {"*.log", "a/b/c.log", true},
      {"*.log", "/abs/c.log", true},
      {"*.log", "c.log/x", false},
      {"/tmp/*", "/tmp/a", true},
      {"/tmp/*", "tmp/a", false},
      {"**/x", "x", true},
      {"**/x", "a/b/x", true},
      {"**/x", "a/b/xx", false},
      {"a/**/x", "a/x", true},
      {"a/**/x", "a/b/c/x", true},
      {"a/**/x", "ab/x", false},
      {"a/**", "a/b/c", true},
      {"a/**", "a", false},
      {"a/**", "b/a/c", false},
      {"**", "a/b", true},
      {"a**b", "acb", true},
      {"x/a**b", "x/a/b", false},
      {"a/**/b/**/c", "a/1/b/2/b/3/c", true},
      {"a/**/b/*/c", "a/1/b/2/b/3/c", true},
      {"a/**/b/*/c", "a/b/1/2/c", false},
      {"*a*b*c", "xaxbxbxc", true},
      {"*a*b*c", "xaxbxbx", false},
      {"[a-c]x", "bx", true},
      {"[a-c]x", "dx", false},
      {"[!a-c]x", "dx", true},
      {"[^a-c]x", "ax", false},
      {"[]]x", "]x", true},
      {"[a-]x", "-x", true},
      {"a/[!b]x", "a//x", false},
      {"[ab", "[ab", true},  // not closed: itself
      {"*[", "a[", true},
      {"cache*/", "cache1/a/b", true},
      {"cache*/", "a/cache1/b", false},
      {"**/cache*/", "a/cache1/b", true},
      {"cache*/", "cache1", false},
      {"/s*/", "/scratch/x", true},
  }));
  INFO(pattern << " on " << path);
  CHECK(matches_pattern(pattern, path) == matches);
}

TEST_CASE("a pattern takes no exponential time", "[plumbing]") {
  std::string pattern;
  for (int i = 0; i < 40; ++i) pattern += "*a";
  CHECK_FALSE(matches_pattern(pattern + "b", std::string(4000, 'a')));
  std::string deep;
  std::string path;
  for (int i = 0; i < 40; ++i) deep += "**/a/";
  for (int i = 0; i < 1000; ++i) path += "a/";
  CHECK_FALSE(matches_pattern(deep + "b", path));
}

}  // namespace
}  // namespace roar::plumbing
