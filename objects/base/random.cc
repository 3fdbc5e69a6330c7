#include "objects/base/random.h"

#include <sys/random.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <span>

#include "objects/base/error.h"
#include "objects/base/hex.h"

namespace roar {

std::string random_hex(std::size_t bytes) {
  std::array<std::uint8_t, 256> buffer;  // as much as getrandom(2) gives without interruption
  ROAR_ASSERT(bytes <= buffer.size());
  const ssize_t n = ::getrandom(buffer.data(), bytes, 0);
  if (n != static_cast<ssize_t>(bytes)) throw_errno(n < 0 ? errno : EIO, "get", "random bytes");
  return to_hex(std::span(buffer).first(bytes));
}

}  // namespace roar
