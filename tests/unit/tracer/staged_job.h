#pragma once

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <functional>
#include <string>
#include <string_view>

#include "tests/unit/temp_dir.h"
#include "tracer/collector.h"

namespace roar::tracer {

// Plays a job: does to real files what the facts say, and hands the facts to a collector. Paths are
// relative to a directory of its own, except absolute ones.
class StagedJob {
 public:
  static constexpr std::uint32_t kRead = wire::kTouchedRead | wire::kTouchedSettled;
  static constexpr std::uint32_t kWritten = wire::kTouchedWritten | wire::kTouchedSettled;
  static constexpr std::uint32_t kNothing = wire::kTouchedSettled;
  static constexpr std::int32_t kRoot = 100;

  StagedJob() : collector_({1, 1}), root_(std::filesystem::canonical(dir_.path()).string()) {
    start(kRoot, 1, "", root_);
  }

  const std::string& root() const { return root_; }
  std::string at(std::string_view name) const {
    return name.starts_with('/') ? std::string(name) : root_ + "/" + std::string(name);
  }

  // What is there before the job, or what somebody else does meanwhile: no facts.
  void file(const std::string& name, std::string_view content = "before") {
    std::ofstream(at(name)) << content;
  }
  void directory(const std::string& name) { ::mkdir(at(name).c_str(), 0700); }
  void append_quietly(const std::string& name) { std::ofstream(at(name), std::ios::app) << "more"; }

  wire::Stamp stamp(const std::string& name) const {
    struct ::stat status {};
    REQUIRE(::lstat(at(name).c_str(), &status) == 0);
    return wire_stamp_of(status);
  }
  // Of a regular file that does not exist; device 1, inode 1 is roar itself.
  static wire::Stamp made_up(std::uint64_t inode) {
    wire::Stamp stamp{};
    stamp.device = 1;
    stamp.inode = inode;
    stamp.mode = S_IFREG;
    return stamp;
  }
  bool exists(const std::string& name) const { return ::access(at(name).c_str(), F_OK) == 0; }

  // Facts.
  Fact fact(wire::Kind kind, std::string_view path = {}, std::string_view path2 = {}) {
    Fact fact;
    fact.kind = kind;
    fact.pid = pid;
    fact.path = path;
    fact.path2 = path2;
    fact.flags = wire::kRelative | wire::kRelative2;
    fact.time_ns = ~std::uint64_t{0};
    return fact;
  }
  void add(const Fact& fact) { collector_.add(fact); }

  void start(std::int32_t child, std::int32_t parent, std::string_view program,
             std::string_view where) {
    Fact started = fact(wire::Kind::Start, program, where);
    started.pid = child;
    started.parent = parent;
    add(started);
  }

  // Opens, does to the content what `touched` says, closes.
  void open(const std::string& name, int flags, std::uint32_t touched,
            std::uint8_t record_flags = 0) {
    Fact opened = fact(wire::Kind::Open, name);
    opened.flags = wire::kRelative | wire::kHasStamp | record_flags;
    opened.open_flags = static_cast<std::uint32_t>(flags);
    opened.touched = touched;
    if ((flags & (O_CREAT | O_TRUNC)) != 0) {
      opened.flags |= wire::kProbedBefore;
      if (exists(name)) {
        opened.flags |= wire::kHasBefore;
        opened.before = stamp(name);
      }
    }
    const int fd = ::open(at(name).c_str(), flags, 0600);
    REQUIRE(fd >= 0);
    opened.stamp = stamp(name);
    if ((touched & wire::kTouchedWritten) != 0) REQUIRE(::write(fd, "written", 7) == 7);
    if ((touched & wire::kTouchedTruncated) != 0) REQUIRE(::ftruncate(fd, 1) == 0);
    ::close(fd);
    add(opened);
  }
  void read(const std::string& name) { open(name, O_RDONLY, kRead); }
  void write(const std::string& name) { open(name, O_WRONLY | O_CREAT | O_TRUNC, kWritten); }

