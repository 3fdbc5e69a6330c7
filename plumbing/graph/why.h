#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "objects/store.h"
#include "plumbing/graph/differences.h"
#include "plumbing/views.h"

namespace roar::plumbing {

// One version of a file.
struct WhyVersion {
  ObjectId artifact;
  std::string digest;
  std::optional<JobSummary> writer;  // none: the version was found, and no recorded job wrote it
  JobSummary seen;                   // the first job of this version that wrote or read it
};

// Why a file is what it is, and not what it was before.
struct WhyView {
  enum class Answer : std::uint8_t {
    First,        // nothing came before
    Outside,      // it changed between two recorded jobs; who did it is not known
    Appeared,     // a job made it, and the version before was made by none
    Difference,   // `first` is what differs
    Unexplained,  // its history differs in nothing that was recorded
  };
  Answer answer = Answer::First;
  std::string path;  // stored form
  std::optional<WhyVersion> before;
  WhyVersion now;
  DiskState disk = DiskState::Unknown;  // the newest version, against what is there
  bool newest = true;                   // `now` is the newest version of the path
  Comparison comparison;
  const Difference* first() const;  // of Answer::Difference
  // From what differs first to the file: files on the way, and who made them.
  std::vector<Consequence> chain;
  std::vector<JobSummary> incomplete;  // of the jobs that count here, those with gaps
};

// For a file, its newest version; for an artifact, that version of the file that had it last. The
// version before is the last with another content at the path. Throws as resolve() does, and
// Errc::Usage for what is neither.
WhyView why(const Store& store, const Workspace& workspace, std::string_view name);

}  // namespace roar::plumbing
