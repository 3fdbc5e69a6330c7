#include "tracer/calls/recorder.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <functional>

#include "objects/base/fd.h"

namespace roar::tracer {
namespace {

using wire::Kind;
using wire::Stamp;

std::string descriptor_link(const Tracee& tracee, std::int64_t descriptor) {
  return "/proc/" + std::to_string(tracee.thread) + "/fd/" + std::to_string(descriptor);
}

// Of mount(2): what is mounted stays where it is.
constexpr std::uint64_t kNoNewNames =
    MS_REMOUNT | MS_SHARED | MS_PRIVATE | MS_SLAVE | MS_UNBINDABLE;

std::uint64_t argument(std::span<const std::uint64_t, 6> arguments, std::int8_t index) {
  return index < 0 ? 0 : arguments[static_cast<std::size_t>(index)];
}

int directory_argument(std::span<const std::uint64_t, 6> arguments, std::int8_t index) {
  return index < 0 ? AT_FDCWD : static_cast<int>(arguments[static_cast<std::size_t>(index)]);
}

std::uint64_t mixed(std::uint64_t hash, std::uint64_t value) {
  return (hash ^ value) * 0x9e37'79b9'7f4a'7c15U + (hash >> 29);
}

// Whether the tracee, which has our user in all but odd cases, may read the file.
bool is_readable(const std::string& path, const Stamp& stamp) {
  if ((stamp.mode & S_IROTH) != 0) return true;
  return ::faccessat(AT_FDCWD, path.c_str(), R_OK, AT_EACCESS) == 0;
}

}  // namespace

CallRecorder::CallRecorder(Log& log, pid_t keeper)
    : log_(log), versions_(&log.header()), keeper_(keeper) {}

void CallRecorder::secure(const TraceePath& path, const std::optional<Stamp>& version,
                          wire::Fate fate, bool keeps_bytes) noexcept {
  if (!version || !S_ISREG(version->mode) || version->size == 0 ||
      !versions_.endangered(version->device, version->inode, fate, keeps_bytes))
    return;
  Versions::Request request(versions_, version->device, version->inode, fate);
  if (!request || path.look.size() > sizeof(request->path)) return;
  path.look.copy(request->path, path.look.size());
  request->path_length = static_cast<std::uint16_t>(path.look.size());
  request.wait([this] { return ::kill(keeper_, 0) == 0 || errno != ESRCH; });
}

void CallRecorder::happened(const PendingCall& call, const std::optional<Stamp>& now) noexcept {
  const Operation operation = call.call->operation;
  if (operation == Operation::Open && now) versions_.own(now->device, now->inode);
  const bool replaces = operation == Operation::Rename && (call.flags & RENAME_EXCHANGE) == 0;
  if (replaces || operation == Operation::Unlink) note_gone(call.before);
}

void CallRecorder::note_gone(const std::optional<Stamp>& version) noexcept {
  if (version && version->links <= 1) versions_.gone(version->device, version->inode);
}

Fact call_fact(const Tracee& tracee, Kind kind) {
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME_COARSE, &now);
  Fact fact;
  fact.kind = kind;
  fact.pid = tracee.process;
  fact.time_ns = static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000 +
                 static_cast<std::uint64_t>(now.tv_nsec);
  return fact;
}

void set_stamp(Fact& fact, const std::optional<Stamp>& stamp) {
  if (!stamp) return;
  fact.stamp = *stamp;
  fact.flags |= wire::kHasStamp;
}

void set_before(Fact& fact, const std::optional<Stamp>& before) {
  fact.flags |= wire::kProbedBefore;
  if (!before) return;
  fact.before = *before;
  fact.flags |= wire::kHasBefore;
}

bool CallRecorder::is_known(std::uint64_t hash) noexcept {
  std::uint64_t& place = known_[hash % known_.size()];
  if (place == hash) return true;
  place = hash;
  return false;
}

