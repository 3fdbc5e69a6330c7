#pragma once

#include <cstddef>
#include <string_view>

#include "objects/history.h"
#include "plumbing/workspace.h"

namespace roar::plumbing {

// As survey_steps, and remembers in the project's cache how many steps a long session has, so that
// they need not be counted by every command.
StepSurvey kept_survey(const ReadTransaction& transaction, const Workspace& workspace,
                       std::string_view session, std::size_t tips_max);

}  // namespace roar::plumbing
