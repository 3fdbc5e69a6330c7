#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "objects/packages.h"

namespace roar {
class Cache;
}

namespace roar::plumbing {

// The installed Debian packages that own the given files (absolute, resolved paths), with their
// versions, from dpkg's own database in `administration` (/var/lib/dpkg). Sorted, each once;
// manager "dpkg". Empty where there is no such database. Answers are kept in the cache until the
// database changes, because reading all file lists takes some 50 ms.
std::vector<Package> debian_packages(std::span<const std::string> files, Cache& cache,
                                     const std::filesystem::path& administration);

}  // namespace roar::plumbing
