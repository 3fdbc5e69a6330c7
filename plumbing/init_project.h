#pragma once

#include <cstdint>
#include <filesystem>

namespace roar::plumbing {

enum class InitResult : std::uint8_t { Created, Completed, AlreadyThere };

struct InitializedProject {
  std::filesystem::path root;  // absolute, resolved
  InitResult result = InitResult::Created;
  bool has_public_database = false;  // .roar/roar.db of the Python tool, which is left alone
  bool in_git = false;
};

// Makes `directory` (which must exist) a project: .roar/ with its store, an active session, the
// local configuration, and a .gitignore of its own, so that the repository around it stays clean.
// Repeating it changes nothing; after a crash in between it completes what is missing.
InitializedProject init_project(const std::filesystem::path& directory);

}  // namespace roar::plumbing
