#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "objects/store.h"

// The hash by which a registry knows a session: SHA-256 of a JSON text in the one other dialect
// than that of objects, which is Python's: keys sorted, no spaces, ASCII only. Bytes that are not
// UTF-8 become lone surrogates, as Python decodes file names.

namespace roar::plumbing {

struct CanonicalFile {
  std::string hash;
  std::string path;

  auto operator<=>(const CanonicalFile&) const = default;
};

struct CanonicalJob {
  std::string command;
  std::string type = "run";
  std::uint32_t step = 0;
  std::optional<std::uint32_t> parent_step;
  std::vector<CanonicalFile> inputs;
  std::vector<CanonicalFile> outputs;
  std::string metadata = "{}";  // JSON in the same dialect
};

struct CanonicalSession {
  std::string creator;  // empty: anonymous
  std::string repository;
  std::string commit;
  std::string branch;
  std::vector<CanonicalJob> jobs;
};

// The text; it does not depend on the order of jobs and files. Empty strings are null in it.
std::string canonical_text(const CanonicalSession& session);
// 64 hexadecimal digits.
std::string session_hash(const CanonicalSession& session);

// What a session comes to: the job that stands for each step, with the files that people are shown,
// and the code state of the newest job that has one. Neither times nor ids.
CanonicalSession canonical_session(const Store& store, std::string_view id);

}  // namespace roar::plumbing
