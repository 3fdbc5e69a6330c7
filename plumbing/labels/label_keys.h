#pragma once

#include <optional>
#include <string>
#include <string_view>

// Which keys labels may have, and which of them only roar writes.

namespace roar::plumbing {

// Throws Errc::Usage unless the key is words joined by dots: UTF-8 without spaces, control
// characters, quotes, backslashes and '=', not beginning with '-' nor ending in ':', of at most 255
// bytes.
void check_label_key(std::string_view key);

// Whose key it is, if nobody sets it by hand: "facts that roar records". Nullopt for all others.
std::optional<std::string_view> reserved_for(std::string_view key);

// Throws Errc::Usage, with the reason, for a key that reserved_for() knows.
void refuse_reserved(std::string_view key);

// Whether `key` is `root` or lies below it.
bool is_below(std::string_view key, std::string_view root) noexcept;

}  // namespace roar::plumbing
