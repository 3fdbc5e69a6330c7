#include "objects/edge.h"

#include <algorithm>
#include <array>
#include <bit>

namespace roar {
namespace {

constexpr std::array<std::string_view, 5> kRoleNames = {"", "input", "output", "absent", "listed"};
constexpr std::array<std::string_view, 6> kEvidenceNames = {"read", "mapped", "executed",
                                                            "kept", "open",   "inherited"};
constexpr std::array<std::string_view, kEdgeGroups> kGroupNames = {"data", "code", "system",
                                                                   "unread"};

}  // namespace

std::string_view role_name(EdgeRole role) noexcept {
  return kRoleNames[static_cast<std::size_t>(role)];
}

std::optional<EdgeRole> role_from_name(std::string_view name) noexcept {
  const auto* const found = std::find(kRoleNames.begin() + 1, kRoleNames.end(), name);
  if (found == kRoleNames.end()) return std::nullopt;
  return static_cast<EdgeRole>(found - kRoleNames.begin());
}

std::string_view evidence_name(Evidence evidence) noexcept {
  return kEvidenceNames[static_cast<std::size_t>(
      std::countr_zero(static_cast<std::uint8_t>(evidence)))];
}

std::vector<std::string_view> evidence_names(std::uint8_t bits) {
  std::vector<std::string_view> names;
  const unsigned set = bits;
  for (std::size_t i = 0; i < kEvidenceNames.size(); ++i)
    if ((set >> i & 1U) != 0) names.push_back(kEvidenceNames[i]);
  return names;
}

std::optional<Evidence> evidence_from_name(std::string_view name) noexcept {
  const auto* const found = std::ranges::find(kEvidenceNames, name);
  if (found == kEvidenceNames.end()) return std::nullopt;
  return static_cast<Evidence>(1U << (found - kEvidenceNames.begin()));
}

std::string_view group_name(EdgeGroup group) noexcept {
  return kGroupNames[static_cast<std::size_t>(group)];
}

EdgeGroup group_of(const Edge& edge) noexcept {
  const bool is_unread = edge.role == EdgeRole::Absent || edge.role == EdgeRole::Listed;
  return is_unread ? EdgeGroup::Unread : group_of(edge.path_class);
}

EdgeGroup group_of(PathClass path_class) noexcept {
  switch (path_class) {
    case PathClass::Code:
      return EdgeGroup::Code;
    case PathClass::Package:
    case PathClass::System:
      return EdgeGroup::System;
    case PathClass::Data:
    case PathClass::Cache:
    case PathClass::Temporary:
    case PathClass::Credential:
    case PathClass::Internal:
      return EdgeGroup::Data;
  }
  return EdgeGroup::Data;
}

}  // namespace roar
