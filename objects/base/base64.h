#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace roar {

// RFC 4648 section 4, with padding.
std::string to_base64(std::string_view bytes);

// Nullopt unless `text` is exactly what to_base64 writes.
std::optional<std::string> bytes_from_base64(std::string_view text);

}  // namespace roar
