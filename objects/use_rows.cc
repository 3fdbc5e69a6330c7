#include "objects/use_rows.h"

#include "objects/base/error.h"
#include "objects/digest_key.h"
#include "objects/key.h"

namespace roar {
namespace {

EdgeRole role_at(std::string_view bytes, std::size_t offset) {
  const std::uint64_t number = number_at(bytes, offset, 1);
  if (number != static_cast<std::uint64_t>(EdgeRole::Input) &&
      number != static_cast<std::uint64_t>(EdgeRole::Output))
    throw Error(Errc::Corrupt, "store is damaged: an index has an unknown role");
  return static_cast<EdgeRole>(number);
}

}  // namespace

void ArtifactRows::for_each_from(const std::string& prefix, const Visitor& visit) const {
  for_each_with_prefix(
      *impl_->txn, impl_->table(Table::Use), prefix,
      [&](std::string_view key, std::string_view path) {
        return visit(number_at(key, kNumberSize + 1, kNumberSize),
                     {.job = 0, .role = role_at(key, kNumberSize), .path = std::string(path)});
      });
}

void ArtifactRows::for_each(const Visitor& visit) const {
  std::string prefix = number_key(artifact_);
  if (role_) append_number(prefix, static_cast<std::uint64_t>(*role_), 1);
  for_each_from(prefix, visit);
}

void ArtifactRows::for_each_in(std::uint64_t leaf, const Visitor& visit) const {
  for (const EdgeRole role : {EdgeRole::Input, EdgeRole::Output}) {
    if (role_ && *role_ != role) continue;
    std::string prefix = number_key(artifact_);
    append_number(prefix, static_cast<std::uint64_t>(role), 1);
    append_number(prefix, leaf, kNumberSize);
    for_each_from(prefix, visit);
  }
}

PathRows::PathRows(const ReadTransaction::Impl& impl, std::string_view path,
                   std::optional<EdgeRole> role)
    : impl_(&impl),
      prefix_(path_prefix(path)),
      full_(path.size() > kKeyTextMax ? path : std::string_view()),
      role_(role) {}

void PathRows::for_each_from(const std::string& prefix, const Visitor& visit) const {
  constexpr std::size_t kRest = kNumberSize + 1 + kNumberSize;
  for_each_with_prefix(
      *impl_->txn, impl_->table(Table::Path), prefix,
      [&](std::string_view key, std::string_view text) {
        // A key that was cut goes on with a digest, which may start like the end of another key.
        if (key.size() != prefix_.size() + kRest || text != full_) return true;
        const EdgeRole role = role_at(key, prefix_.size() + kNumberSize);
        if (role_ && role != *role_) return true;
        return visit(number_at(key, prefix_.size(), kNumberSize),
                     {.job = 0,
                      .role = role,
                      .artifact = number_at(key, prefix_.size() + kNumberSize + 1, kNumberSize)});
      });
}

void PathRows::for_each(const Visitor& visit) const {
  for_each_from(prefix_, visit);
}

void PathRows::for_each_in(std::uint64_t leaf, const Visitor& visit) const {
  for_each_from(prefix_ + number_key(leaf), visit);
}

}  // namespace roar
