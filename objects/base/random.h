#pragma once

#include <cstddef>
#include <string>

namespace roar {

// Random bytes that nobody can guess, in lower-case hexadecimal. Throws Errc::Io if the system has
// none.
std::string random_hex(std::size_t bytes);

}  // namespace roar
