#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "objects/numbered_history.h"
#include "objects/store_impl.h"

// What the tables of uses and of paths say: in which leaves of jobs' trees an artifact or a path
// is, and as what. Nobody but the files that implement history.h includes this.

namespace roar {

// Of one artifact, in one role or in any.
class ArtifactRows {
 public:
  using Use = NumberedUse;
  // Of a leaf, by its sequence number, a use that has no job yet. False: no more of them.
  using Visitor = std::function<bool(std::uint64_t leaf, const Use& use)>;

  // `artifact` is a sequence number.
  ArtifactRows(const ReadTransaction::Impl& impl, std::uint64_t artifact,
               std::optional<EdgeRole> role) noexcept
      : impl_(&impl), artifact_(artifact), role_(role) {}

  // By role and leaf.
  void for_each(const Visitor& visit) const;
  // Those of one leaf.
  void for_each_in(std::uint64_t leaf, const Visitor& visit) const;

 private:
  void for_each_from(const std::string& prefix, const Visitor& visit) const;

  const ReadTransaction::Impl* impl_;
  std::uint64_t artifact_;
  std::optional<EdgeRole> role_;
};

// Of one path, as it stands in Edge::path. It must outlive this.
class PathRows {
 public:
  using Use = NumberedPathUse;
  using Visitor = std::function<bool(std::uint64_t leaf, const Use& use)>;

  PathRows(const ReadTransaction::Impl& impl, std::string_view path, std::optional<EdgeRole> role);

  // By leaf. Rows of another role cost their reading.
  void for_each(const Visitor& visit) const;
  void for_each_in(std::uint64_t leaf, const Visitor& visit) const;

 private:
  void for_each_from(const std::string& prefix, const Visitor& visit) const;

  const ReadTransaction::Impl* impl_;
  std::string prefix_;
  std::string_view full_;  // the path, if it does not stand in the key as a whole
  std::optional<EdgeRole> role_;
};

}  // namespace roar
