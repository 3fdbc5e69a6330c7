#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "objects/history.h"
#include "plumbing/workspace.h"

// Where jobs wait that could not be stored: one file a job (docs/formats/spool.md), named
// "<uid>.job".

namespace roar::plumbing {

// What names this project where several keep files in one place: 16 hexadecimal digits.
std::string project_key(const Workspace& workspace);

// $XDG_STATE_HOME/roar, else ~/.local/state/roar; empty if neither variable says where.
std::filesystem::path state_directory();

// In the order in which they are tried: .roar/spool, and one of the user's own.
std::vector<std::filesystem::path> spool_directories(const Workspace& workspace);

// Writes the job into the first of them that takes it, durably and as a whole; returns the file.
// Throws Errc::Io if none does.
std::filesystem::path spool_job(const Workspace& workspace, const NewJob& job);

// Files of the directory whose names begin and end so, in no order; none if it cannot be read.
std::vector<std::filesystem::path> files_in(const std::filesystem::path& directory,
                                            std::string_view prefix, std::string_view suffix);

// The files that wait, in no order. Costs two system calls where there is no spool.
std::vector<std::filesystem::path> spooled_files(const Workspace& workspace);

}  // namespace roar::plumbing
