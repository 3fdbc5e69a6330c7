#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "objects/object_id.h"
#include "objects/store.h"
#include "plumbing/workspace.h"

namespace roar::plumbing {

struct GcOptions {
  // Objects that have not been in the store for so long are kept, with all that they name. Nullopt:
  // all are kept.
  std::optional<std::chrono::seconds> grace = std::chrono::hours(14 * 24);
  bool remove = false;  // else nothing is changed
  // Further objects that are kept, with all that they name; and where their names are resolved.
  std::vector<std::string> keep = {};
  const Workspace* workspace = nullptr;
  // Told of all objects that will be removed, those that are named before those that name them,
  // while they are still there. What it throws ends the work before anything is removed. If there,
  // an object that cannot be read, or is none that a store takes in, stays.
  std::function<void(const Store&, const std::vector<ObjectId>&)> expire = {};
  // Asked, if there, between two parts of the work, in the child: whether to stop. When all that is
  // in use was found in time, one batch is removed at the least, so that who calls again and again
  // comes to an end.
  std::function<bool()> time_is_up = {};
};

struct GarbageObject {
  std::string id;
  std::string type;
  std::string name;         // a few words; may be empty
  std::uint64_t days = 0;   // that it has been here, at the least
  std::uint64_t bytes = 0;  // of its payload
};

struct GcReport {
  std::vector<GarbageObject> objects;  // that were removed, or would be; the newest first
  std::uint64_t left = 0;              // that would have been removed too, had there been time
  bool complete = true;                // false: the time was up; without `left`, while looking
  std::uint64_t kept_young = 0;        // that nothing leads to, but young ones, or which are young
  std::uint64_t kept_below = 0;        // that something unreadable may lead to
  std::vector<std::string> unreadable;
  std::vector<std::string> unsaved;  // objects that would go, and `expire` could not be told of
};

// Finds the objects that no ref and no log leads to, and removes those that are old. Others may
// write meanwhile: what is new, or led to again, stays. Removed in batches, those that name others
// first, so that a kill leaves nothing that names what is gone.
//
// What cannot be read may have led to anything that was stored before it; all that is kept, and it
// is told of. In a child process. The store must not be open in this one. Throws as Store's
// constructor does.
GcReport collect_garbage(const std::filesystem::path& store_directory, const GcOptions& options);

}  // namespace roar::plumbing
