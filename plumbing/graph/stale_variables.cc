#include "plumbing/graph/stale_variables.h"

#include <algorithm>
#include <string>
#include <utility>

#include "plumbing/project_variables.h"
#include "plumbing/record_job.h"
#include "plumbing/redaction.h"

namespace roar::plumbing {
namespace {

std::optional<std::string> value_in(const JobVariables& variables, const std::string& name) {
  const auto found = std::ranges::find(variables, name, &JobVariables::value_type::first);
  return found == variables.end() ? std::optional<std::string>() : found->second;
}

StaleReason reason_of(const std::string& name, const std::optional<std::string>& before,
                      const std::optional<std::string>& now) {
  StaleReason reason{.cause = StaleCause::Parameters,
                     .change = StaleChange::Changed,
                     .subject = name,
                     .was = before.value_or(""),
                     .is = now.value_or(""),
                     .step = {}};
  if (!before) reason.change = StaleChange::Appeared;
  if (!now) reason.change = StaleChange::Gone;
  return reason;
}

}  // namespace

// As they would be recorded.
const JobVariables& StaleVariables::variables_now() {
  if (now_) return *now_;
  Redactor redactor(workspace_);
  now_ = project_variables(workspace_);
  for (auto& [name, value] : *now_) value = redactor.redact_variable(name, value);
  return *now_;
}

const std::vector<StaleReason>& StaleVariables::reasons(
    const std::shared_ptr<const JobVariables>& then) {
  if (asked_ && asked_ == then) return reasons_;
  asked_ = then;
  reasons_.clear();
  if (!then) return reasons_;
  const JobVariables& now = variables_now();
  for (const auto& [name, value] : now) {
    const auto before = value_in(*then, name);
    if (before != value) reasons_.push_back(reason_of(name, before, value));
  }
  for (const auto& [name, value] : *then) {
    if (is_noted_variable(name) || value_in(now, name)) continue;
    reasons_.push_back(reason_of(name, value, std::nullopt));
  }
  return reasons_;
}

}  // namespace roar::plumbing
