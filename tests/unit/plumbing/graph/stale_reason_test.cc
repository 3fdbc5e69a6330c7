#include "plumbing/graph/stale_reason.h"

#include <catch2/catch.hpp>
#include <string>

namespace roar::plumbing {

TEST_CASE("a reason reads as a sentence", "[plumbing]") {
  const std::string old_digest(64, 'a');
  const std::string new_digest(64, 'b');
  StaleReason reason{.cause = StaleCause::Data,
                     .change = StaleChange::Changed,
                     .subject = "raw.csv",
                     .was = old_digest,
                     .is = new_digest,
                     .step = {}};
  CHECK(reason_text(reason) == "raw.csv changed since (was aaaaaaaaaaaa, is bbbbbbbbbbbb)");
  reason.change = StaleChange::Rerun;
  reason.step = "@1";
  CHECK(reason_text(reason) == "raw.csv was made anew by @1 (was aaaaaaaaaaaa, is bbbbbbbbbbbb)");
  reason.change = StaleChange::Stale;
  CHECK(reason_text(reason) == "it depends on @1, which is stale");
}

TEST_CASE("what is not known of a reason is left out", "[plumbing]") {
  StaleReason reason{.cause = StaleCause::Output,
                     .change = StaleChange::Gone,
                     .subject = "a b",
                     .was = {},
                     .is = {},
                     .step = {}};
  CHECK(reason_text(reason) == "output a b is gone");
  reason.cause = StaleCause::Parameters;
  reason.was = "1";
  CHECK(reason_text(reason) == "variable a b is not set any more (was 1)");
  reason.change = StaleChange::Appeared;
  reason.is = "2";
  CHECK(reason_text(reason) == "variable a b is set now (2)");
}

TEST_CASE("a reason with control characters is one line", "[plumbing]") {
  const StaleReason reason{.cause = StaleCause::Code,
                           .change = StaleChange::Gone,
                           .subject = "a\nb",
                           .was = {},
                           .is = {},
                           .step = {}};
  CHECK(reason_text(reason).find('\n') == std::string::npos);
}

}  // namespace roar::plumbing
