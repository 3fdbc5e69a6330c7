#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "objects/environment.h"
#include "objects/packages.h"

// Reads roar.db, the SQLite database of the older roar. Values are as they stand there; nothing is
// checked or redacted yet. Columns that an older version of it did not have are read as absent.

namespace roar::plumbing {

struct OldSession {
  std::int64_t id = 0;
  std::string hash;
  double created = 0;
  bool active = false;
};

struct OldJob {
  std::int64_t id = 0;
  std::string uid;
  std::string parent_uid;
  double started = 0;
  double parent_started = 0;
  double duration = 0;  // seconds
  std::string command;  // words quoted for a shell
  std::vector<std::string> argv;
  std::int64_t step = 0;
  std::string step_name;
  std::string git_remote;
  std::string git_commit;
  std::string git_branch;
  bool git_clean = true;
  std::optional<std::int64_t> exit_code;
  std::string status;
  std::string type;
  std::string cwd;
  std::vector<std::pair<std::string, std::string>> variables;
  Packages packages;
  Environment environment;
};

struct OldArtifact {
  std::uint64_t size = 0;
  std::string kind;
  std::vector<std::pair<std::string, std::string>> hashes;  // algorithm, digest
};

struct OldEdge {
  std::string path;
  std::string artifact;
};

struct OldLabel {
  std::int64_t id = 0;
  std::optional<std::int64_t> session;
  std::optional<std::int64_t> job;
  std::string artifact;
  std::string origin;
  double created = 0;
  std::vector<std::pair<std::string, std::string>> document;  // as Label::document
};

class RoarDb {
 public:
  // Reads a copy, made in a directory of its own below `scratch`, so that neither the database nor
  // what lies beside it (a write-ahead log, say) is ever changed. Throws Errc::NotFound,
  // Errc::Conflict if a process is writing to it, Errc::Corrupt if it is damaged, and
  // Errc::Unsupported if it is no database of roar.
  RoarDb(const std::filesystem::path& file, const std::filesystem::path& scratch);
  ~RoarDb();
  RoarDb(const RoarDb&) = delete;
  RoarDb& operator=(const RoarDb&) = delete;

  std::vector<OldSession> sessions();
  std::uint64_t count_jobs();
  // In the order in which they ran.
  std::vector<std::int64_t> jobs_of(std::int64_t session);
  OldJob job(std::int64_t id);
  std::vector<OldEdge> inputs_of(std::int64_t job);
  std::vector<OldEdge> outputs_of(std::int64_t job);
  std::optional<OldArtifact> artifact(const std::string& id);
  // In the order in which they were written.
  void for_each_label(const std::function<void(const OldLabel&)>& visit);
  // What is in the database that has no place in ours, and how much of it: "collections".
  std::vector<std::pair<std::string, std::uint64_t>> left_over();

  struct Impl;

 private:
  std::unique_ptr<Impl> impl_;
};

}  // namespace roar::plumbing
