#include "plumbing/fsck.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <functional>
#include <optional>
#include <string_view>

#include "objects/base/error.h"
#include "objects/base/fd.h"
#include "objects/base/lines.h"
#include "objects/history.h"
#include "objects/store.h"
#include "objects/transaction.h"
#include "objects/validate.h"

// The child writes one line for each problem into a pipe: the number of its kind, a space, the
// text. What it found before it crashed is not lost.

namespace roar::plumbing {
namespace {

constexpr int kExitUnsupported = 2;
constexpr int kExitNotFound = 3;

using Report = std::function<void(Damage, const std::string&)>;

Damage damage_of(const Error& error) noexcept {
  return error.code() == Errc::NotFound ? Damage::Missing : Damage::Content;
}

// Runs one check; what it throws is a problem.
void attempt(const Report& report, const std::string& subject, const std::function<void()>& check) {
  try {
    check();
  } catch (const Error& error) {
    report(damage_of(error), subject + ": " + error.what());
  }
}

void check_ref(const ReadTransaction& transaction, const Ref& ref, const Report& report) {
  const std::optional<ObjectId> target = transaction.resolve_ref(ref.name);
  if (!target) {
    report(Damage::Refs, "ref " + ref.name + ": leads nowhere");
    return;
  }
  attempt(report, "ref " + ref.name, [&] {
    if (!transaction.object(*target))
      throw Error(Errc::NotFound, "object " + target->hex() + " is missing");
  });
}

// The blobs that a job names.
void check_code(const ReadTransaction& transaction, const Job& job, const Report& report) {
  if (!job.git) return;
  const auto check = [&](const ObjectId& id, const std::string& what) {
    attempt(report, what + " of job " + job.uid.substr(0, 8),
            [&] { transaction.payload(id, ObjectType::Blob); });
  };
  if (job.git->patch) check(*job.git->patch, "patch");
  for (const KeptCode& kept : job.git->code) check(kept.blob, "'" + kept.path + "'");
}

// The newest entry of a session, its job, and the place of that job in the derived tables.
void check_session(const ReadTransaction& transaction, const SessionSummary& session,
                   const Report& report) {
  attempt(report, "session " + session.id, [&] {
    const SessionEntry entry =
        decode_session(transaction.payload(session.head, ObjectType::Session));
    if (!entry.job) return;
    check_code(transaction, read_job(transaction, *entry.job), report);
    const std::vector<JobPlace> jobs = jobs_of_session(transaction, session.id);
    if (jobs.empty() || jobs.back().job != *entry.job)
      report(Damage::Index, "session " + session.id + ": its newest job is not in the index");
  });
}

// The objects that a job says it has.
void check_parts(const ReadTransaction& transaction, const Job& job, const Report& report) {
  const auto check = [&](const std::optional<ObjectId>& id, ObjectType type) {
    if (!id) return;
    const std::string subject = std::string(type_name(type)) + " of job " + job.uid.substr(0, 8);
    const std::optional<ObjectInfo> info = transaction.info(*id);
    if (!info) report(Damage::Missing, subject + ": object " + id->hex() + " is missing");
    if (info && info->type != type)
      report(Damage::Content, subject + ": object " + id->hex() + " is of another type");
  };
  check(job.environment, ObjectType::Environment);
  check(job.packages, ObjectType::Packages);
  check(job.processes, ObjectType::Processes);
  for (const auto& root : job.edges) check(root, ObjectType::Node);
}

// Every object there is: its hash, and whether it can be read as what it is.
void check_objects(const ReadTransaction& transaction, const Report& report) {
  transaction.for_each_object([&](const ObjectInfo& info) {
    const std::string subject = std::string(type_name(info.type)) + " object " + info.id.hex();
    attempt(report, subject, [&] {
      const std::string payload = transaction.payload(info.id, info.type);
      check_payload(info.type, payload);
      if (info.type == ObjectType::Job) check_parts(transaction, decode_job(payload), report);
    });
    return true;
  });
}

void check_store(const std::filesystem::path& directory, bool every_object, const Report& report) {
  const Store store(directory, Store::Mode::ReadOnly);
  store.read([&](const ReadTransaction& transaction) {
    std::vector<Ref> refs = transaction.refs("refs/");
    if (const std::optional<Ref> head = transaction.ref("HEAD")) refs.push_back(*head);
    for (const Ref& ref : refs)
      attempt(report, "ref " + ref.name, [&] { check_ref(transaction, ref, report); });
    std::vector<SessionSummary> summaries;
    attempt(report, "sessions", [&] { summaries = sessions(transaction); });
    for (const SessionSummary& session : summaries) check_session(transaction, session, report);
    if (every_object) attempt(report, "objects", [&] { check_objects(transaction, report); });
    const ObjectCounts counts = transaction.counts();
    if (counts.by_id != counts.by_number)
      report(Damage::Structure, "objects: " + std::to_string(counts.by_number) + " are stored, " +
                                    std::to_string(counts.by_id) + " have an id");
    if (counts.highest_number >= counts.next_number)
      report(Damage::Structure, "objects: number " + std::to_string(counts.highest_number) +
                                    " is in use and would be given again");
  });
}

void write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t n = ::write(fd, text.data(), text.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return;
    text.remove_prefix(static_cast<std::size_t>(n));
  }
}

int run_child(const std::filesystem::path& directory, bool every_object, int out) {
  const Report report = [&](Damage damage, std::string text) {
    std::ranges::replace(text, '\n', ' ');
    write_all(out, std::to_string(static_cast<int>(damage)) + " " + text + "\n");
  };
  try {
    check_store(directory, every_object, report);
  } catch (const Error& error) {
    if (error.code() == Errc::Unsupported || error.code() == Errc::NotFound) {
      write_all(out, error.what());
      return error.code() == Errc::NotFound ? kExitNotFound : kExitUnsupported;
    }
    report(Damage::Structure, error.what());
  }
  return 0;
}

std::string read_all(int fd) {
  std::string text;
  std::array<char, 4096> buffer;
  for (;;) {
    const ssize_t n = ::read(fd, buffer.data(), buffer.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(n));
  }
}

void add_problems(FsckReport& report, std::string_view text) {
  for_each_line(text, [&](std::string_view line) {
    const std::size_t space = line.find(' ');
    if (space == std::string_view::npos) return false;
    int damage = 0;
    std::from_chars(line.data(), line.data() + space, damage);
    report.damage = static_cast<std::uint8_t>(report.damage | damage);
    report.problems.emplace_back(line.substr(space + 1));
    return true;
  });
}

FsckReport check_in_child(const std::filesystem::path& store_directory, bool every_object) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw_errno(errno, "make", "a pipe");
  const Fd in(ends[0]);
  Fd out(ends[1]);
  const pid_t child = ::fork();
  if (child < 0) throw_errno(errno, "start", "a process to check the store");
  if (child == 0) {
    for (const int number : {SIGSEGV, SIGBUS, SIGABRT, SIGFPE}) ::signal(number, SIG_DFL);
    ::_exit(run_child(store_directory, every_object, out.get()));
  }
  out.reset();
  const std::string text = read_all(in.get());
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
  if (WIFEXITED(status) && WEXITSTATUS(status) == kExitUnsupported)
    throw Error(Errc::Unsupported, text);
  if (WIFEXITED(status) && WEXITSTATUS(status) == kExitNotFound) throw Error(Errc::NotFound, text);
  FsckReport report;
  add_problems(report, text);
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    report.damage |= static_cast<std::uint8_t>(Damage::Structure);
    report.problems.push_back("file: reading it ended by signal " +
                              std::to_string(WIFSIGNALED(status) ? WTERMSIG(status) : 0));
  }
  return report;
}

}  // namespace

FsckReport fsck_quickly(const std::filesystem::path& store_directory) {
  return check_in_child(store_directory, false);
}

FsckReport fsck(const std::filesystem::path& store_directory) {
  return check_in_child(store_directory, true);
}

}  // namespace roar::plumbing
