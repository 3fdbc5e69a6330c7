#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string_view>

#include "objects/numbered_history.h"

// Uses of an artifact or a path from the newest job back, for who needs the last few of very many.

namespace roar {

// There are two ways to the newest uses. One gathers all of them from the indexes, which costs
// about a microsecond each. The other looks at the jobs of all sessions from the newest back, some
// ten microseconds each. Which is shorter shows only on the way, so they are taken in turn, the
// second time farther; who wants more than that has gone so far back that all are gathered.
struct SearchPace {
  std::size_t first = 512;    // rows of indexes, or jobs and nodes, looked at in the first turn
  std::size_t second = 4096;  // and in the second
};

// What numbered_uses_of_artifact lists, in reverse, until `visit` returns false. The jobs are
// those with the highest numbers: that were recorded last, whenever they ran.
void for_each_use_newest_first(const ReadTransaction& transaction, const ObjectId& artifact,
                               std::optional<EdgeRole> role,
                               const std::function<bool(const NumberedUse&)>& visit,
                               SearchPace pace = {});

// The same of numbered_uses_of_path.
void for_each_path_use_newest_first(const ReadTransaction& transaction, std::string_view path,
                                    const std::function<bool(const NumberedPathUse&)>& visit,
                                    SearchPace pace = {});

}  // namespace roar
