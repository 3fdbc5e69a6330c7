#include "tracer/notify/unsettled.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <system_error>
#include <utility>

namespace roar::tracer {
namespace {

using wire::Kind;
using wire::Stamp;
using Outcome = UnsettledCall::Outcome;

bool same_file(const std::optional<Stamp>& one, const std::optional<Stamp>& other) {
  return one && other && one->device == other->device && one->inode == other->inode;
}

bool same_state(const Stamp& one, const Stamp& other) {
  return one.size == other.size && one.changed_s == other.changed_s &&
         one.changed_ns == other.changed_ns && one.modified_s == other.modified_s &&
         one.modified_ns == other.modified_ns;
}

// For what has no sign yet of having happened.
Outcome nothing_yet(bool is_over) {
  return is_over ? Outcome::Failed : Outcome::Unknown;
}

Kind kind_of(const PendingCall& call) {
  switch (call.call->operation) {
    case Operation::Rename:
      return (call.flags & RENAME_EXCHANGE) != 0 ? Kind::Exchange : Kind::Rename;
    case Operation::Link:
      return Kind::Link;
    case Operation::Symlink:
      return Kind::Symlink;
    case Operation::Unlink:
      return Kind::Unlink;
    case Operation::Truncate:
      return Kind::Truncate;
    case Operation::Execute:
      return Kind::Exec;
    default:
      return Kind::Open;
  }
}

}  // namespace

namespace {

// The fields of /proc/<process>/stat from the third on; none if it is there no more, or only what
// is left for its parent.
std::vector<std::string> state_of_process(pid_t process) {
  std::ifstream file("/proc/" + std::to_string(process) + "/stat");
  std::string line;
  std::getline(file, line);
  const std::size_t end = line.rfind(") ");  // of the name, which may have anything in it
  if (end == std::string::npos || line[end + 2] == 'Z' || line[end + 2] == 'X') return {};
  std::istringstream text(line.substr(end + 2));
  return {std::istream_iterator<std::string>(text), std::istream_iterator<std::string>()};
}

std::uint64_t field(const std::vector<std::string>& fields, std::size_t number) {
  constexpr std::size_t kFirst = 3;
  return fields.size() + kFirst <= number
             ? 0
             : std::strtoull(fields[number - kFirst].c_str(), nullptr, 10);
}

}  // namespace

std::uint64_t start_of(pid_t thread) {
  return field(state_of_process(thread), 22);
}

std::optional<ImageMark> image_of(pid_t process) {
  const std::vector<std::string> fields = state_of_process(process);
  if (fields.empty()) return std::nullopt;
  ImageMark mark{field(fields, 26), field(fields, 28), 0};
  const auto program = look_at("/proc/" + std::to_string(process) + "/exe", true);
  if (program) mark.inode = program->inode;
  return mark;
}

Kinship kinship_of(pid_t thread) {
  std::ifstream status("/proc/" + std::to_string(thread) + "/status");
  Kinship found{thread, 0};
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("Tgid:"))
      found.process = static_cast<pid_t>(std::strtol(line.c_str() + 5, nullptr, 10));
    if (!line.starts_with("PPid:")) continue;
    found.parent = static_cast<pid_t>(std::strtol(line.c_str() + 5, nullptr, 10));
    break;  // it comes after the other
  }
  return found;
}

UnsettledCall::UnsettledCall(Tracee& tracee, Log& log, int number, Execution execution)
    : thread_(tracee.thread),
      process_(tracee.process),
      number_(number),
      call_(std::move(tracee.pending)),
      argument_text_(std::move(execution.argument_text)) {
  tracee.pending = {};
  if (executes()) {
    image_ = image_of(process_);
  } else {
    pin(call_.path);
    pin(call_.path2);
  }
  if (kind_of(call_) == Kind::Rename || kind_of(call_) == Kind::Exchange)
    call_.stamp = look_at(call_.path.look, false);
  if (!call_.path2.look.empty()) target_ = look_at(call_.path2.look, false);
  if (!execution.announced) record_ = log.claim(fact());
  if (!executes()) return;
  // Whoever waits for the process may say that it has ended before anybody has looked at it here.
  parent_ = kinship_of(process_).parent;
  directory_ = link_target("/proc/" + std::to_string(process_) + "/cwd");
  start_ = log.claim(start());
  if (!argument_text_.empty()) arguments_ = log.claim(arguments());
}

// A thread that sleeps in another call has left this one. While it runs, the kernel does not say.
bool UnsettledCall::has_left() const {
  if (executes()) return false;
  if (state_of_process(thread_).empty()) return true;
  std::ifstream file("/proc/" + std::to_string(thread_) + "/syscall");
  long number = -1;
  return file >> number && number >= 0 && number != number_;
}

