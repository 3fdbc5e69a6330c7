#pragma once

#include <cstddef>
#include <functional>
#include <string_view>

namespace roar {

// Where bytes come from: puts at most `size` of them at `to`, and returns how many; 0 at the end.
using ByteSource = std::function<std::size_t(char* to, std::size_t size)>;

// Where they go. Throws Errc::Io if they cannot.
using ByteSink = std::function<void(std::string_view bytes)>;

}  // namespace roar
