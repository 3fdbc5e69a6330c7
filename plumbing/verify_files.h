#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "objects/history.h"
#include "objects/store.h"
#include "plumbing/views.h"
#include "plumbing/workspace.h"

namespace roar::plumbing {

// A file as it was when a job had used it.
struct RecordedFile {
  std::string path;                   // stored form
  std::optional<ObjectId> artifact;   // none: its content is not known
  std::uint64_t size = 0;             // bytes
  std::vector<DigestRecord> digests;  // of the content, those that can be computed here
  ObjectId job;                       // that read or wrote it
};

// The files that the names stand for: of a file or a directory, the newest recorded version of each
// file there; of a job, its inputs and outputs as it left them; of a session, or an earlier entry
// of one, the newest version that its jobs up to there left of each; of an artifact, the files that
// had it when a job used them last. System files and code that was read are there only if named.
// Each file and content once, by path.
//
// Throws as resolve() does, Errc::NotFound for an artifact that no file has any more, and
// Errc::Usage for an object that stands for no files.
std::vector<RecordedFile> recorded_files(const Store& store, const Workspace& workspace,
                                         std::span<const std::string_view> names);
// Of the active session; throws Errc::NotFound if there is none.
std::vector<RecordedFile> recorded_files_of_active_session(const Store& store,
                                                           const Workspace& workspace);
// The newest version of each file of all sessions.
std::vector<RecordedFile> recorded_files_of_all(const Store& store, const Workspace& workspace);

enum class FileState : std::uint8_t { Same, Changed, Missing, Unreadable, Unknown };

struct VerifiedFile {
  const RecordedFile* file = nullptr;
  FileState state = FileState::Unknown;
  std::string problem;             // why it could not be read; else empty
  std::vector<std::string> found;  // its digests now, in the order of RecordedFile::digests
};

// Hashes what is on disk, whole, whatever is remembered of it, and calls `visit` for each file in
// order. Returns the signal that ended it early, or 0.
int verify_files(const Workspace& workspace, std::span<const RecordedFile> files,
                 const std::function<void(const VerifiedFile&)>& visit);

}  // namespace roar::plumbing
