#pragma once

#include <string_view>

#include "objects/json.h"

namespace roar::json {

// The object that any JSON text (RFC 8259) stands for, if that has a canonical form: white space,
// the order of members, escapes and the spelling of numbers do not matter (1e2, 100.0 and 100 are
// one number, as are -0 and 0).
//
// Throws Errc::Corrupt for everything else: what is no JSON, a byte order mark, a top-level value
// that is no object, a key twice or outside [a-z][a-z0-9_]*, null, a number that is no integer or
// beyond kIntegerMax, half of a surrogate pair, bytes that are not UTF-8, and what is beyond the
// limits of decode.
Object decode_loose(std::string_view text);

}  // namespace roar::json