bool CallRecorder::read(Tracee& tracee, const Call& call,
                        std::span<const std::uint64_t, 6> arguments) {
  PendingCall& pending = tracee.pending;
  pending = {};
  pending.call = &call;
  pending.flags = call.fixed_flags;
  if (call.flags >= 0 && call.flags_in_memory) {
    pending.flags |= word_at(tracee.thread, argument(arguments, call.flags)).value_or(0);
  } else if (call.flags >= 0) {
    pending.flags |= argument(arguments, call.flags);
  }
  const auto path_of = [&](std::int8_t directory, std::int8_t path, TraceePath& found) {
    if (path < 0) return true;
    const auto text = string_at(tracee.thread, argument(arguments, path));
    if (!text) return false;  // the call will fail with EFAULT or ENAMETOOLONG
    found =
        tracee_path(tracee.thread, tracee.process, directory_argument(arguments, directory), *text);
    if (other_roots_ && text->starts_with('/') && !found.look.starts_with("/proc/"))
      found.look.insert(0, "/proc/" + std::to_string(tracee.thread) + "/root");
    // The kernel does not tell the name of a directory that is longer than a page.
    if (!text->empty() && found.name == "/" + *text) gap(tracee, "long-path");
    return true;
  };
  return path_of(call.directory, call.path, pending.path) &&
         path_of(call.directory2, call.path2, pending.path2);
}

bool CallRecorder::enter(Tracee& tracee) {
  PendingCall& pending = tracee.pending;
  switch (pending.call->operation) {
    case Operation::Open:
      return enter_open(tracee);
    case Operation::Execute:
      return enter_execute(tracee);
    case Operation::Rename:
      pending.before = look_at(pending.path2.look, false);
      if ((pending.flags & (RENAME_EXCHANGE | RENAME_NOREPLACE)) == 0)
        secure(pending.path2, pending.before, wire::Fate::NameLost, false);
      return true;
    case Operation::Unlink:
      pending.before = look_at(pending.path.look, false);
      secure(pending.path, pending.before, wire::Fate::NameLost, false);
      return true;
    case Operation::Truncate:
      pending.before = look_at(pending.path.look, true);
      secure(pending.path, pending.before, wire::Fate::Overwritten, pending.flags != 0);
      return true;
    case Operation::Link:
    case Operation::Symlink:
    case Operation::OpenByHandle:
      return true;
    case Operation::SetUpIoUring:
      gap(tracee, "io-uring");
      return false;
    case Operation::ChangeRoot:
      gap(tracee, "other-root");
      other_roots_ = true;
      return false;
    case Operation::Mount:
      if ((pending.flags & kNoNewNames) == 0) gap(tracee, "other-mounts");
      return false;
    case Operation::Trace:
      gap(tracee, "inner-tracer");
      return false;
  }
  return false;
}

void CallRecorder::write_absent(const Tracee& tracee) {
  const std::string& name = tracee.pending.path.name;
  if (is_known(mixed(1, std::hash<std::string>{}(name)))) return;
  Fact fact = call_fact(tracee, Kind::Absent);
  fact.path = name;
  log_.append(fact);
}

void CallRecorder::write_open(const Tracee& tracee, const Stamp& stamp) {
  const PendingCall& pending = tracee.pending;
  if ((pending.flags & O_ACCMODE) != O_WRONLY) versions_.read(stamp.device, stamp.inode);
  std::uint64_t hash = mixed(stamp.inode, std::hash<std::string>{}(pending.path.name));
  hash = mixed(hash, static_cast<std::uint64_t>(tracee.process));
  for (const std::uint64_t part :
       {stamp.device, stamp.size, static_cast<std::uint64_t>(stamp.changed_s),
        std::uint64_t{stamp.changed_ns}, pending.flags & O_ACCMODE})
    hash = mixed(hash, part);
  if (is_known(hash)) return;
  Fact fact = call_fact(tracee, Kind::Open);
  fact.path = pending.path.name;
  fact.open_flags = static_cast<std::uint32_t>(pending.flags & ~std::uint64_t{O_CREAT});
  fact.flags = wire::kTouchUnknown;
  set_stamp(fact, stamp);
  log_.append(fact);
}

