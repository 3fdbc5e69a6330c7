#include "plumbing/rerun.h"

#include <catch2/catch.hpp>

#include "objects/base/error.h"

namespace roar::plumbing {
namespace {

using Words = std::vector<std::string>;

Words edited(Words argv, std::vector<std::string_view> edits) {
  edit_arguments(argv, edits);
  return argv;
}

Errc refusal(Words argv, std::vector<std::string_view> edits) {
  try {
    edit_arguments(argv, edits);
  } catch (const Error& error) {
    return error.code();
  }
  FAIL("accepted");
  return Errc::Io;
}

TEST_CASE("an option is set where it stands", "[plumbing]") {
  CHECK(edited({"t", "--k=old", "x"}, {"--k=v"}) == Words{"t", "--k=v", "x"});
  CHECK(edited({"t", "--k", "old", "x"}, {"--k=v"}) == Words{"t", "--k", "v", "x"});
  CHECK(edited({"t", "--k", "-1"}, {"--k=2"}) == Words{"t", "--k", "2"});
  CHECK(edited({"t", "--k", "-"}, {"--k=f"}) == Words{"t", "--k", "f"});
  CHECK(edited({"t", "--k="}, {"--k=v"}) == Words{"t", "--k=v"});
  CHECK(edited({"t", "--k=a=b"}, {"--k=c=d"}) == Words{"t", "--k=c=d"});
  CHECK(edited({"t", "--k", ""}, {"--k=v"}) == Words{"t", "--k", "v"});
  CHECK(edited({"t", "--k", "x"}, {"--k="}) == Words{"t", "--k", ""});
}

TEST_CASE("an option that no value follows gets one of its own", "[plumbing]") {
  CHECK(edited({"t", "--k"}, {"--k=v"}) == Words{"t", "--k=v"});
  CHECK(edited({"t", "--k", "--out", "x"}, {"--k=v"}) == Words{"t", "--k=v", "--out", "x"});
  CHECK(edited({"t", "--k", "-o", "x"}, {"--k=v"}) == Words{"t", "--k=v", "-o", "x"});
}

TEST_CASE("an option that is not there is appended", "[plumbing]") {
  CHECK(edited({"t"}, {"--k=v"}) == Words{"t", "--k=v"});
  // Other options that begin or end like it are not it.
  CHECK(edited({"t", "--kind=a", "--no-k", "--k2", "b"}, {"--k=v"}) ==
        Words{"t", "--kind=a", "--no-k", "--k2", "b", "--k=v"});
  CHECK(edited({"--k=old"}, {"--k=v"}) == Words{"--k=old", "--k=v"});
}

TEST_CASE("several edits are made in their order", "[plumbing]") {
  CHECK(edited({"t", "--a=1", "--b", "2"}, {"--b=3", "--a=4", "--c=5", "--c=6"}) ==
        Words{"t", "--a=4", "--b", "3", "--c=6"});
}

TEST_CASE("a value is taken as it is", "[plumbing]") {
  CHECK(edited({"t", "--k=x"}, {"--k=\\1 $x 'y' --k=z"}) == Words{"t", "--k=\\1 $x 'y' --k=z"});
}

TEST_CASE("an option that stands twice is not edited", "[plumbing]") {
  CHECK(refusal({"t", "--k=1", "--k", "2"}, {"--k=v"}) == Errc::Conflict);
}

TEST_CASE("an option inside of a script is not edited", "[plumbing]") {
  CHECK(refusal({"sh", "-c", "train --k=1"}, {"--k=v"}) == Errc::Conflict);
  CHECK(refusal({"sh", "-c", "train --k 1"}, {"--k=v"}) == Errc::Conflict);
  CHECK(edited({"sh", "-c", "train --kind x; echo x--k"}, {"--k=v"}).size() == 4);
  CHECK(edited({"t", "a--k=1"}, {"--k=v"}).size() == 3);
}

TEST_CASE("what is no edit is refused", "[plumbing]") {
  for (const std::string_view word : {"x", "-k=v", "--k", "--=v", "--", ""}) {
    INFO(word);
    CHECK(refusal({"t"}, {word}) == Errc::Usage);
  }
}

}  // namespace
}  // namespace roar::plumbing
