// What roar doctor asks of the machine: tracers, clock, space and limits.

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <system_error>
#include <utility>

#include "objects/base/error.h"
#include "objects/base/fd.h"
#include "objects/base/file.h"
#include "objects/base/variable.h"
#include "plumbing/doctor.h"
#include "plumbing/quote.h"
#include "plumbing/tracers.h"

namespace roar::plumbing {
namespace {

void examine_kernel(Findings& findings) {
  constexpr int kMajor = 4;
  constexpr int kMinor = 8;  // from here on a seccomp filter sees what ptrace left
  struct utsname name {};
  if (::uname(&name) != 0) return;
  char* rest = nullptr;
  const long major = std::strtol(name.release, &rest, 10);
  const long minor = *rest == '.' ? std::strtol(rest + 1, nullptr, 10) : 0;
  const bool known = major > kMajor || (major == kMajor && minor >= kMinor);
  const std::string text = std::string("kernel: ") + name.sysname + " " + name.release;
  if (known) {
    add(findings, "tracer", Health::Ok, text);
  } else {
    add(findings, "tracer", Health::Warning, text + " is older than 4.8, which ptrace needs",
        "roar config set tracer.default preload");
  }
}

// A file that is gone when this is.
class ProbeFile {
 public:
  explicit ProbeFile(const std::filesystem::path& directory)
      : path_((directory / "doctor-XXXXXX").string()), fd_(::mkostemp(path_.data(), O_CLOEXEC)) {
    if (!fd_) throw_errno(errno, "create a file in", directory.string());
  }
  ~ProbeFile() { ::unlink(path_.c_str()); }
  ProbeFile(const ProbeFile&) = delete;
  ProbeFile& operator=(const ProbeFile&) = delete;

  timespec modified() const {
    struct stat status {};
    if (::fstat(fd_.get(), &status) != 0) throw_errno(errno, "examine", path_);
    return status.st_mtim;
  }
  int descriptor() const noexcept { return fd_.get(); }

