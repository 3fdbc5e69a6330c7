#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plumbing/workspace.h"

namespace roar {
class Store;
}

// What the names of recorded things go on with, for completion in a shell. Everything is found by
// prefix in an index; nothing is written.

namespace roar::plumbing {

struct Completion {
  std::string word;         // the whole word, not only what is missing
  std::string description;  // one line; may be empty
};
using Completions = std::vector<Completion>;

// What is recorded in the project of the current directory. Where there is no project, or its store
// cannot be read, there is nothing: never an error. The store is opened when it is first asked.
//
// Each function adds the names that start with `prefix`.
class RecordedNames {
 public:
  RecordedNames();
  ~RecordedNames();
  RecordedNames(const RecordedNames&) = delete;
  RecordedNames& operator=(const RecordedNames&) = delete;

  // "@1", "@B2" of the active session; build steps after the others. `describe` asks for
  // descriptions, which have to be read.
  void steps(std::string_view prefix, bool describe, Completions& out);
  // The names that steps of the active session have.
  void step_names(std::string_view prefix, Completions& out);
  // Shortest unique beginnings of job uids, of at least 8 digits. Nothing for an empty prefix:
  // every job that there is would be no help.
  void uids(std::string_view prefix, Completions& out);
  // Tracked paths as one would type them in the current directory, level by level: a directory ends
  // in a slash.
  void paths(std::string_view prefix, Completions& out);
  void sessions(std::string_view prefix, Completions& out);
  void refs(std::string_view prefix, Completions& out);

 private:
  const Store* store();
  template <typename Body>
  void read(Body body);

  bool tried_ = false;
  std::optional<Workspace> workspace_;
  std::unique_ptr<Store> store_;
};

// Each adds those that start with `prefix`.
void complete_config_keys(std::string_view prefix, Completions& out);
// Of one key, which may be unknown. For a list the last item is completed.
void complete_config_values(std::string_view key, std::string_view prefix, Completions& out);

}  // namespace roar::plumbing
