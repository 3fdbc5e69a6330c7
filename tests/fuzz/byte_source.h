#pragma once

#include <cstddef>
#include <string_view>

#include "objects/base/byte_stream.h"

// Where a reader gets the bytes of an input from, which must stay.
inline roar::ByteSource source_of(std::string_view bytes) {
  return [bytes](char* to, std::size_t size) mutable {
    const std::size_t n = bytes.copy(to, size);
    bytes.remove_prefix(n);
    return n;
  };
}
