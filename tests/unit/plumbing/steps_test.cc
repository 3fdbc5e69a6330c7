#include "plumbing/steps.h"

#include <catch2/catch.hpp>
#include <string>

namespace roar::plumbing {

TEST_CASE("step references are read as they are written", "[plumbing]") {
  CHECK(step_reference(JobKind::Run, 3) == "@3");
  CHECK(step_reference(JobKind::Build, 12) == "@B12");
  const auto build = parse_step_reference("@B12");
  REQUIRE(build);
  CHECK(build->kind == JobKind::Build);
  CHECK(build->number == 12);
  CHECK(parse_step_reference("@b1")->kind == JobKind::Build);
  CHECK(parse_step_reference("@7")->number == 7);
}

TEST_CASE("what is no step reference is refused", "[plumbing]") {
  const std::string text = GENERATE("", "@", "3", "@0", "@-1", "@1x", "@B", "@x1", "@99999999999");
  INFO(text);
  CHECK_FALSE(parse_step_reference(text));
}

}  // namespace roar::plumbing
