#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "objects/history.h"
#include "objects/store.h"
#include "plumbing/workspace.h"

namespace roar::plumbing {

struct ListedSession {
  SessionSummary summary;
  std::uint64_t jobs = 0;
  std::uint64_t runs = 0;    // run steps
  std::uint64_t builds = 0;  // build steps
};

// All sessions, in order of creation.
std::vector<ListedSession> list_sessions(const Store& store);

// The id of the session that a name stands for: a prefix of an id, "session:" before it or not;
// empty for the active one. Throws as resolve() does.
std::string session_named(const ReadTransaction& transaction, std::string_view name);
std::string session_named(const Store& store, std::string_view name);

// Makes a session the active one and returns its id. The hook reference-transaction may refuse:
// Errc::Conflict.
std::string use_session_named(Store& store, const Workspace& workspace, std::string_view name);

}  // namespace roar::plumbing
