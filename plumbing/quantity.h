#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

// Quantities as people write them in settings.

namespace roar::plumbing {

// "16MiB", "16M", "512k", "4096": bytes, in powers of 1024. Nullopt for anything else.
std::optional<std::uint64_t> parse_size(std::string_view text);

// "10s", "500ms", "2min". Nullopt for anything else; a number needs its unit.
std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);

}  // namespace roar::plumbing
