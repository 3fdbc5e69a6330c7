#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "objects/cache.h"
#include "plumbing/debian_packages.h"
#include "plumbing/python_packages.h"
#include "tests/unit/temp_dir.h"

namespace roar::plumbing {
namespace {

void write_file(const std::filesystem::path& path, const std::string& content) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path) << content;
}

Package pip(const std::string& name, const std::string& version) {
  return {.manager = "pip", .name = name, .version = version};
}

Package dpkg(const std::string& name, const std::string& version) {
  return {.manager = "dpkg", .name = name, .version = version};
}

}  // namespace

TEST_CASE("a Python distribution counts only if one of its modules was loaded", "[plumbing]") {
  const TempDir directory;
  const auto site = directory.path() / "lib/python3.11/site-packages";
  write_file(site / "numpy-1.24.dist-info/METADATA",
             "Metadata-Version: 2.1\nName: numpy\nVersion: 1.24\n\n");
  write_file(site / "numpy-1.24.dist-info/RECORD",
             "numpy/__init__.py,sha256=x,1\nnumpy/core.so,,\n");
  write_file(site / "unused-1.0.dist-info/METADATA", "Name: unused\nVersion: 1.0\n\n");
  write_file(site / "unused-1.0.dist-info/RECORD", "unused/__init__.py,,\n");
  write_file(site / "ns_a-1.dist-info/METADATA", "Name: ns-a\nVersion: 1\n\n");
  write_file(site / "ns_a-1.dist-info/RECORD", "ns/a.py,,\n");
  write_file(site / "ns_b-1.dist-info/METADATA", "Name: ns-b\nVersion: 1\n\n");
  write_file(site / "ns_b-1.dist-info/RECORD", "ns/b.py,,\n");
  write_file(site / "six-1.16.egg-info/PKG-INFO", "Name: six\nVersion: 1.16\n\nName: not-this\n");
  write_file(site / "six-1.16.egg-info/top_level.txt", "six\n");
  const std::string base = site.string();

  CHECK(python_packages(std::vector<std::string>{base + "/numpy/core.so"}) ==
        std::vector{pip("numpy", "1.24")});
  CHECK(python_packages(std::vector<std::string>{base + "/ns/b.py"}) ==
        std::vector{pip("ns-b", "1")});
  CHECK(python_packages(
            std::vector<std::string>{base + "/__pycache__/six.cpython-311.pyc",
                                     base + "/numpy/__pycache__/__init__.cpython-311.pyc"}) ==
        std::vector{pip("numpy", "1.24"), pip("six", "1.16")});
  CHECK(python_packages(std::vector<std::string>{base + "/unused-1.0.dist-info/METADATA"}).empty());
}

TEST_CASE("a Debian package owns what its file list names, under either name of /usr",
          "[plumbing]") {
  const TempDir directory;
  const auto administration = directory.path() / "dpkg";
  write_file(administration / "status",
             "Package: libc6\nStatus: install ok installed\nVersion: 2.36-9\n\n"
             "Package: coreutils\nVersion: 9.1-1\n\n");
  write_file(administration / "info/libc6:amd64.list", "/.\n/lib/x/libc.so.6\n");
  write_file(administration / "info/coreutils.list", "/bin/cat\n/usr/bin/sort\n");
  Cache cache(directory.path() / "cache");

  const std::vector<std::string> files{"/usr/lib/x/libc.so.6", "/usr/bin/sort", "/etc/none"};
  const std::vector expected{dpkg("coreutils", "9.1-1"), dpkg("libc6", "2.36-9")};
  CHECK(debian_packages(files, cache, administration) == expected);

  // The second answer comes from the cache; a change of the database makes it stale.
  std::filesystem::remove(administration / "info/coreutils.list");
  CHECK(debian_packages(files, cache, administration) == expected);
  write_file(administration / "status", "Package: libc6\nVersion: 2.36-10 \n\n");
  CHECK(debian_packages(files, cache, administration) == std::vector{dpkg("libc6", "2.36-10 ")});
}

TEST_CASE("without a package database no file has an owner", "[plumbing]") {
  const TempDir directory;
  Cache cache(directory.path() / "cache");
  CHECK(debian_packages(std::vector<std::string>{"/usr/bin/sort"}, cache, directory.path() / "none")
            .empty());
}

}  // namespace roar::plumbing
