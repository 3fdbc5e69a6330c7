#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace roar::plumbing {

// What kind of thing makes a step's result one that a new run may not give.
enum class StaleCause : std::uint8_t { Data, Code, Parameters, Environment, Output, Upstream };
std::string_view cause_name(StaleCause cause) noexcept;  // "data", "code", ...

enum class StaleChange : std::uint8_t {
  Changed,    // another content, value or version
  Gone,       // it was there
  Appeared,   // the step looked for it in vain, and it is there now
  Meanwhile,  // something else changed it while the step ran; what was read is not known
  Rerun,      // another step made it anew; for StaleCause::Upstream
  Stale       // the step that it came from is stale itself
};
std::string_view change_name(StaleChange change) noexcept;  // "changed", "gone", ...

// One reason why a step is stale.
struct StaleReason {
  StaleCause cause = StaleCause::Data;
  StaleChange change = StaleChange::Changed;
  // A path in stored form; the name of a variable; a package, "pip:numpy"; or the step ("@1") for
  // StaleChange::Stale.
  std::string subject;
  std::string was;   // digest, size, value or version; empty if it is not known or there was none
  std::string is;    // the same now
  std::string step;  // "@1": for StaleCause::Upstream, the step it comes from; else empty
};

// "data/raw.csv changed since (was 8e4c01f2, is 91aa77c0)". One line; paths are quoted if they must
// be.
std::string reason_text(const StaleReason& reason);

}  // namespace roar::plumbing
