#include "tracer/path_resolver.h"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <fstream>

#include "tests/unit/temp_dir.h"

namespace roar::tracer {

TEST_CASE("paths are joined without empty components and dots", "[tracer]") {
  CHECK(joined_path("/a", "b/./c//d/") == "/a/b/c/d");
  CHECK(joined_path("/a", "/b") == "/b");
  CHECK(joined_path("/a", "../b") == "/a/../b");
  CHECK(joined_path("/", ".") == "/");
  CHECK(lexically_normal("/a/../../b/./c") == "/b/c");
  CHECK(lexically_normal("/..") == "/");
}

TEST_CASE("a path table gives equal paths equal numbers", "[tracer]") {
  PathTable table;
  CHECK(table.intern("") == kNoPath);
  const PathId first = table.intern("/first");
  for (int i = 0; i < 5000; ++i) table.intern("/path/" + std::to_string(i));
  CHECK(table.intern("/first") == first);
  CHECK(table.at(first) == "/first");
  CHECK(table.at(table.intern("/path/4321")) == "/path/4321");
  CHECK(table.size() == 5002);
  const std::string long_path(100'000, 'x');
  CHECK(table.at(table.intern(long_path)) == long_path);
}

TEST_CASE("paths are resolved as the kernel does", "[tracer]") {
  const TempDir directory;
  const std::string root = std::filesystem::canonical(directory.path()).string();
  std::filesystem::create_directories(root + "/real/sub");
  std::ofstream(root + "/real/file") << "x";
  REQUIRE(::symlink("real", (root + "/link").c_str()) == 0);
  REQUIRE(::symlink("file", (root + "/real/alias").c_str()) == 0);
  REQUIRE(::symlink("loop", (root + "/loop").c_str()) == 0);
  PathResolver resolver;

  CHECK(resolver.resolve(root + "/link/file", true).path == root + "/real/file");
  CHECK(resolver.resolve(root + "/link/alias", true).path == root + "/real/file");
  CHECK(resolver.resolve(root + "/link/alias", false).path == root + "/real/alias");
  CHECK(resolver.resolve(root + "/link/sub/../file", true).path == root + "/real/file");
  CHECK(resolver.resolve(root + "/link/sub/..", true).path == root + "/real");
  CHECK(resolver.resolve("/", true).path == "/");
  CHECK(resolver.name_of(root + "/link/no such/file") == root + "/real/no such/file");
  CHECK_FALSE(resolver.resolve(root + "/link/none", true).exists);
  CHECK(resolver.resolve(root + "/loop/x", true).path.ends_with("/x"));
}

TEST_CASE("a path is followed through the renames of its directories", "[tracer]") {
  DirectoryMoves moves;
  moves.add("/a", "/b");
  const std::uint32_t after_first = moves.epoch();
  moves.add("/b/c", "/d");
  moves.add_exchange("/d", "/e");

  CHECK(moves.current("/a/c/f", 0) == "/e/f");
  CHECK(moves.current("/a/f", 0) == "/b/f");
  CHECK(moves.current("/a/f", after_first) == "/a/f");
  CHECK(moves.current("/e/g", after_first) == "/d/g");
  CHECK(moves.current("/ab/f", 0) == "/ab/f");
}

}  // namespace roar::tracer
