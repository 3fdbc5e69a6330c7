#pragma once

#include <cstdint>
#include <string_view>

#include "objects/history.h"
#include "objects/store_impl.h"

namespace roar {

// The step of the session to which the job belongs, by the rule at append_job, and from now on
// every job like it. Only for append_job.
std::uint32_t assign_step(ReadTransaction::Impl& impl, std::string_view session, const NewJob& job);

}  // namespace roar
