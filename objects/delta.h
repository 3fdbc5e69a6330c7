#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "objects/store_impl.h"

// Objects that are stored as what they differ in from another one, their base: versions of a node,
// mostly. A base is older than its deltas and never a delta itself, so reading one takes one more
// look, and no damage makes a circle. A row of `meta` leads from a base to each of its deltas: a
// base that goes leaves them whole. Nobody but the files that implement the store includes this.

namespace roar {

// All rows of `meta` that lead from a base to a delta begin with this.
inline constexpr std::string_view kBaseRows = "base/";
std::string base_row(std::uint64_t base, std::uint64_t delta);
// The base of what stands in the table of objects; nullopt if it is no delta, or is damaged.
std::optional<std::uint64_t> base_in(std::string_view value);

// Compares those rows with the deltas that there are: `missing` is told of objects that lack
// theirs, and `extra` of rows that are for nothing.
void check_base_rows(const ReadTransaction::Impl& impl,
                     const std::function<void(std::uint64_t sequence)>& missing,
                     const std::function<void(std::string_view key)>& extra);

}  // namespace roar
