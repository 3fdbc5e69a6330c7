#pragma once

#include <functional>
#include <vector>

#include "objects/label_value.h"
#include "objects/store.h"
#include "plumbing/labels/parameters.h"
#include "plumbing/query/job_query.h"
#include "plumbing/views.h"

namespace roar::plumbing {

struct LoggedJob {
  JobSummary summary;
  LabelDocument labels;
  std::vector<Parameter> parameters;
};

// The active session's jobs that the query matches (null: all), from the newest back until `visit`
// returns false. Throws Errc::NotFound if there is no active session.
void for_each_logged_job(const Store& store, const JobQuery* query,
                         const std::function<bool(const LoggedJob&)>& visit);

}  // namespace roar::plumbing
