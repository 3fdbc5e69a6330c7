#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "objects/base/timestamp.h"
#include "objects/lineage.h"
#include "objects/transaction.h"

namespace roar::plumbing {

// What of the graph of jobs and artifacts is asked for. objects/lineage.h says what comes from
// what.
struct LineageQuery {
  // Jobs, artifacts, and entries of sessions, which stand for all jobs up to them. These are part
  // of the answer.
  std::vector<ObjectId> from;
  std::vector<ObjectId> without;  // these, and what they lead to, are not
  bool ancestors = true;          // what they came from
  bool descendants = false;       // what came from them
  // How many jobs away: 1 is a job's inputs and the jobs that wrote them.
  std::optional<std::uint64_t> depth;
  // Which jobs are part of the answer, with their inputs or outputs; the walk goes on through the
  // others.
  std::optional<Timestamp> since;
  std::optional<Timestamp> until;
  std::string session;  // whole id; empty for all
  bool jobs = true;
  bool artifacts = true;
  // Each job before those whose outputs it read, each artifact just before the latest job that
  // wrote it for the readers before it; else the latest written first.
  bool topological = false;
  bool reverse = false;
  bool ids = true;  // false: those in the answer are zero, for who only counts
  LineageReach reach = LineageReach::Adaptive;
};

// Data and code files are part of it; files of the system and of packages lead to the jobs that
// wrote them, but are left out. Each object once. Takes time in proportion to the edges of the jobs
// that it comes by, or to all of the store's if that is less; in the second case memory, too.
//
// Throws Errc::NotFound if one of the objects is missing, and Errc::Usage if it is of another type.
std::vector<ObjectInfo> list_lineage(const ReadTransaction& transaction, const LineageQuery& query);

}  // namespace roar::plumbing
