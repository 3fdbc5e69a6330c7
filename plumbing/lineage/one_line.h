#pragma once

#include <string>

#include "objects/transaction.h"

namespace roar::plumbing {

// What an object is, in a few words for a list of candidates: the command of a job, a path and the
// size of an artifact. On one line, without its id and type. Says so if the object is damaged.
std::string one_line(const ReadTransaction& transaction, const ObjectInfo& object);

}  // namespace roar::plumbing
