#include "tracer/birth.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/kcmp.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <climits>
#include <cstring>
#include <string>

#include "objects/base/c_handle.h"

namespace roar::tracer {
namespace {

struct Candidate {
  int descriptor;
  int open_flags;
  off_t offset;
  struct ::stat status;
};

// Regular files only: nothing else can be an input or an output.
std::vector<Candidate> inheritable_files() {
  std::vector<Candidate> files;
  const CHandle<DIR, ::closedir> directory(::opendir("/proc/self/fd"));
  if (!directory) return files;
  // NOLINTNEXTLINE(concurrency-mt-unsafe): the stream is this function's own
  while (const dirent* entry = ::readdir(directory.get())) {
    const char* name = static_cast<const char*>(entry->d_name);
    Candidate file{};
    if (std::from_chars(name, name + std::strlen(name), file.descriptor).ec != std::errc())
      continue;
    const int descriptor_flags = ::fcntl(file.descriptor, F_GETFD);
    file.open_flags = ::fcntl(file.descriptor, F_GETFL);
    if (descriptor_flags < 0 || (descriptor_flags & FD_CLOEXEC) != 0 || file.open_flags < 0)
      continue;
    if (::fstat(file.descriptor, &file.status) != 0 || !S_ISREG(file.status.st_mode)) continue;
    file.offset = ::lseek(file.descriptor, 0, SEEK_CUR);
    files.push_back(file);
  }
  std::sort(files.begin(), files.end(),
            [](const Candidate& a, const Candidate& b) { return a.descriptor < b.descriptor; });
  return files;
}

bool is_same_open_file(const Candidate& a, const Candidate& b) {
  if (a.status.st_dev != b.status.st_dev || a.status.st_ino != b.status.st_ino) return false;
  const long order =
      ::syscall(SYS_kcmp, ::getpid(), ::getpid(), KCMP_FILE, a.descriptor, b.descriptor);
  if (order >= 0) return order == 0;
  return a.open_flags == b.open_flags && a.offset == b.offset;  // where kcmp(2) is forbidden
}

std::string path_of(int descriptor) {
  std::array<char, PATH_MAX> buffer;
  const std::string link = "/proc/self/fd/" + std::to_string(descriptor);
  const ssize_t length = ::readlink(link.c_str(), buffer.data(), buffer.size());
  return length <= 0 ? std::string() : std::string(buffer.data(), static_cast<std::size_t>(length));
}

}  // namespace

BirthDescriptors::BirthDescriptors(Log& log) {
  const std::vector<Candidate> files = inheritable_files();
  for (const Candidate& file : files) {
    const auto first = std::find_if(files.begin(), files.end(), [&](const Candidate& other) {
      return is_same_open_file(other, file);
    });
    const std::string path = path_of(file.descriptor);
    Fact fact;
    fact.kind = wire::Kind::Descriptor;
    fact.flags = wire::kHasStamp;
    fact.result = file.descriptor;
    fact.parent = first->descriptor;
    fact.open_flags = static_cast<std::uint32_t>(file.open_flags);
    fact.path = path;
    fact.stamp = wire_stamp_of(file.status);
    wire::Record* record = log.append(fact);
    if (record != nullptr) born_.push_back({file.descriptor, file.open_flags, file.offset, record});
  }
}

void BirthDescriptors::settle() noexcept {
  for (const Born& born : born_) {
    const bool moved = ::lseek(born.descriptor, 0, SEEK_CUR) != born.offset;
    std::uint32_t touched = wire::kTouchedSettled;
    const int mode = born.open_flags & O_ACCMODE;
    if (moved && mode == O_RDONLY) touched |= wire::kTouchedRead;
    if (moved && mode == O_WRONLY) touched |= wire::kTouchedWritten;
    // Without a move, writing at an offset of its own is still possible; with one, it is open who
    // moved a descriptor that can do both.
    if (mode == O_RDWR || (mode == O_WRONLY && !moved)) born.record->flags |= wire::kTouchUnknown;
    born.record->touched.fetch_or(touched, std::memory_order_relaxed);
  }
}

}  // namespace roar::tracer
