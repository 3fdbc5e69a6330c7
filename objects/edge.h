#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "objects/base/path_class.h"
#include "objects/object_id.h"

namespace roar {

enum class EdgeRole : std::uint8_t { Input = 1, Output = 2, Absent = 3, Listed = 4 };

// How we know that the job used the file. A set of bits.
enum class Evidence : std::uint8_t {
  Read = 1,
  Mapped = 2,
  Executed = 4,
  Kept = 8,       // old bytes survive an append or a partial overwrite
  Open = 16,      // opened for reading; nothing more is known
  Inherited = 32  // through a descriptor that the job was born with
};

std::string_view role_name(EdgeRole role) noexcept;  // "input", "output", "absent", "listed"
std::string_view evidence_name(Evidence evidence) noexcept;  // "read", ..., "inherited"
// Of all bits that are set, in their order.
std::vector<std::string_view> evidence_names(std::uint8_t bits);
std::optional<EdgeRole> role_from_name(std::string_view name) noexcept;
std::optional<Evidence> evidence_from_name(std::string_view name) noexcept;

// One file's part in one job.
struct Edge {
  std::string path;     // relative to the project root if inside it, else absolute; bytes
  std::string spelled;  // absolute, as the program named it, where that differs; else empty
  EdgeRole role = EdgeRole::Input;
  PathClass path_class = PathClass::Data;
  std::uint8_t evidence = 0;         // Evidence bits
  std::optional<ObjectId> artifact;  // none if the content is unknown, absent or a directory
  std::uint64_t size = 0;            // bytes; meaningful for inputs and outputs
  bool executable = false;           // any execute permission bit is set
  bool unchanged = false;            // output: written, with the bytes it had before
  bool changed = false;              // input: something else changed it during the job
  // Why an input's or output's artifact is not known: "preimage" (the job destroyed the version
  // that it read before it was hashed), "vanished", "unstable", "unreadable", "interrupted" or
  // "superseded" (roar was killed, and the output was changed after the job's last sign of life).
  // Else empty.
  std::string missing;
  std::string via;  // uid of the nested job whose edge this is; else empty

  bool operator==(const Edge&) const = default;
};

// Edges are kept in trees, one per group, so that a re-run shares what did not change.
enum class EdgeGroup : std::uint8_t { Data = 0, Code = 1, System = 2, Unread = 3 };
inline constexpr int kEdgeGroups = 4;
std::string_view group_name(EdgeGroup group) noexcept;  // "data", "code", "system", "unread"
EdgeGroup group_of(const Edge& edge) noexcept;          // Unread holds absent and listed paths
EdgeGroup group_of(PathClass path_class) noexcept;      // of an input or output

}  // namespace roar
