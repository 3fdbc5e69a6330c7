#pragma once

#include <string>
#include <string_view>

#include "objects/history.h"

namespace roar {

// A job on its way into a store, as one self-contained byte string: docs/formats/spool.md.
//
// Its `job.edges`, `job.environment`, `job.packages` and `job.processes` must be empty: append_job
// fills them in.
std::string encode_spooled(const NewJob& job);

// The same without compression: for what is written in the hope that nobody needs it.
std::string encode_spooled_fast(const NewJob& job);

// Throws Errc::Corrupt unless `bytes` is what one of the two wrote, to the last byte, and
// Errc::Unsupported if a newer version wrote it.
NewJob decode_spooled(std::string_view bytes);

}  // namespace roar