bool CallRecorder::enter_open(Tracee& tracee) {
  PendingCall& pending = tracee.pending;
  if ((pending.flags & O_PATH) != 0) return false;
  const bool follow = (pending.flags & O_NOFOLLOW) == 0;
  const std::optional<Stamp> now = look_at(pending.path.look, follow);
  const int errnum = errno;
  const bool empties = (pending.flags & O_TRUNC) != 0;
  if ((empties || (pending.flags & O_ACCMODE) != O_RDONLY) &&
      (pending.flags & (O_CREAT | O_EXCL)) != (O_CREAT | O_EXCL))
    secure(pending.path, now, wire::Fate::Overwritten, !empties);
  const bool unnamed = (pending.flags & O_TMPFILE) == O_TMPFILE;
  const bool changes = unnamed || empties || (!now && (pending.flags & O_CREAT) != 0);
  if (changes) {
    pending.before = unnamed ? std::nullopt : now;
    return true;
  }
  if (!now) {
    if (errnum == ENOENT || errnum == ENOTDIR) write_absent(tracee);
    return false;
  }
  if ((pending.flags & (O_CREAT | O_EXCL)) == (O_CREAT | O_EXCL)) return false;
  if (S_ISDIR(now->mode) && (pending.flags & O_DIRECTORY) != 0) {
    Fact fact = call_fact(tracee, Kind::Listed);
    fact.path = pending.path.name;
    log_.append(fact);
  }
  if (S_ISREG(now->mode) && (pending.flags & O_DIRECTORY) == 0 &&
      ((pending.flags & O_ACCMODE) != O_RDONLY || is_readable(pending.path.look, *now)))
    write_open(tracee, *now);
  return false;
}

bool CallRecorder::enter_execute(Tracee& tracee) {
  PendingCall& pending = tracee.pending;
  pending.stamp = look_at(pending.path.look, true);
  if (!pending.stamp) {
    if (errno == ENOENT || errno == ENOTDIR) write_absent(tracee);
    return false;
  }
  const bool gains_user = (pending.stamp->mode & S_ISUID) != 0;
  const bool gains_group = (pending.stamp->mode & (S_ISGID | S_IXGRP)) == (S_ISGID | S_IXGRP);
  if ((gains_user || gains_group) && ::geteuid() != 0) {
    Fact fact = call_fact(tracee, Kind::Gap);
    fact.path = "set-user-id";
    fact.path2 = pending.path.name;
    log_.append(fact);
  }
  return false;  // success is told by a stop of its own
}

void CallRecorder::executed(Tracee& tracee, pid_t parent) {
  if (!tracee.pending.path.name.empty() && tracee.pending.stamp) {
    Fact entered = call_fact(tracee, Kind::Exec);
    entered.parent = parent;
    entered.path = tracee.pending.path.name;
    set_stamp(entered, tracee.pending.stamp);
    log_.append(entered);
  }
  tracee.pending = {};
  started(tracee, parent);
  arguments(tracee);
}

void CallRecorder::arguments(const Tracee& tracee) {
  const Fd file(::open(("/proc/" + std::to_string(tracee.thread) + "/cmdline").c_str(),
                       O_RDONLY | O_CLOEXEC));
  std::string text(wire::kArgumentsMax + 1, '\0');
  std::size_t size = 0;
  while (file && size < text.size()) {
    const ssize_t got = ::read(file.get(), text.data() + size, text.size() - size);
    if (got <= 0) break;
    size += static_cast<std::size_t>(got);
  }
  if (size == 0) return;  // it has ended: they are told by who executed it
  Fact fact = call_fact(tracee, Kind::Arguments);
  fact.path = kept_arguments(std::string_view(text).substr(0, size));
  log_.append(fact);
}

void CallRecorder::started(const Tracee& tracee, pid_t parent) {
  const std::string link = "/proc/" + std::to_string(tracee.thread);
  const std::string program = link_target(link + "/exe");
  const std::string directory = link_target(link + "/cwd");
  Fact fact = call_fact(tracee, Kind::Start);
  fact.flags = wire::kFromOutside;
  fact.parent = parent;
  fact.path = program;
  fact.path2 = directory;
  const std::optional<Stamp> image = look_at(link + "/exe", true);
  if (image) versions_.read(image->device, image->inode);
  set_stamp(fact, image);
  log_.append(fact);
}

