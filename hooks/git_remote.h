#pragma once

#include <string>
#include <string_view>

namespace roar::hooks {

// Picks a remote out of what `git config -z --get-regexp` prints of branch.*.remote and
// remote.*.url: the one that `branch` follows; else "origin"; else the only one or the first by
// name. Empty if there is none.
std::string pick_remote(std::string_view settings, const std::string& branch);

}  // namespace roar::hooks
