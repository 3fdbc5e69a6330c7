#include "tracer/collector.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <string_view>

#include "tracer/program.h"
#include "tracer/verdicts.h"

namespace roar::tracer {
namespace {

using wire::Kind;
using wire::Stamp;

constexpr std::string_view kDeleted = " (deleted)";  // readlink(2) of a descriptor without a name

// What no job can have as an input or output, by its spelling alone. Saves looking at it.
bool is_pseudo(std::string_view path) {
  return path.starts_with("/proc/") || path.starts_with("/sys/") || path.starts_with("/memfd:") ||
         path.starts_with("/SYSV");
}

std::uint64_t changed_ns(const Stamp& stamp) {
  return static_cast<std::uint64_t>(stamp.changed_s) * 1'000'000'000 + stamp.changed_ns;
}

std::uint8_t evidence_of(std::uint32_t touched) {
  int evidence = 0;
  if ((touched & wire::kTouchedRead) != 0) evidence |= kRead;
  if ((touched & wire::kTouchedMappedRead) != 0) evidence |= kMapped;
  return static_cast<std::uint8_t>(evidence);
}

// The program's names are perhaps not those that we would use.
bool is_elsewhere(std::string_view reason) {
  return reason == "chroot" || reason == "other-root" || reason == "other-mounts";
}

// As the reasons of gaps are. Whoever can write to the log can have it say anything.
bool is_word(std::string_view text) {
  constexpr std::size_t kLongest = 40;
  return !text.empty() && text.size() <= kLongest && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

// Whether "no touched bit" does not mean "not touched".
bool is_unsettled(const Fact& fact) {
  return fact.has(wire::kTouchUnknown) || (fact.touched & wire::kTouchedSettled) == 0;
}

}  // namespace

Collector::Collector(FileIdentity self) : self_(self), processes_(paths_) {}

void Collector::add_gap(const std::string& reason, const std::string& program,
                        std::uint64_t count) {
  auto& gaps = is_elsewhere(reason) ? elsewhere_ : gaps_;
  gaps[{reason, program}] += count;
}

PathId Collector::absolute(const Fact& fact, std::string_view path) {
  if (path.empty()) return kNoPath;
  const std::string joined = joined_path(processes_.directory_of(fact), path);
  if (joined.size() >= PATH_MAX && fact.kind != Kind::Absent) {
    add_gap("long-path", std::string(paths_.at(processes_.executable_of(fact.pid))));
  }
  return paths_.intern(joined);
}

std::uint8_t& Collector::path_flag(PathId path) {
  if (path_flags_.size() <= path)
    path_flags_.resize(std::max<std::size_t>(paths_.size(), path + 1));
  return path_flags_[path];
}

bool Collector::stamp_of_now(PathId path, Stamp& stamp) const {
  struct ::stat status {};
  if (path == kNoPath || ::stat(std::string(paths_.at(path)).c_str(), &status) != 0) return false;
  stamp = wire_stamp_of(status);
  return true;
}

void Collector::add(const Fact& fact) {
  // No process has such an id: somebody has written to the log who should not.
  if ((fact.kind == Kind::Start || fact.kind == Kind::Exec) && fact.pid <= 0)
    return add_gap("unknown-fact", "");
  if (fact.kind == Kind::Descriptor) return on_descriptor(fact);
  if (!born_with_.empty()) settle_births();
  if (fact.kind == Kind::Start) return on_start(fact);
  if (fact.kind == Kind::Exit) return processes_.end(fact);
  if (fact.kind == Kind::Arguments) return processes_.set_arguments(fact);
  if (fact.kind == Kind::Cwd)
    return processes_.change_directory(fact.pid, absolute(fact, fact.path));
  if (fact.kind == Kind::Gap) {
    const std::string_view program =
        fact.path2.empty() ? paths_.at(processes_.executable_of(fact.pid)) : fact.path2;
    return add_gap(is_word(fact.path) ? std::string(fact.path) : "unknown-fact",
                   program.empty() ? "" : joined_path("/", program));
  }
  if (processes_.ignores(fact)) return;
  process_ = processes_.number_of(fact);
  switch (fact.kind) {
    case Kind::Exec:
      return on_exec(fact);
    case Kind::Open:
      return on_open(fact);
    case Kind::Inherited:
      return on_inherited(fact);
    case Kind::Rename:
      return on_rename(fact);
    case Kind::Exchange:
      return on_exchange(fact);
    case Kind::Link:
      return on_link(fact);
    case Kind::Unlink:
      return on_unlink(fact);
    case Kind::Truncate:
      return on_truncate(fact);
    case Kind::Absent:
      return on_absent(absolute(fact, fact.path));
    case Kind::Listed:
      path_flag(absolute(fact, fact.path)) |= kPathListed;
      return;
    case Kind::Nothing:
      return;
    case Kind::Symlink:
      return own_path(absolute(fact, fact.path2));
    default:
      add_gap("unknown-fact", "");
      return;
  }
}

void Collector::look_at_code(CodeMemory* memory) {
  for (const std::string& path : code_.with_inline_calls(memory)) add_gap("inline-calls", path);
}

// Processes.

void Collector::on_start(const Fact& fact) {
  if (processes_.is_another(fact))
    add_gap("pid-namespaces", std::string(paths_.at(processes_.executable_of(fact.parent))));
  const PathId program = absolute(fact, fact.path);
  std::optional<bool> is_roar;
  Stamp stamp = fact.stamp;
  const bool stamped =
      program != kNoPath && (fact.has(wire::kHasStamp) || stamp_of_now(program, stamp));
  if (program != kNoPath) is_roar = stamped && identity_of(stamp) == self_;
  processes_.start(fact, program, absolute(fact, fact.path2), is_roar);
  process_ = processes_.number_of(fact);
  if (!stamped || *is_roar) return;
  if (fact.has(wire::kAlone)) code_.add(paths_.at(program), stamp_of(stamp));
  add_executed(program, stamp, kExecuted, fact.time_ns);
}

void Collector::on_exec(const Fact& fact) {
  const PathId program = absolute(fact, fact.path);
  if (fact.result == ENOENT || fact.result == ENOTDIR) return on_absent(program);
  if (fact.result != 0) return;
  processes_.about_to_enter(fact, program);
  process_ = processes_.number_of(fact);
  Stamp stamp = fact.stamp;
  if (fact.has(wire::kHasStamp) || stamp_of_now(program, stamp))
    add_executed(program, stamp, kExecuted, fact.time_ns);
}

void Collector::add_executed(PathId path, const Stamp& stamp, std::uint8_t evidence,
                             std::uint64_t time_ns) {
  if (!S_ISREG(stamp.mode) || is_pseudo(paths_.at(path))) return;
  add_input(files_.existing(stamp), stamp, path, evidence);
  const auto place = std::lower_bound(interpreted_.begin(), interpreted_.end(), path);
  if (place != interpreted_.end() && *place == path) return;
  interpreted_.insert(place, path);

  // Interpreters that are scripts themselves, and the dynamic loader, are opened by the kernel
  // alone. The program at the end of the chain speaks for itself.
  const Program program = classify_program(std::string(paths_.at(path)));
  const auto add_file = [&](const std::string& name, std::uint8_t how) {
    const PathId id = paths_.intern(joined_path("/", name));
    Stamp now{};
    if (!stamp_of_now(id, now) || !S_ISREG(now.mode)) return;
    File& file = files_.existing(now);
    if (changed_ns(now) >= time_ns && time_ns != 0 && !file.own()) file.set(kChangedByOthers);
    add_input(file, now, id, how);
  };
  for (const std::string& script : program.scripts) add_file(script, kExecuted);
  if (!program.scripts.empty()) add_file(program.path, kExecuted);
  if (!program.loader.empty()) add_file(program.loader, kMapped);
}

// Descriptors.

bool Collector::is_left_out(const Stamp& stamp) const noexcept {
  return std::find(left_out_.begin(), left_out_.end(), identity_of(stamp)) != left_out_.end();
}

bool Collector::stamped(Fact& fact, PathId path) {
  if (fact.has(wire::kHasStamp)) return true;
  if (!elsewhere_.empty()) found_elsewhere();
  if (!stamp_of_now(path, fact.stamp)) return false;
  if (changed_ns(fact.stamp) >= fact.time_ns) {
    File& file = files_.existing(fact.stamp);
    if (!file.own()) file.set(kChangedByOthers);
  }
  return true;
}

void Collector::on_open(Fact fact) {
  const PathId path = absolute(fact, fact.path);
  if ((fact.open_flags & O_PATH) != 0 || is_pseudo(paths_.at(path))) return;
  if (!stamped(fact, path) || !S_ISREG(fact.stamp.mode)) return;
  if (is_left_out(fact.stamp)) return;
  const bool unnamed = (fact.open_flags & O_TMPFILE) == O_TMPFILE;
  const bool creates = (fact.open_flags & O_CREAT) != 0;
  const bool was_missing = (fact.open_flags & O_EXCL) != 0 ||
                           (fact.has(wire::kProbedBefore) && !fact.has(wire::kHasBefore));
  if (unnamed || (creates && was_missing)) {
    File& file = files_.fresh(fact.stamp);
    forget_before(file);
    use(file, true);
    if (unnamed) return;
    files_.add_name(file, path, moves_.epoch(), kNameGiven | kNameWritten);
    return own_path(path);
  }
  if (fact.has(wire::kAlone)) code_.add(paths_.at(path), stamp_of(fact.stamp));
  File& file = files_.existing(fact.stamp);
  if ((fact.open_flags & O_TRUNC) != 0) {
    mark_written(file, fact.has(wire::kHasBefore) ? &fact.before : nullptr, path, false);
  }
  use_descriptor(file, fact, path, 0);
}

void Collector::on_inherited(Fact fact) {
  const std::string_view named = fact.path;
  if (named.ends_with(kDeleted) && fact.has(wire::kHasStamp) && fact.stamp.links == 0)
    fact.path.remove_suffix(kDeleted.size());
  const PathId path = absolute(fact, fact.path);
  if (is_pseudo(named) || !stamped(fact, path) || !S_ISREG(fact.stamp.mode)) return;
  if (is_left_out(fact.stamp)) return;
  const auto birth = std::find_if(births_.begin(), births_.end(), [&](const Birth& candidate) {
    return candidate.identity == identity_of(fact.stamp);
  });
  if (birth != births_.end() && birth->is_log) return;
  use_descriptor(files_.existing(fact.stamp), fact, path, birth != births_.end() ? kInherited : 0);
}

void Collector::on_descriptor(const Fact& fact) {
  if (!fact.has(wire::kHasStamp) || !S_ISREG(fact.stamp.mode) || is_pseudo(fact.path)) return;
  Fact kept = fact;
  if (kept.path.ends_with(kDeleted) && kept.stamp.links == 0)
    kept.path.remove_suffix(kDeleted.size());
  kept.path = paths_.at(paths_.intern(joined_path("/", kept.path)));
  born_with_.push_back(kept);
}

// Only when all are known can one say which of them are logs.
void Collector::settle_births() {
  for (const Fact& fact : born_with_) {
    const auto is_same_open_file = [&](const Fact& other) {
      return other.result == 2 && other.parent == fact.parent;
    };
    const bool is_log = fact.result == 2 ||
                        (fact.result == 1 &&
                         ((fact.open_flags & O_APPEND) != 0 ||
                          std::any_of(born_with_.begin(), born_with_.end(), is_same_open_file)));
    births_.push_back({identity_of(fact.stamp), is_log});
    if (!is_log)
      use_descriptor(files_.existing(fact.stamp), fact, paths_.intern(fact.path), kInherited);
  }
  born_with_.clear();
}

void Collector::use_descriptor(File& file, const Fact& fact, PathId path, std::uint8_t extra) {
  const std::uint32_t mode = fact.open_flags & O_ACCMODE;
  if (mode != O_WRONLY) use_for_reading(file, fact, path, extra);
  if (mode != O_RDONLY) use_for_writing(file, fact, path, extra);
}

void Collector::use_for_reading(File& file, const Fact& fact, PathId path, std::uint8_t extra) {
  std::uint8_t evidence = evidence_of(fact.touched);
  if (evidence == 0 && is_unsettled(fact)) evidence = kOpen;
  if (evidence == 0) return;
  add_input(file, fact.stamp, path, static_cast<std::uint8_t>(evidence | extra));
}

void Collector::use_for_writing(File& file, const Fact& fact, PathId path, std::uint8_t extra) {
  const bool written = (fact.touched & (wire::kTouchedWritten | wire::kTouchedTruncated)) != 0;
  const bool stores = (fact.touched & wire::kTouchedMappedWrite) != 0;
  if (!written && !stores && !is_unsettled(fact)) return;
  files_.add_name(file, path, moves_.epoch(), kNameWritten);
  use(file, true);
  if (extra != 0) file.set(kByInheritance);
  if (file.own()) return;
  if (written) {
    const bool keeps_bytes = fact.stamp.size > 0 && (fact.touched & wire::kTouchedEmptied) == 0;
    mark_written(file, &fact.stamp, path, keeps_bytes);
    if (keeps_bytes) file.evidence = static_cast<std::uint8_t>(file.evidence | extra);
    return;
  }
  if (stores) file.set(kMappedStores);
  if (!file.is(kPerhapsWritten)) {
    file.set(kPerhapsWritten);
    file.set(kHasPristine);
    file.pristine = version_of(fact.stamp);
  }
}

// Content.

void Collector::use(File& file, bool writes) {
  if (process_ != kNoProcess) files_.add_user(file, process_, writes);
}

void Collector::add_input(File& file, const Stamp& stamp, PathId path, std::uint8_t evidence) {
  const Version version = version_of(stamp);
  // The touched bits of a descriptor do not say when it was written to. What still looks as it did
  // before had not been.
  const bool untouched = file.is(kHasPristine) && file.pristine.same_content(version);
  // A new name for its own work is no reading of it.
  if (evidence != kKept || !file.own()) use(file, false);
  if (file.own() && !untouched) return;
  // Opened for writing by the job, and not what it was: what is read now is its own work.
  if (file.is(kPerhapsWritten) && !untouched) return admit_writing(file);
  if (!file.is(kHasInput)) {
    file.set(kHasInput);
    file.input = version;
    file.input_path = path;
    file.input_epoch = moves_.epoch();
    file.mode = stamp.mode;
  } else if (!file.input.same_content(version) && !file.is(kPerhapsWritten)) {
    file.set(kChangedByOthers);
  }
  file.evidence = static_cast<std::uint8_t>(file.evidence | evidence);
  files_.add_name(file, path, moves_.epoch(), kNameRead);
}

void Collector::mark_written(File& file, const Stamp* before, PathId path, bool keeps_bytes) {
  files_.add_name(file, path, moves_.epoch(), kNameWritten);
  use(file, true);
  own_path(path);
  if (file.own()) return;
  if (before != nullptr) {
    const bool was_read = file.is(kHasInput) && !file.is(kPerhapsWritten);
    if (was_read && !file.input.same_content(version_of(*before))) file.set(kChangedByOthers);
    if (keeps_bytes) add_input(file, *before, path, kKept);
    if (!file.is(kHasPristine)) file.pristine = version_of(*before);
    file.set(kHasPristine);
    befores_.push_back({path, moves_.epoch(), stamp_of(*before)});
  }
  file.set(kWritten);
}

void Collector::forget_before(File& file) {
  if (file.is(kHasPristine)) {
    const FileStamp pristine = stamp_of(file.identity, file.pristine);
    std::erase_if(befores_, [&](const PathBefore& before) { return before.stamp == pristine; });
  }
  file.clear(kHasInput);
  file.clear(kHasPristine);
  file.evidence = 0;
}

void Collector::admit_writing(File& file) {
  if (file.first_name == kNoName) return;
  const FileName name = files_.name(file.first_name);
  befores_.push_back({name.path, name.epoch, stamp_of(file.identity, file.pristine)});
  if (file.pristine.size > 0) {
    if (!file.is(kHasInput)) {
      file.set(kHasInput);
      file.input = file.pristine;
      file.input_path = name.path;
      file.input_epoch = name.epoch;
    }
    file.evidence = static_cast<std::uint8_t>(file.evidence | kKept);
  }
  file.set(kWritten);
}

void Collector::on_truncate(const Fact& fact) {
  const PathId path = absolute(fact, fact.path);
  if (!fact.has(wire::kHasStamp) || !S_ISREG(fact.stamp.mode)) return;
  const bool keeps_bytes =
      fact.has(wire::kHasBefore) && fact.stamp.size > 0 && fact.before.size > 0;
  mark_written(files_.existing(fact.stamp), fact.has(wire::kHasBefore) ? &fact.before : nullptr,
               path, keeps_bytes);
}

void Collector::on_absent(PathId path) {
  if (path == kNoPath || is_pseudo(paths_.at(path)) || (path_flag(path) & kPathOwn) != 0) return;
  // What is not there because the job renamed its directory was there before.
  if (moves_.epoch() != 0 && moves_.current(paths_.at(path), 0) != paths_.at(path)) return;
  path_flag(path) |= kPathAbsent;
}

void Collector::finish(Observation& observation) {
  if (!born_with_.empty()) settle_births();
  process_ = kNoProcess;
  Verdicts(*this, observation).reach();
  for (const PathId program : processes_.silent()) {
    const Program found = classify_program(std::string(paths_.at(program)));
    add_gap(gap_reason(found.kind), found.path);
  }
  observation.processes = processes_.take_processes();
  observation.gaps.clear();
  for (const auto& [gap, count] : gaps_) observation.gaps.push_back({gap.first, gap.second, count});
}

}  // namespace roar::tracer
