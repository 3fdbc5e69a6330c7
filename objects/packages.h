#pragma once

#include <compare>
#include <string>
#include <string_view>
#include <vector>

namespace roar {

struct Package {
  std::string manager;  // "dpkg" or "pip"
  std::string name;
  std::string version;  // empty if it could not be found out

  auto operator<=>(const Package&) const = default;
};

// The packages that a job used, sorted, each once. Payload: docs/formats/packages.md.
struct Packages {
  std::vector<Package> packages;

  bool operator==(const Packages&) const = default;
};

std::string encode(const Packages& packages);
Packages decode_packages(std::string_view payload);

}  // namespace roar
