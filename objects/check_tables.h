#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "objects/transaction.h"

namespace roar {

// Reads every table from one end to the other, as who asks for all of something does: rows must be
// in order of key, each key once, and as many as the table says that it has. Looking for the rows
// that should be there does not see what is there besides. `visit` is told the name of a table, a
// constant, and what is wrong with it. Throws Errc::Corrupt or Errc::Io if it cannot be read.
void check_tables(
    const ReadTransaction& transaction,
    const std::function<void(std::string_view table, const std::string& problem)>& visit);

}  // namespace roar
