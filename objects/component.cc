#include "objects/component.h"

#include <algorithm>
#include <array>
#include <vector>

#include "objects/base/error.h"
#include "objects/base/hex.h"

namespace roar {
namespace {

constexpr std::array<std::string_view, 4> kKindNames{"", "file", "symlink", "composite"};

}  // namespace

std::string_view component_kind_name(ComponentKind kind) noexcept {
  return kKindNames[static_cast<std::size_t>(kind)];
}

std::optional<ComponentKind> component_kind_from_name(std::string_view name) noexcept {
  for (std::size_t i = 1; i < kKindNames.size(); ++i)
    if (kKindNames[i] == name) return static_cast<ComponentKind>(i);
  return std::nullopt;
}

std::string component_path(std::string_view path) {
  std::string text(path);
  std::ranges::replace(text, '\\', '/');
  std::string_view rest = text;
  while (rest.starts_with("./")) rest.remove_prefix(2);
  while (rest.starts_with('/')) rest.remove_prefix(1);
  if (rest.empty())
    throw Error(Errc::Usage, "'" + std::string(path) + "' is no path of a component");
  for (std::size_t begin = 0; begin <= rest.size();) {
    const std::size_t end = std::min(rest.find('/', begin), rest.size());
    if (rest.substr(begin, end - begin) == "..")
      throw Error(Errc::Usage, "'" + std::string(path) + "' leads out of its composite");
    begin = end + 1;
  }
  return std::string(rest);
}

CompositeDigest::CompositeDigest(Algorithm combiner) : hasher_(combiner) {
  hasher_.update("roar:" + std::string(algorithm_name(combiner)) + "-tree:v1\n");
}

void CompositeDigest::add(std::string_view path, std::string_view algorithm,
                          std::string_view digest) {
  if (!is_first_ && last_path_ == path)
    throw Error(Errc::Usage, "component '" + last_path_ + "' is there twice");
  if (!is_first_ && last_path_ > path)
    throw Error(Errc::Usage, "component '" + std::string(path) + "' is out of order");
  is_first_ = false;
  last_path_ = path;
  std::string line(path);
  line += '\0';
  line += algorithm;
  line += ':';
  line += digest;
  line += '\n';
  hasher_.update(line);
}

std::string CompositeDigest::finish() {
  const std::string raw = hasher_.finish();
  const std::vector<std::uint8_t> bytes(raw.begin(), raw.end());
  return to_hex(bytes);
}

bool is_sha256_component(std::string_view algorithm) noexcept {
  return algorithm == "sha256" || algorithm == "composite-sha256";
}

std::string composite_algorithm_name(Algorithm combiner) {
  return "composite-" + std::string(algorithm_name(combiner));
}

}  // namespace roar