 private:
  std::string path_;
  Fd fd_;
};

timespec now() {
  timespec time{};
  ::clock_gettime(CLOCK_REALTIME, &time);
  return time;
}

// Names of what was last modified in the future, of the first entries of the directory.
std::string future_file(const std::filesystem::path& directory) {
  constexpr int kEntriesMax = 1000;
  constexpr time_t kTolerance = 5;
  const time_t limit = now().tv_sec + kTolerance;
  std::error_code error;
  int entries = 0;
  for (std::filesystem::directory_iterator at(directory, error), end; !error && at != end;
       at.increment(error)) {
    struct stat status {};
    if (++entries > kEntriesMax) break;
    if (::lstat(at->path().c_str(), &status) == 0 && status.st_mtim.tv_sec > limit) {
      return at->path().string();
    }
  }
  return {};
}

struct Room {
  std::uint64_t bytes = 0;
  std::uint64_t files = 0;
  bool counts_files = false;
};

Room room_in(const std::filesystem::path& directory) {
  struct statvfs status {};
  if (::statvfs(directory.c_str(), &status) != 0) throw_errno(errno, "examine", directory.string());
  return {.bytes = std::uint64_t{status.f_bavail} * status.f_frsize,
          .files = status.f_favail,
          .counts_files = status.f_files > 0};
}

void examine_room(const std::filesystem::path& directory, Findings& findings) {
  constexpr std::uint64_t kMiB = std::uint64_t{1} << 20U;
  constexpr std::uint64_t kTight = 1024 * kMiB;
  constexpr std::uint64_t kTooTight = 64 * kMiB;
  constexpr std::uint64_t kFilesTight = 1000;
  const Room room = room_in(directory);
  const std::string name = quoted_for_shell(directory.string());
  const std::string text = std::to_string(room.bytes / kMiB) + " MiB free in " + name;
  if (room.counts_files && room.files < kFilesTight) {
    add(findings, "space", room.files < 10 ? Health::Problem : Health::Warning,
        "only " + std::to_string(room.files) + " more files fit into " + name, "df -i " + name);
  } else if (room.bytes < kTight) {
    add(findings, "space", room.bytes < kTooTight ? Health::Problem : Health::Warning,
        "only " + text, "df -h " + name);
  } else {
    add(findings, "space", Health::Ok, text);
  }
}

}  // namespace

void examine_tracers(Findings& findings) {
  for (TracerCheck& check : check_tracers()) {
    add(findings, "tracer", check.health, check.name + ": " + check.text, std::move(check.remedy));
  }
  examine_kernel(findings);
}

void examine_clock(const std::filesystem::path& directory, Findings& findings) {
  constexpr time_t kSkewMax = 2;
  constexpr time_t kSensible = 1'700'000'000;  // before this program was written
  constexpr long kNanoseconds = 123'456'789;
  const std::size_t before = findings.size();
  if (now().tv_sec < kSensible) {
    add(findings, "clock", Health::Problem, "the system's clock is years behind",
        "sudo timedatectl set-ntp true");
  }
  const ProbeFile probe(directory);
  const time_t skew = probe.modified().tv_sec - now().tv_sec;
  if (skew > kSkewMax || skew < -kSkewMax) {
    add(findings, "clock", Health::Warning,
        "files in '" + directory.string() + "' are stamped " + std::to_string(skew) +
            " s from the system's clock",
        "sudo timedatectl set-ntp true");
  }
  const std::array<timespec, 2> times{now(), {.tv_sec = now().tv_sec, .tv_nsec = kNanoseconds}};
  ::futimens(probe.descriptor(), times.data());
  if (probe.modified().tv_nsec != kNanoseconds) {
    add(findings, "clock", Health::Warning,
        "'" + directory.string() +
            "' keeps coarse times, so files that were just written are hashed again",
        "findmnt -T " + quoted_for_shell(directory.string()));
  }
  if (const std::string file = future_file(directory.parent_path()); !file.empty()) {
    add(findings, "clock", Health::Warning, "'" + file + "' was modified in the future",
        "touch " + quoted_for_shell(file));
  }
  if (findings.size() == before) {
    add(findings, "clock", Health::Ok, "the system and '" + directory.string() + "' agree");
  }
}

void examine_space(const std::optional<Workspace>& workspace, Findings& findings) {
  if (workspace) examine_room(workspace->roar_directory(), findings);
  const char* temporary = environment_variable("TMPDIR");
  const bool named = temporary != nullptr && *temporary != '\0';
  const std::filesystem::path directory = named ? temporary : "/tmp";
  if (::access(directory.c_str(), W_OK | X_OK) != 0) {
    add(findings, "space", Health::Problem,
        "temporary directory '" + directory.string() +
            "' cannot be written to: " + std::system_category().message(errno),
        named ? "unset TMPDIR" : "sudo chmod 1777 /tmp");
    return;
  }
  examine_room(directory, findings);
}

void examine_limits(Findings& findings) {
  constexpr rlim_t kFilesTight = 256;
  constexpr rlim_t kBytesTight = rlim_t{1} << 32U;
  const std::size_t before = findings.size();
  const auto limit = [](__rlimit_resource which) {
    rlimit value{};
    return ::getrlimit(which, &value) == 0 ? value.rlim_cur : RLIM_INFINITY;
  };
  if (const rlim_t files = limit(RLIMIT_NOFILE); files < kFilesTight) {
    add(findings, "limits", Health::Warning,
        "a process may have " + std::to_string(files) + " files open", "ulimit -n 1024");
  }
  if (const rlim_t bytes = limit(RLIMIT_AS); bytes < kBytesTight) {
    add(findings, "limits", Health::Warning,
        "a process may have " + std::to_string(bytes >> 20U) +
            " MiB of address space, which the store's map needs",
        "ulimit -v unlimited");
  }
  if (const rlim_t bytes = limit(RLIMIT_FSIZE); bytes < kBytesTight) {
    add(findings, "limits", Health::Warning,
        "a file may grow to " + std::to_string(bytes >> 20U) + " MiB, and the store is one",
        "ulimit -f unlimited");
  }
  if (findings.size() == before) add(findings, "limits", Health::Ok, "none is in the way");
}

}  // namespace roar::plumbing
