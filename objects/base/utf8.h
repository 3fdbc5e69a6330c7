#pragma once

#include <string_view>

namespace roar {

// Whether the bytes are well-formed UTF-8 (RFC 3629: no surrogates, no overlong forms, at most
// U+10FFFF).
bool is_utf8(std::string_view bytes) noexcept;

}  // namespace roar
