#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "objects/base/path_class.h"
#include "plumbing/user_rules.h"
#include "plumbing/workspace.h"
#include "tracer/observation.h"
#include "tracer/path_class.h"

namespace roar::plumbing {

// What decided a file's class.
enum class ClassReason : std::uint8_t {
  Nothing,    // no rule matched: data
  Table,      // a row of the built-in table
  Temporary,  // it lies below TMPDIR
  Script,     // a program that begins with "#!"
  Own,        // this program, or what it is made of
  User        // a rule of the user's
};

struct Classification {
  std::optional<PathClass> path_class;  // none: ignored
  ClassReason reason = ClassReason::Nothing;
  const tracer::PathRule* row = nullptr;  // of the table, for ClassReason::Table
  const UserRule* rule = nullptr;         // for ClassReason::User; as long as the classifier lives
};

// Gives files their classes: what the built-in table says of credentials and of roar's and git's
// own files, else the first of the user's rules that matches, else the table. Reads the environment
// when it is made.
class Classifier {
 public:
  Classifier(const Workspace& workspace, std::span<const UserRule> rules);

  // `access.path` is absolute and normal.
  Classification classify(const tracer::FileAccess& access) const;

 private:
  const UserRule* user_rule(const std::string& path) const;

  Workspace workspace_;
  std::vector<UserRule> rules_;
  tracer::PathContext context_;
  std::string program_;
  std::string preload_library_;
};

}  // namespace roar::plumbing
