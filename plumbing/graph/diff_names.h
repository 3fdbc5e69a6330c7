#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "objects/store.h"
#include "plumbing/graph/differences.h"
#include "plumbing/graph/upstream.h"

namespace roar::plumbing {

// One of two things that are compared.
struct DiffSide {
  std::string name;  // as it was given
  LineageTarget target;
  std::string digest;             // of an artifact or file
  std::optional<JobSummary> job;  // that it is, or that made it
};

struct DiffView {
  DiffSide before;
  DiffSide after;
  bool same = false;  // the same job, content or session: then nothing is compared
  // Two artifacts that hold the same when they are unpacked (unpacked/unpacked_digest.h).
  bool same_unpacked = false;
  Comparison comparison;
};

// Compares the histories of two jobs, files, artifacts or sessions; what a name may be is as for
// lineage_target(). Two sessions are compared step by step: steps of one name correspond, else
// those of one command, else those of one number. Two entries of one session are
// compared by the jobs that were its newest then. Throws as lineage_target() does, and Errc::Usage
// for two things of which only one is a session.
DiffView diff_of_names(const Store& store, const Workspace& workspace, std::string_view before,
                       std::string_view after);

}  // namespace roar::plumbing
