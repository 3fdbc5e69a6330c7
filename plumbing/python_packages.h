#pragma once

#include <span>
#include <string>
#include <vector>

#include "objects/packages.h"

namespace roar::plumbing {

// The Python distributions that the given files (absolute paths that the job read or mapped) are
// modules of, from the metadata beside them (*.dist-info, *.egg-info) in their site-packages or
// dist-packages directory. A distribution of which no module was loaded is not in the list. Sorted,
// each once; manager "pip".
std::vector<Package> python_packages(std::span<const std::string> files);

}  // namespace roar::plumbing
