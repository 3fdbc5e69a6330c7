#include "plumbing/workspace.h"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdlib>

#include "objects/base/error.h"
#include "objects/base/file.h"
#include "tests/unit/temp_dir.h"

namespace roar::plumbing {
namespace {

// The current directory and ROAR_DIR, put back at the end.
class Surroundings {
 public:
  Surroundings() { ::unsetenv("ROAR_DIR"); }
  ~Surroundings() {
    ::unsetenv("ROAR_DIR");
    std::error_code ignored;
    std::filesystem::current_path(before_, ignored);
  }
  Surroundings(const Surroundings&) = delete;
  Surroundings& operator=(const Surroundings&) = delete;

 private:
  std::filesystem::path before_ = std::filesystem::current_path();
};

TEST_CASE("the nearest directory upwards with .roar is the root", "[plumbing]") {
  const Surroundings surroundings;
  const TempDir temp;
  const auto outer = std::filesystem::canonical(temp.path());
  make_directories(outer / ".roar");
  make_directories(outer / "inner" / ".roar");
  make_directories(outer / "inner" / "deep");
  make_directories(outer / "other" / "deep");

  std::filesystem::current_path(outer / "inner" / "deep");
  auto workspace = find_workspace();
  REQUIRE(workspace);
  CHECK(workspace->root == outer / "inner");
  CHECK(workspace->directory == outer / "inner" / "deep");

  std::filesystem::current_path(outer / "other" / "deep");
  workspace = find_workspace();
  REQUIRE(workspace);
  CHECK(workspace->root == outer);
}

TEST_CASE("a file named .roar is no workspace", "[plumbing]") {
  const Surroundings surroundings;
  const TempDir temp;
  AtomicFile file(temp.path() / ".roar", 0644);
  file.commit();
  std::filesystem::current_path(temp.path());
  CHECK_FALSE(find_workspace());
}

TEST_CASE("ROAR_DIR names the root", "[plumbing]") {
  const Surroundings surroundings;
  const TempDir temp;
  const auto root = std::filesystem::canonical(temp.path());
  make_directories(root / ".roar");
  std::filesystem::current_path("/");
  ::setenv("ROAR_DIR", temp.path().c_str(), 1);
  const auto workspace = find_workspace();
  REQUIRE(workspace);
  CHECK(workspace->root == root);
  CHECK(workspace->directory == "/");

  ::setenv("ROAR_DIR", (root / "missing").c_str(), 1);
  CHECK_THROWS_AS(find_workspace(), Error);
}

TEST_CASE("paths inside the root are stored relative to it", "[plumbing]") {
  const auto [path, stored] = GENERATE(table<std::string_view, std::string_view>({
      {"/p/root/a/b", "a/b"},
      {"/p/root", ""},
      {"/p/rooted", "/p/rooted"},
      {"/p", "/p"},
      {"/", "/"},
      {"/p/root/\xff\n", "\xff\n"},
  }));
  const Workspace workspace{.root = "/p/root", .directory = "/p/root"};
  CHECK(stored_path(workspace, path) == stored);
  CHECK(absolute_path(workspace, stored) == path);
}

TEST_CASE("a project may be the root directory", "[plumbing]") {
  const Workspace workspace{.root = "/", .directory = "/"};
  CHECK(stored_path(workspace, "/a") == "a");
  CHECK(absolute_path(workspace, "a") == "/a");
  CHECK(absolute_path(workspace, "") == "/");
}

}  // namespace
}  // namespace roar::plumbing