// The thread may change its directory, or end, before anybody looks.
void UnsettledCall::pin(TraceePath& path) {
  const std::size_t slash = path.look.rfind('/');
  if (!path.look.starts_with("/proc/") || slash + 1 == path.look.size()) return;
  const std::string name = path.look.substr(slash + 1);
  if (name == "." || name == "..") return;
  Fd directory(::open(path.look.substr(0, slash).c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!directory) return;
  path.look = "/proc/self/fd/" + std::to_string(directory.get()) + "/" + name;
  pinned_.push_back(std::move(directory));
}

Fact UnsettledCall::fact() const {
  Tracee tracee;
  tracee.thread = thread_;
  tracee.process = process_;
  Fact fact = call_fact(tracee, kind_of(call_));
  fact.path = call_.path.name;
  fact.path2 = call_.path2.name;
  return fact;
}

Fact UnsettledCall::arguments() const {
  Fact found = fact();
  found.kind = Kind::Arguments;
  found.path = argument_text_;
  found.path2 = {};
  return found;
}

Fact UnsettledCall::start() const {
  Fact found = fact();
  found.kind = Kind::Start;
  found.flags = wire::kFromOutside;
  found.parent = parent_;
  found.path2 = directory_;
  set_stamp(found, call_.stamp);
  return found;
}

Outcome UnsettledCall::settle(bool is_over) {
  Fact found = fact();
  const Outcome outcome = look(is_over, found);
  if (outcome == Outcome::Unknown) return outcome;
  if (outcome == Outcome::Happened && found.kind == Kind::Open) opened_ = found.stamp;
  if (outcome == Outcome::Failed && found.kind != Kind::Absent) found.kind = Kind::Nothing;
  Log::complete(std::exchange(record_, nullptr), found);
  Fact started = start();
  if (outcome == Outcome::Failed) started.kind = Kind::Nothing;
  Log::complete(std::exchange(start_, nullptr), started);
  Fact told = arguments();
  if (outcome == Outcome::Failed) told.kind = Kind::Nothing;
  Log::complete(std::exchange(arguments_, nullptr), told);
  return outcome;
}

Outcome UnsettledCall::look(bool is_over, Fact& fact) {
  switch (call_.call->operation) {
    case Operation::Open:
      return look_at_open(is_over, fact);
    case Operation::Rename:
      return look_at_rename(is_over, fact);
    case Operation::Link:
    case Operation::Symlink:
      return look_at_new_name(is_over, fact);
    case Operation::Execute:
      set_stamp(fact, call_.stamp);
      return look_at_execute(is_over);
    case Operation::Unlink: {
      set_before(fact, call_.before);
      const auto now = look_at(call_.path.look, false);
      return call_.before && !same_file(now, call_.before) ? Outcome::Happened
                                                           : nothing_yet(is_over);
    }
    case Operation::Truncate: {
      const auto now = look_at(call_.path.look, true);
      set_before(fact, call_.before);
      set_stamp(fact, now);
      return now && call_.before && !same_state(*now, *call_.before) ? Outcome::Happened
                                                                     : nothing_yet(is_over);
    }
    default:
      return Outcome::Failed;
  }
}

Outcome UnsettledCall::look_at_open(bool is_over, Fact& fact) {
  fact.open_flags = static_cast<std::uint32_t>(call_.flags);
  fact.flags |= wire::kTouchUnknown;
  if ((call_.flags & O_TMPFILE) == O_TMPFILE) {
    set_before(fact, std::nullopt);
    const Outcome found = look_at_unnamed(fact);
    return found == Outcome::Unknown ? nothing_yet(is_over) : found;
  }
  const auto now = look_at(call_.path.look, (call_.flags & O_NOFOLLOW) == 0);
  if (!now) {
    if (is_over && !call_.before) fact.kind = Kind::Absent;
    return nothing_yet(is_over);
  }
  set_before(fact, call_.before);
  set_stamp(fact, now);
  if (!S_ISREG(now->mode)) return Outcome::Failed;
  if (!call_.before || !same_file(now, call_.before) || !same_state(*now, *call_.before))
    return Outcome::Happened;
  // An empty file that is emptied in the same tick of the clock looks as before.
  const bool may_write = ::faccessat(AT_FDCWD, call_.path.look.c_str(), W_OK, AT_EACCESS) == 0;
  return is_over && now->size == 0 && may_write ? Outcome::Happened : nothing_yet(is_over);
}

// A file without a name is found by its descriptor, which is the only way to it.
Outcome UnsettledCall::look_at_unnamed(Fact& fact) const {
  std::error_code error;
  const std::filesystem::path list = "/proc/" + std::to_string(thread_) + "/fd";
  for (std::filesystem::directory_iterator entry(list, error), end; !error && entry != end;
       entry.increment(error)) {
    const std::string link = entry->path().string();
    const auto stamp = look_at(link, true);
    if (!stamp || !S_ISREG(stamp->mode) || stamp->links != 0) continue;
    if (!link_target(link).ends_with("/#" + std::to_string(stamp->inode) + " (deleted)")) continue;
    set_stamp(fact, stamp);
    return Outcome::Happened;
  }
  return Outcome::Unknown;
}

Outcome UnsettledCall::look_at_rename(bool is_over, Fact& fact) const {
  const auto now = look_at(call_.path2.look, false);
  if (!same_file(now, call_.stamp)) return nothing_yet(is_over);
  set_stamp(fact, now);
  set_before(fact, fact.kind == Kind::Exchange ? look_at(call_.path.look, false) : call_.before);
  return Outcome::Happened;
}

Outcome UnsettledCall::look_at_new_name(bool is_over, Fact& fact) const {
  const auto now = look_at(call_.path2.look, false);
  if (target_ || !now) return nothing_yet(is_over);
  set_stamp(fact, now);
  return Outcome::Happened;
}

Outcome UnsettledCall::look_at_execute(bool is_over) const {
  const auto now = image_of(process_);
  if (!now || !image_ || *now != *image_) return Outcome::Happened;  // also if it has ended since
  return nothing_yet(is_over);
}

}  // namespace roar::tracer
