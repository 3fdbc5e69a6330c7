#pragma once

#include <string_view>

namespace roar {

// Whether a ref may have this name: "HEAD", or "refs/" and at least one more component, within the
// rules of git-check-ref-format(1), at most 400 bytes long.
bool is_ref_name(std::string_view name) noexcept;

}  // namespace roar
