#pragma once

#include <string>

#include "objects/transaction.h"

namespace roar::plumbing {

// A few words by which somebody knows an object again: "run 'cp in out'", "step @3 of session
// 1f2e3d4c". Empty if there is nothing to say, or if it cannot be read. Control characters are
// escaped.
std::string describe_object(const ReadTransaction& transaction, const ObjectInfo& info);

}  // namespace roar::plumbing