void CallRecorder::ended(pid_t process, int status) {
  Tracee tracee;
  tracee.process = process;
  Fact fact = call_fact(tracee, Kind::Exit);
  fact.flags = wire::kHasStatus;
  fact.result = status;
  log_.append(fact);
}

void CallRecorder::gap(const Tracee& tracee, std::string_view reason) {
  const std::string program = link_target("/proc/" + std::to_string(tracee.thread) + "/exe");
  Fact fact = call_fact(tracee, Kind::Gap);
  fact.path = reason;
  fact.path2 = program;
  log_.append(fact);
}

void CallRecorder::leave(Tracee& tracee, std::int64_t result) {
  const PendingCall pending = tracee.pending;
  if (pending.call == nullptr) return;
  const bool looks_absent = result == -ENOENT || result == -ENOTDIR;
  if (result < 0) {
    if (looks_absent && pending.call->operation == Operation::Open) write_absent(tracee);
  } else {
    switch (pending.call->operation) {
      case Operation::Open:
      case Operation::OpenByHandle:
        leave_open(tracee, result);
        break;
      case Operation::Rename:
        leave_rename(tracee);
        break;
      case Operation::Link:
        leave_link(tracee);
        break;
      case Operation::Truncate:
        leave_truncate(tracee);
        break;
      case Operation::Unlink:
        leave_unlink(tracee);
        break;
      case Operation::Symlink: {
        Fact fact = call_fact(tracee, Kind::Symlink);
        fact.path2 = pending.path2.name;
        log_.append(fact);
        break;
      }
      default:
        break;
    }
  }
  tracee.pending = {};
}

void CallRecorder::leave_open(Tracee& tracee, std::int64_t descriptor) {
  PendingCall& pending = tracee.pending;
  const std::string link = descriptor_link(tracee, descriptor);
  const std::optional<Stamp> stamp = look_at(link, true);
  if (!stamp || !S_ISREG(stamp->mode)) return;
  if (pending.call->operation == Operation::OpenByHandle) {
    pending.path.name = link_target(link);
    return write_open(tracee, *stamp);
  }
  versions_.own(stamp->device, stamp->inode);
  Fact fact = call_fact(tracee, Kind::Open);
  fact.path = pending.path.name;
  fact.open_flags = static_cast<std::uint32_t>(pending.flags);
  fact.flags = wire::kTouchUnknown;
  set_before(fact, pending.before);
  set_stamp(fact, stamp);
  log_.append(fact);
}

void CallRecorder::leave_rename(Tracee& tracee) {
  const PendingCall& pending = tracee.pending;
  const bool swaps = (pending.flags & RENAME_EXCHANGE) != 0;
  if (!swaps) note_gone(pending.before);
  Fact fact = call_fact(tracee, swaps ? Kind::Exchange : Kind::Rename);
  fact.path = pending.path.name;
  fact.path2 = pending.path2.name;
  set_stamp(fact, look_at(pending.path2.look, false));
  set_before(fact, swaps ? look_at(pending.path.look, false) : pending.before);
  log_.append(fact);
}

void CallRecorder::leave_link(Tracee& tracee) {
  const PendingCall& pending = tracee.pending;
  Fact fact = call_fact(tracee, Kind::Link);
  fact.path = pending.path.name;
  fact.path2 = pending.path2.name;
  set_stamp(fact, look_at(pending.path2.look, false));
  log_.append(fact);
}

void CallRecorder::leave_truncate(Tracee& tracee) {
  const PendingCall& pending = tracee.pending;
  Fact fact = call_fact(tracee, Kind::Truncate);
  fact.path = pending.path.name;
  set_before(fact, pending.before);
  set_stamp(fact, look_at(pending.path.look, true));
  log_.append(fact);
}

void CallRecorder::leave_unlink(Tracee& tracee) {
  const PendingCall& pending = tracee.pending;
  note_gone(pending.before);
  Fact fact = call_fact(tracee, Kind::Unlink);
  fact.path = pending.path.name;
  set_before(fact, pending.before);
  log_.append(fact);
}

}  // namespace roar::tracer