  void rename(const std::string& from, const std::string& to) {
    Fact moved = fact(wire::Kind::Rename, from, to);
    if (exists(to)) {
      moved.before = stamp(to);
      moved.flags |= wire::kHasBefore;
    }
    REQUIRE(::rename(at(from).c_str(), at(to).c_str()) == 0);
    moved.stamp = stamp(to);
    moved.flags |= wire::kHasStamp;
    add(moved);
  }
  void exchange(const std::string& one, const std::string& other) {
    REQUIRE(::renameat2(AT_FDCWD, at(one).c_str(), AT_FDCWD, at(other).c_str(), RENAME_EXCHANGE) ==
            0);
    Fact swapped = fact(wire::Kind::Exchange, one, other);
    swapped.stamp = stamp(other);
    swapped.before = stamp(one);
    swapped.flags |= wire::kHasStamp | wire::kHasBefore;
    add(swapped);
  }
  void link(const std::string& from, const std::string& to) {
    REQUIRE(::link(at(from).c_str(), at(to).c_str()) == 0);
    Fact linked = fact(wire::Kind::Link, from, to);
    linked.stamp = stamp(to);
    linked.flags |= wire::kHasStamp;
    add(linked);
  }
  void unlink(const std::string& name) {
    Fact lost = fact(wire::Kind::Unlink, name);
    lost.before = stamp(name);
    lost.flags |= wire::kHasBefore;
    REQUIRE(::unlink(at(name).c_str()) == 0);
    add(lost);
  }
  void truncate(const std::string& name, off_t size) {
    Fact cut = fact(wire::Kind::Truncate, name);
    cut.before = stamp(name);
    REQUIRE(::truncate(at(name).c_str(), size) == 0);
    cut.stamp = stamp(name);
    cut.flags |= wire::kHasBefore | wire::kHasStamp;
    add(cut);
  }
  void descriptor(int number, int same_as, const std::string& name, int flags,
                  std::uint32_t touched) {
    Fact born = fact(wire::Kind::Descriptor, "");
    const std::string path = at(name);
    born.path = path;
    born.result = number;
    born.parent = same_as;
    born.open_flags = static_cast<std::uint32_t>(flags);
    born.touched = touched;
    born.stamp = stamp(name);
    born.flags = wire::kHasStamp;
    add(born);
  }

  // The verdicts, a line each: "input in read", "output out", "output out over 6" (bytes that were
  // overwritten), with the paths relative to the directory; what lies elsewhere is left out.
  std::string finish() {
    collector_.finish(observation);
    std::string lines;
    for (const FileAccess& access : observation.accesses) {
      if (access.path.starts_with(root_ + "/")) lines += line_of(access) + "\n";
    }
    if (observation.temporaries != 0)
      lines += "temporaries " + std::to_string(observation.temporaries) + "\n";
    for (const Gap& gap : observation.gaps) lines += "gap " + gap.reason + "\n";
    return lines;
  }

  Observation observation;
  std::int32_t pid = kRoot;

 private:
  std::string relative(const std::string& path) const {
    return path.starts_with(root_ + "/") ? path.substr(root_.size() + 1) : path;
  }

  std::string line_of(const FileAccess& access) const {
    static constexpr const char* kKinds[] = {"input", "output", "absent", "listed"};
    static constexpr const char* kBits[] = {"read", "mapped", "executed",
                                            "kept", "open",   "inherited"};
    std::string line = kKinds[static_cast<int>(access.kind)];
    line += " " + relative(access.path);
    for (int bit = 0; bit < 6; ++bit)
      if ((access.evidence & (1 << bit)) != 0) line += std::string(" ") + kBits[bit];
    if (access.before) line += " over " + std::to_string(access.before->size);
    if (!access.spelled.empty()) line += " as " + relative(access.spelled);
    if (access.kind == AccessKind::Input && access.available_at != access.path)
      line += access.available_at.empty() ? " lost" : " now " + relative(access.available_at);
    if (access.changed) line += " changed";
    return line;
  }

  TempDir dir_;
  Collector collector_;
  std::string root_;
};

struct Case {
  const char* what;
  std::function<void(StagedJob&)> play;
  const char* expected;
};

inline void check(const Case& staged) {
  INFO(staged.what);
  StagedJob job;
  staged.play(job);
  CHECK(job.finish() == staged.expected);
}

}  // namespace roar::tracer
