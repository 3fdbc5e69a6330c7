// What roar doctor asks of a project: its store, its permissions and its git repository.

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <chrono>
#include <optional>
#include <system_error>

#include "objects/base/error.h"
#include "objects/base/file.h"
#include "objects/base/subprocess.h"
#include "objects/lmdb_file.h"
#include "objects/store.h"
#include "plumbing/care/fsck.h"
#include "plumbing/doctor.h"
#include "plumbing/quote.h"
#include "plumbing/spool.h"

namespace roar::plumbing {
namespace {

// Only after a quick fsck: some damage crashes whoever maps the file.
void examine_open_store(const Workspace& workspace, Findings& findings) {
  const Store store(workspace.store_directory(), Store::Mode::ReadOnly);
  if (const unsigned dead = store.clear_dead_readers(); dead > 0) {
    add(findings, "store", Health::Ok,
        std::to_string(dead) + " reader slots of processes that died were freed");
  }
  const StoreUsage usage = store.usage();
  if (usage.file_bytes > usage.map_bytes / 10 * 9) {
    add(findings, "store", Health::Warning,
        "the store fills " + std::to_string(usage.file_bytes >> 20U) + " MiB of a map of " +
            std::to_string(usage.map_bytes >> 20U) + " MiB",
        "ulimit -v unlimited");
  }
  add(findings, "store", Health::Ok,
      "the store opens; it has " + std::to_string(usage.file_bytes >> 10U) + " KiB");
}

void examine_spool(const Workspace& workspace, Findings& findings) {
  const std::size_t waiting = spooled_files(workspace).size();
  if (waiting == 0) return;
  add(findings, "store", Health::Warning,
      std::to_string(waiting) + (waiting == 1 ? " job waits" : " jobs wait") + " to be stored",
      "roar log");
}

std::string owner_remedy(const std::string& path) {
  return "sudo chown -R \"$USER\" " + quoted_for_shell(path);
}

bool writable(const std::filesystem::path& path) {
  return ::access(path.c_str(), W_OK) == 0;
}

// What keeps us from writing to a file or directory; true if nothing does.
bool examine_writable(const std::filesystem::path& path, Findings& findings) {
  if (writable(path) || errno == ENOENT) return true;
  const int error = errno;
  const std::string text =
      "'" + path.string() + "' cannot be written to: " + std::system_category().message(error);
  if (error == EROFS) {
    add(findings, "permissions", Health::Problem, text,
        "findmnt -T " + quoted_for_shell(path.string()));
    return false;
  }
  struct stat status {};
  const bool ours = ::stat(path.c_str(), &status) == 0 && status.st_uid == ::geteuid();
  add(findings, "permissions", Health::Problem, text,
      ours ? "chmod -R u+rwX " + quoted_for_shell(path.string()) : owner_remedy(path.string()));
  return false;
}

struct GitVersion {
  int major = 0;
  int minor = 0;
  auto operator<=>(const GitVersion&) const = default;
};

// Of "git version 2.39.5".
GitVersion parse_version(std::string_view text) {
  GitVersion version;
  text.remove_prefix(std::min(text.find_first_of("0123456789"), text.size()));
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), version.major);
  if (error == std::errc() && stop != text.data() + text.size() && *stop == '.') {
    std::from_chars(stop + 1, text.data() + text.size(), version.minor);
  }
  return version;
}

SubprocessResult git(std::vector<std::string> words, const std::filesystem::path& directory) {
  constexpr std::chrono::seconds kPatience{5};
  words.insert(words.begin(), "git");
  SubprocessResult result =
      run_subprocess(words, {{"GIT_OPTIONAL_LOCKS", "0"}, {"LC_ALL", "C"}}, directory.string(),
                     {.time = kPatience, .output = std::nullopt});
  if (result.end == SubprocessEnd::TimeLimit) {
    result.errors = "'git " + words[1] + "' did not answer within " +
                    std::to_string(kPatience.count()) + " seconds";
  }
  return result;
}

std::string first_line(const std::string& text) {
  return text.substr(0, text.find('\n'));
}

