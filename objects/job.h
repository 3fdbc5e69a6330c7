#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "objects/base/timestamp.h"
#include "objects/edge.h"
#include "objects/git_state.h"
#include "objects/object_id.h"

namespace roar {

enum class JobKind : std::uint8_t { Run = 1, Build = 2 };
std::string_view kind_name(JobKind kind) noexcept;  // "run", "build"
std::optional<JobKind> kind_from_name(std::string_view name) noexcept;

struct JobExit {
  int code = 0;              // meaningful if signal is 0
  int signal = 0;            // the signal that ended the root process, or 0
  bool interrupted = false;  // the user asked to stop it (SIGINT, SIGTERM, SIGHUP reached roar)
  bool core = false;         // the signal left a core dump
  bool unknown = false;      // roar was killed first: code and signal are 0 and mean nothing

  bool success() const noexcept { return code == 0 && signal == 0 && !unknown; }
  bool operator==(const JobExit&) const = default;
};

// Something the tracer could not see.
struct TracingGap {
  std::string reason;   // a word from docs/formats/job.md, such as "static-program"
  std::string program;  // path of the program it concerns, or empty
  std::uint64_t count = 1;

  auto operator<=>(const TracingGap&) const = default;
};

// The backend of a job that was not observed here but taken over from another record.
inline constexpr std::string_view kImported = "imported";

struct Tracing {
  std::string backend;           // "preload", "ptrace", "notify", "preload+notify" or kImported
  bool complete = false;         // no gaps and nothing dropped
  std::vector<TracingGap> gaps;  // sorted
  std::uint64_t dropped = 0;     // facts that did not fit
  std::uint64_t processes = 0;
  std::uint64_t temporaries = 0;  // files written and gone at the end
  std::uint64_t credentials = 0;  // credential files read; they are not listed
  std::uint64_t ignored = 0;      // files that a rule of the user's left out; they are not listed

  bool operator==(const Tracing&) const = default;
};

// A directory that the job read or wrote as one artifact.
struct JobComposite {
  std::string path;  // like Edge::path
  EdgeRole role = EdgeRole::Input;
  ObjectId composite;

  bool operator==(const JobComposite&) const = default;
};

// One execution of one command. Payload: docs/formats/job.md.
struct Job {
  std::string uid;         // 32 lower-case hexadecimal digits
  std::string parent_uid;  // the job that ran this one; empty if none
  JobKind kind = JobKind::Run;
  std::string name;               // of the step, given by the user; may be empty
  std::vector<std::string> argv;  // bytes
  std::string cwd;                // like Edge::path; empty at the project root
  std::optional<GitState> git;    // none outside a repository
  Timestamp started;
  Timestamp ended;
  JobExit exit;
  Tracing tracing;
  std::vector<std::pair<std::string, std::string>> variables;  // sorted by name
  std::optional<ObjectId> environment;
  std::optional<ObjectId> packages;
  std::optional<ObjectId> processes;
  std::array<std::optional<ObjectId>, kEdgeGroups> edges;  // roots of the edge trees, by EdgeGroup
  // Algorithms whose digests are shown for this job's artifacts, in order of preference.
  std::vector<std::string> hashes;
  // What the user asked of the tags of its outputs: "license=MIT" to be added, "license" or
  // "license=MIT" not to be inherited.
  std::vector<std::string> add_tags;
  std::vector<std::string> block_tags;
  std::vector<JobComposite> composites;  // by path
  std::uint64_t inputs = 0;              // edges of class data, code and cache included, by role
  std::uint64_t outputs = 0;

  bool operator==(const Job&) const = default;
};

std::string encode(const Job& job);
Job decode_job(std::string_view payload);

}  // namespace roar
