#pragma once

#include <string>
#include <string_view>

#include "objects/transaction.h"

namespace roar::plumbing {

// The shortest of a ref's names by which resolve() finds that ref: without "refs/sessions/" or
// "refs/", unless something else has that name or nothing is found by it.
std::string short_ref_name(const ReadTransaction& transaction, std::string_view ref);

}  // namespace roar::plumbing
