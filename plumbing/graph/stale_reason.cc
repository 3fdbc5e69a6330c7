#include "plumbing/graph/stale_reason.h"

#include <algorithm>
#include <array>

#include "plumbing/quote.h"

namespace roar::plumbing {
namespace {

// Digests are cut to what people compare by eye.
std::string short_value(const std::string& value) {
  constexpr std::size_t kDigestSize = 64;
  constexpr std::size_t kShown = 12;
  const bool digest = value.size() == kDigestSize &&
                      value.find_first_not_of("0123456789abcdef") == std::string::npos;
  return digest ? value.substr(0, kShown) : quoted_path(value);
}

std::string was_and_is(const StaleReason& reason) {
  if (reason.was.empty() && reason.is.empty()) return {};
  if (reason.is.empty()) return " (was " + short_value(reason.was) + ")";
  if (reason.was.empty()) return " (is " + short_value(reason.is) + ")";
  return " (was " + short_value(reason.was) + ", is " + short_value(reason.is) + ")";
}

std::string subject_of(const StaleReason& reason) {
  std::string subject = quoted_path(reason.subject);
  switch (reason.cause) {
    case StaleCause::Parameters:
      return "variable " + subject;
    case StaleCause::Environment:
      return reason.subject.starts_with('/') ? subject : "package " + subject;
    case StaleCause::Output:
      return "output " + subject;
    case StaleCause::Data:
    case StaleCause::Code:
    case StaleCause::Upstream:
      break;
  }
  return subject;
}

}  // namespace

std::string_view cause_name(StaleCause cause) noexcept {
  constexpr std::array<std::string_view, 6> kNames = {"data",        "code",   "parameters",
                                                      "environment", "output", "upstream"};
  return kNames.at(static_cast<std::size_t>(cause));
}

std::string_view change_name(StaleChange change) noexcept {
  constexpr std::array<std::string_view, 6> kNames = {"changed",   "gone",  "appeared",
                                                      "meanwhile", "rerun", "stale"};
  return kNames.at(static_cast<std::size_t>(change));
}

std::string reason_text(const StaleReason& reason) {
  const std::string subject = subject_of(reason);
  const bool parameter = reason.cause == StaleCause::Parameters;
  switch (reason.change) {
    case StaleChange::Changed:
      return subject + " changed since" + was_and_is(reason);
    case StaleChange::Gone:
      return subject + (parameter ? " is not set any more" : " is gone") + was_and_is(reason);
    case StaleChange::Appeared:
      if (parameter) return subject + " is set now (" + short_value(reason.is) + ")";
      return subject + " is there now, and was not" + was_and_is(reason);
    case StaleChange::Meanwhile:
      return subject + " was changed by something else while the step ran" + was_and_is(reason);
    case StaleChange::Rerun:
      return subject + " was made anew by " + reason.step + was_and_is(reason);
    case StaleChange::Stale:
      break;
  }
  return "it depends on " + reason.step + ", which is stale";
}

}  // namespace roar::plumbing
