#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "objects/hash.h"
#include "objects/object_id.h"

namespace roar {

enum class ComponentKind : std::uint8_t { File = 1, Symlink = 2, Composite = 3 };

std::string_view component_kind_name(ComponentKind kind) noexcept;  // "file", "symlink", ...
std::optional<ComponentKind> component_kind_from_name(std::string_view name) noexcept;

// One part of a composite: what it is called there, and what it is.
struct Component {
  std::string path;  // as component_path() makes it
  ComponentKind kind = ComponentKind::File;
  std::string algorithm;  // of `digest`: "blake3", "sha256"; of a composite, "composite-blake3" ...
  std::string digest;     // 64 lower-case hexadecimal digits; of a symbolic link, of its target
  std::uint64_t size = 0;
  std::optional<ObjectId> composite = {};  // of a composite, where it is known

  bool operator==(const Component&) const = default;
};

// The path as it enters the digest: with "/" for every "\", without "./" and "/" at its beginning.
// Throws Errc::Usage if nothing is left, or if a part is "..".
std::string component_path(std::string_view path);

// The digest of a composite by the published algorithm (docs/formats/composite.md): that of a flat
// list. Components come in byte order of their paths.
class CompositeDigest {
 public:
  // `combiner` is Sha256 if every component's digest is a SHA-256, else Blake3.
  explicit CompositeDigest(Algorithm combiner);
  // Throws Errc::Usage unless the path is higher than the one before.
  void add(std::string_view path, std::string_view algorithm, std::string_view digest);
  // Hexadecimal. The object is of no use afterwards.
  std::string finish();

 private:
  Hasher hasher_;
  std::string last_path_;
  bool is_first_ = true;
};

// The digest that joins components whose digests are by these algorithms.
bool is_sha256_component(std::string_view algorithm) noexcept;
// "composite-blake3", "composite-sha256".
std::string composite_algorithm_name(Algorithm combiner);

}  // namespace roar
