#include "objects/base/path_class.h"

#include <algorithm>
#include <array>
#include <utility>

namespace roar {
namespace {

constexpr std::array<std::pair<PathClass, std::string_view>, 8> kNames{{
    {PathClass::Data, "data"},
    {PathClass::Code, "code"},
    {PathClass::Package, "package"},
    {PathClass::System, "system"},
    {PathClass::Cache, "cache"},
    {PathClass::Temporary, "temporary"},
    {PathClass::Credential, "credential"},
    {PathClass::Internal, "internal"},
}};

}  // namespace

std::string_view class_name(PathClass path_class) noexcept {
  return std::ranges::find(kNames, path_class, [](const auto& row) { return row.first; })->second;
}

std::optional<PathClass> class_from_name(std::string_view name) noexcept {
  const auto* row = std::ranges::find(kNames, name, [](const auto& entry) { return entry.second; });
  if (row == kNames.end()) return std::nullopt;
  return row->first;
}

}  // namespace roar