bool examine_git_version(const std::filesystem::path& directory, Findings& findings) {
  constexpr GitVersion kOldest{.major = 2, .minor = 15};
  const SubprocessResult result = git({"--version"}, directory);
  if (result.status == 127) {
    add(findings, "git", Health::Warning, "git is not installed; libgit2 stands in, and is slower",
        "sudo apt-get install git");
    return false;
  }
  if (parse_version(result.output) < kOldest) {
    add(findings, "git", Health::Warning, first_line(result.output) + " is older than 2.15",
        "sudo apt-get install git");
  }
  return true;
}

void examine_repository(const std::filesystem::path& directory, Findings& findings) {
  const SubprocessResult place =
      git({"rev-parse", "--show-toplevel", "--git-path", "index.lock"}, directory);
  if (place.errors.find("dubious ownership") != std::string::npos) {
    const std::size_t quote = place.errors.find('\'');
    const std::string root =
        quote == std::string::npos
            ? directory.string()
            : place.errors.substr(quote + 1, place.errors.find('\'', quote + 1) - quote - 1);
    add(findings, "git", Health::Problem, "git does not trust '" + root + "', which is not yours",
        "git config --global --add safe.directory " + quoted_for_shell(root));
    return;
  }
  if (place.errors.find("not a git repository") != std::string::npos) {
    add(findings, "git", Health::Warning,
        "not in a git repository, so no commit says what code ran", "git init");
    return;
  }
  if (place.status != 0) {
    add(findings, "git", Health::Problem, first_line(place.errors), "git status");
    return;
  }
  const std::string root = first_line(place.output);
  const std::filesystem::path lock = directory / first_line(place.output.substr(root.size() + 1));
  if (file_exists(lock)) {
    add(findings, "git", Health::Warning,
        "'" + lock.string() + "' is there: a git command is at work, or has died",
        "rm " + quoted_for_shell(lock.string()));
  }
  if (git({"rev-parse", "--verify", "-q", "HEAD"}, directory).status != 0) {
    add(findings, "git", Health::Warning, "the repository has no commit yet",
        "git add -A && git commit");
    return;
  }
  add(findings, "git", Health::Ok, "the repository at '" + root + "' can be read");
}

}  // namespace

void examine_store(const Workspace& workspace, Findings& findings) {
  const std::filesystem::path directory = workspace.store_directory();
  const std::string_view network = network_file_system(workspace.roar_directory());
  if (!network.empty()) {
    add(findings, "store", Health::Warning,
        "the project is on " + std::string(network) + ", where the store cannot be opened in place",
        "export ROAR_STORE_DIR=/var/tmp/roar-$USER");
  }
  try {
    const FsckReport report = fsck(directory, {.depth = FsckDepth::Quick});
    for (const StoreFinding& finding : report.findings) {
      add(findings, "store", Health::Problem, finding.subject + ": " + finding.text, "roar fsck");
    }
    if (report.damage == 0) examine_open_store(workspace, findings);
  } catch (const Error& error) {
    if (error.code() == Errc::NotFound) {
      add(findings, "store", Health::Problem, error.what(), "roar init");
    } else if (error.code() == Errc::Unsupported) {
      add(findings, "store", Health::Problem, error.what(), "roar --version");
    } else {
      add(findings, "store", Health::Problem, error.what(), "roar fsck");
    }
  }
  examine_spool(workspace, findings);
}

void examine_permissions(const Workspace& workspace, Findings& findings) {
  const std::size_t before = findings.size();
  const std::filesystem::path directory = workspace.roar_directory();
  struct stat status {};
  if (::stat(directory.c_str(), &status) != 0) throw_errno(errno, "examine", directory.string());
  const std::string name = quoted_for_shell(directory.string());
  if ((status.st_mode & S_IWOTH) != 0) {
    add(findings, "permissions", Health::Warning,
        "'" + directory.string() + "' can be written to by everybody", "chmod -R o-w " + name);
  }
  std::error_code error;
  bool all = examine_writable(directory, findings);
  for (std::filesystem::recursive_directory_iterator at(workspace.store_directory(), error), end;
       all && !error && at != end; at.increment(error)) {
    all = examine_writable(at->path(), findings);
  }
  if (all) examine_writable(workspace.cache_directory(), findings);
  if (findings.size() == before) {
    add(findings, "permissions", Health::Ok, "'" + directory.string() + "' is ours to write");
  }
}

void examine_git(const std::filesystem::path& directory, Findings& findings) {
  if (examine_git_version(directory, findings)) examine_repository(directory, findings);
}

}  // namespace roar::plumbing
