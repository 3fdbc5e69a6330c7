#include "plumbing/care/garbage.h"

#include <algorithm>
#include <array>
#include <functional>
#include <string>
#include <string_view>
#include <system_error>

#include "objects/base/file.h"

namespace roar::plumbing {
namespace {

constexpr std::array<std::string_view, 3> kFilesOfGeneration = {"data.mdb", "lock.mdb",
                                                                "write.lock"};

std::uint64_t size_of(const std::filesystem::path& path) {
  std::error_code error;
  if (!std::filesystem::is_directory(std::filesystem::symlink_status(path, error))) {
    const std::uintmax_t size = std::filesystem::file_size(path, error);
    return error ? 0 : size;
  }
  std::uint64_t sum = 0;
  std::filesystem::recursive_directory_iterator entries(path, error);
  for (; !error && entries != std::filesystem::recursive_directory_iterator();
       entries.increment(error)) {
    std::error_code none;
    const std::uintmax_t size = entries->file_size(none);
    if (!none) sum += size;
  }
  return sum;
}

void find(const std::filesystem::path& directory,
          const std::function<bool(std::string_view)>& is_known, Garbage& garbage) {
  std::error_code error;
  std::filesystem::directory_iterator entries(directory, error);
  for (; !error && entries != std::filesystem::directory_iterator(); entries.increment(error)) {
    if (is_known(entries->path().filename().string())) continue;
    garbage.files.push_back(entries->path());
    garbage.bytes += size_of(entries->path());
  }
}

}  // namespace

Garbage garbage_in(const std::filesystem::path& store_directory) {
  std::string current = readable_content(store_directory / "CURRENT");
  current = current.substr(0, current.find('\n'));
  Garbage garbage;
  find(
      store_directory, [&](std::string_view name) { return name == "CURRENT" || name == current; },
      garbage);
  find(
      store_directory / current,
      [](std::string_view name) {
        return std::ranges::find(kFilesOfGeneration, name) != kFilesOfGeneration.end();
      },
      garbage);
  std::ranges::sort(garbage.files);
  return garbage;
}

}  // namespace roar::plumbing
