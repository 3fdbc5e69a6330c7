#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "tracer/fact.h"
#include "tracer/file_table.h"
#include "tracer/loaded_code.h"
#include "tracer/observation.h"
#include "tracer/path_resolver.h"
#include "tracer/path_table.h"
#include "tracer/process_table.h"

namespace roar::tracer {

// Turns facts into what the job did. All semantics are here, whatever the backend:
//
//  * An input is a regular file whose content from before the job was read, mapped, executed, kept
//    under a partial overwrite, or given a new name. What the job wrote itself is none.
//  * An output is a regular file that exists at the end and that the job created, wrote, truncated
//    or gave its name. Which names it has is looked up at the end, by device and inode.
//  * A file written and gone at the end is a temporary, and only counted.
//  * Files under /proc and /sys, devices, pipes, sockets and memory files are neither.
//  * Descriptors that the job is born with count as its own, except a log: descriptor 2, and
//    descriptor 1 if it is the same open file or appends.
//
// The state is kept per file, not per descriptor: device, inode, and a generation, because the file
// system uses an inode number again when its file is gone.
//
// Facts go in, in order; finish() looks at the file system once and is the last call. Paths that
// the job used before it renamed a directory are followed to where they are now.
class Collector {
 public:
  // `self` is the executable whose processes are not listened to: roar, at work for another job.
  explicit Collector(FileIdentity self);

  // Files of ours, which are none of the job, whoever opens them. Before the facts.
  void leave_out(const std::vector<FileIdentity>& files) { left_out_ = files; }

  void add(const Fact& fact);
  void add_gap(const std::string& reason, const std::string& program, std::uint64_t count = 1);

  // A gap for each program and library that ran, and whose own system calls nobody saw. After the
  // facts; `memory` may be null.
  void look_at_code(CodeMemory* memory);

  // Fills in accesses, processes, gaps and temporaries.
  void finish(Observation& observation);

 private:
  friend class Verdicts;

  struct PathBefore {
    PathId path;
    std::uint32_t epoch;
    FileStamp stamp;
  };
  // A descriptor that the job is born with.
  struct Birth {
    FileIdentity identity;
    bool is_log = false;
  };
  enum PathFlags : std::uint8_t { kPathAbsent = 1, kPathListed = 2, kPathOwn = 4 };

  // A path of the fact, made absolute.
  PathId absolute(const Fact& fact, std::string_view path);
  std::uint8_t& path_flag(PathId path);
  void own_path(PathId path) { path_flag(path) |= kPathOwn; }
  // For facts that came without a stamp: what is at the path now. Whether there is anything.
  bool stamp_of_now(PathId path, wire::Stamp& stamp) const;
  bool is_left_out(const wire::Stamp& stamp) const noexcept;
  // Whether the fact has a stamp, be it one of now, which is right if the ctime is older than the
  // fact: no program can set that back.
  bool stamped(Fact& fact, PathId path);

  void on_start(const Fact& fact);
  void on_exec(const Fact& fact);
  void on_open(Fact fact);
  void on_inherited(Fact fact);
  void on_descriptor(const Fact& fact);
  void on_rename(const Fact& fact);
  void on_exchange(const Fact& fact);
  void on_link(const Fact& fact);
  void on_unlink(const Fact& fact);
  void on_truncate(const Fact& fact);
  void on_absent(PathId path);
  void settle_births();

  // Reads and writes through one descriptor, as far as its touched bits tell. `extra` is kInherited
  // if the job was born with it.
  void use_descriptor(File& file, const Fact& fact, PathId path, std::uint8_t extra);
  void use_for_reading(File& file, const Fact& fact, PathId path, std::uint8_t extra);
  void use_for_writing(File& file, const Fact& fact, PathId path, std::uint8_t extra);

  void add_executed(PathId path, const wire::Stamp& stamp, std::uint8_t evidence,
                    std::uint64_t time_ns);
  void add_input(File& file, const wire::Stamp& stamp, PathId path, std::uint8_t evidence);
  // The process of the fact at hand uses the file.
  void use(File& file, bool writes);
  // `before` is null if nobody looked in time.
  void mark_written(File& file, const wire::Stamp* before, PathId path, bool keeps_bytes);
  // A file that was opened for writing, without anybody seeing whether it was written, was.
  void admit_writing(File& file);
  // The job has created the file: what was seen of it so far is its own work.
  void forget_before(File& file);
  void give_name(const wire::Stamp& moved, PathId from, PathId to);
  void lose_name(const wire::Stamp& lost, PathId path);
  void move_directory(PathId from, PathId to);
  // A name does not lead us where it led the job.
  void found_elsewhere() { gaps_.merge(elsewhere_); }

  FileIdentity self_;
  std::vector<FileIdentity> left_out_;
  LoadedCode code_;
  PathTable paths_;
  ProcessTable processes_;
  std::uint32_t process_ = kNoProcess;  // number of the one that wrote the fact at hand
  FileTable files_;
  DirectoryMoves moves_;
  std::vector<std::uint8_t> path_flags_;  // by PathId
  std::vector<PathBefore> befores_;
  std::vector<Birth> births_;
  std::vector<Fact> born_with_;      // Descriptor facts not yet judged; their paths are in paths_
  std::vector<PathId> interpreted_;  // programs whose interpreters are known, sorted
  PathResolver resolver_;            // the job is over: nothing changes any more
  std::map<std::pair<std::string, std::string>, std::uint64_t> gaps_;
  // Gaps if a file turns out not to be where the job found it.
  std::map<std::pair<std::string, std::string>, std::uint64_t> elsewhere_;
};

}  // namespace roar::tracer
