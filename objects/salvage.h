#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "objects/object_id.h"
#include "objects/store.h"

// Reading what is left of a store's file without LMDB, which trusts it: page by page, whatever tree
// a page belongs to, and no number in it is believed.

namespace roar {

// Calls `visit` for every entry in every leaf page of the file, those of pages that are free now,
// too. Views are valid during the call. Throws Errc::Io if the file cannot be read.
void for_each_leaf_entry(
    const std::filesystem::path& file,
    const std::function<void(std::string_view key, std::string_view value)>& visit);

// What was found of a store.
struct Salvage {
  struct FoundRef {
    std::uint64_t updates = 0;
    std::string value;  // as it stood in the table
  };

  // Objects, by their numbers: those whose ids were found too, and those that are in good form.
  std::map<std::uint64_t, RawObject> objects;
  std::vector<RawObject> unconfirmed;  // blobs whose ids were not found
  std::map<std::string, FoundRef> refs;
  std::map<std::pair<std::string, std::uint64_t>, std::string> reflog;  // by name and number
  std::map<std::string, std::string> meta;
  std::set<ObjectId> ids;     // that the store had
  std::uint64_t highest = 0;  // number that was in use
};

// Of the file of a store or of a copy. Keeps everything in memory.
Salvage salvage_file(const std::filesystem::path& file);
// The file of a store's present generation, or of its newest if CURRENT says nothing. Throws
// Errc::NotFound if there is none.
std::filesystem::path file_of_store(const std::filesystem::path& directory);

struct RecoveryReport {
  std::string generation;
  std::uint64_t objects = 0;            // that are in the new one
  std::uint64_t filled = 0;             // of them from elsewhere
  std::vector<ObjectId> lost;           // objects that the store had, and that are not to be had
  std::vector<std::string> refs_lost;   // names
  std::vector<std::string> refs_moved;  // to an earlier object of their log
};

// An object from elsewhere by its id, if it is there.
using ObjectSource = std::function<std::optional<RawObject>(const ObjectId&)>;

// Writes the store's next generation of what can be read of the present one and of what `sources`
// have of the rest, with new indexes, and puts it in its place. The old generation is kept beside
// it, as "damaged-" and its name. Nobody else may use the store meanwhile.
RecoveryReport recover_store(const std::filesystem::path& directory,
                             const std::vector<ObjectSource>& sources);

}  // namespace roar
