#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "objects/transaction.h"
#include "plumbing/workspace.h"

// What refs and paths stood for before: the suffix @{...} of names.

namespace roar::plumbing {

// The object that a ref pointed at: `when` is how many updates ago, or a time (lineage/moment.h).
// Of a time before the ref's log, what the log begins with; `warning` says so then. Throws
// Errc::NotFound if it did not exist, or the log does not go back so far, and Errc::Usage if `when`
// is neither.
ObjectId earlier_target(const ReadTransaction& transaction, std::string_view ref,
                        std::string_view when, std::string& warning);

// One content that a path had.
struct PathVersion {
  ObjectId artifact;
  ObjectId job;  // the first that wrote or read it, of those in a row
};
// Newest first. A content that is known, and was at the path several times in a row, counts once.
std::vector<PathVersion> versions_of_path(const ReadTransaction& transaction,
                                          std::string_view stored_path);

// The first of them, at less cost; nullopt if no content of the path is known.
std::optional<ObjectId> newest_version_of(const ReadTransaction& transaction,
                                          std::string_view stored_path);

// The same question of a path: so many versions ago, or as of a time.
ObjectId earlier_version(const ReadTransaction& transaction, std::string_view stored_path,
                         std::string_view when);

}  // namespace roar::plumbing
