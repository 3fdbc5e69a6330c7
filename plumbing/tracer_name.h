#pragma once

#include <string_view>

#include "tracer/observe.h"

namespace roar::plumbing {

// The tracer that a flag or `tracer.default` names. Throws Errc::Usage if there is none of that
// name.
tracer::Choice tracer_from_name(std::string_view name);

}  // namespace roar::plumbing
