#pragma once

#include <string_view>

namespace roar::plumbing {

// "0.1.0 (3f2a91c04d6b)": the release and the commit it was built from; "-dirty" follows a commit
// whose tree had changes. The release alone if the build saw no git repository.
std::string_view version() noexcept;

}  // namespace roar::plumbing
