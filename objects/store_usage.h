#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "objects/transaction.h"

namespace roar {

// What takes space in a store.
struct StoreContents {
  struct OfType {
    std::uint64_t objects = 0;
    std::uint64_t payload_bytes = 0;
    std::uint64_t stored_bytes = 0;
    std::uint64_t compressed = 0;  // of the objects
  };
  struct OfTable {
    std::string_view name;  // a constant
    std::uint64_t entries = 0;
    std::uint64_t pages = 0;
  };

  std::array<OfType, 11> types{};  // by ObjectType
  std::vector<OfTable> tables;
  std::uint64_t page_bytes = 0;
  std::uint64_t pages = 0;       // of the file
  std::uint64_t free_pages = 0;  // of them
};

// Reads where objects are, and none of them.
StoreContents contents_of(const ReadTransaction& transaction);

}  // namespace roar
