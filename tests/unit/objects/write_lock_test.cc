#include "objects/write_lock.h"

#include <fcntl.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <optional>
#include <thread>

#include "objects/base/error.h"
#include "objects/base/fd.h"
#include "tests/unit/temp_dir.h"

namespace roar {
namespace {

constexpr std::chrono::seconds kPatience{60};

// Whether somebody waits for the lock of the directory: no byte of its file but the first is locked
// for any other reason.
bool is_waited_for(const std::filesystem::path& directory) {
  const Fd fd(::open((directory / "write.lock").c_str(), O_RDWR | O_CLOEXEC));
  struct flock lock {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  lock.l_start = 1;
  return fd && ::fcntl(fd.get(), F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
}

}  // namespace

TEST_CASE("the write lock: who waited comes before who has just had it") {
  const TempDir directory;
  std::optional<WriteLock> first(std::in_place, directory.path(), kPatience);
  std::atomic<bool> had_it = false;
  std::thread other([&] {
    const WriteLock lock(directory.path(), kPatience);
    had_it = true;
  });
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  bool waits = false;
  while (!waits && std::chrono::steady_clock::now() < deadline)
    waits = is_waited_for(directory.path());
  CHECK(waits);
  CHECK_FALSE(had_it);
  first.reset();
  const WriteLock again(directory.path(), kPatience);
  CHECK(had_it);
  other.join();
}

TEST_CASE("the write lock: patience ends, and names the file") {
  const TempDir directory;
  const WriteLock lock(directory.path(), kPatience);
  try {
    const WriteLock other(directory.path(), std::chrono::milliseconds(1));
    FAIL("two have it");
  } catch (const Error& error) {
    CHECK(error.code() == Errc::Busy);
    CHECK(std::string(error.what()).find("write.lock") != std::string::npos);
  }
}

}  // namespace roar
