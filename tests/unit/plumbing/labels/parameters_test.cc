#include "plumbing/labels/parameters.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

namespace roar::plumbing {
namespace {

// "lr=0.1 n=5" for two parameters.
std::string read(const std::vector<std::string>& argv) {
  std::string text;
  for (const Parameter& parameter : parameters_of(argv))
    text += (text.empty() ? "" : " ") + parameter.name + "=" + parameter.value;
  return text;
}

TEST_CASE("options and assignments are parameters", "[parameters]") {
  CHECK(read({"./train", "--lr", "0.10", "--n=5", "-b", "16", "-l=x"}) ==
        "lr=0.1 n=5 b=16 l=\"x\"");
  CHECK(read({"./train", "lr=0.1", "+a.b=1", "++c/d@e=true", "~gone"}) ==
        "lr=0.1 a.b=1 c/d@e=true");
  CHECK(read({"./train", "--name", "", "--empty="}) == "name=\"\" empty=\"\"");
}

TEST_CASE("an option before another one, an assignment or the end is a flag", "[parameters]") {
  CHECK(read({"x", "--a", "--b", "-c", "d=1", "--e"}) == "a=true b=true c=true d=1 e=true");
  CHECK(read({"x", "--shift", "-1", "--rate", "-.5", "-"}) == "shift=-1 rate=-0.5");
  CHECK(read({"x", "--in", "-"}) == "in=\"-\"");
}

TEST_CASE("what is no parameter is passed over", "[parameters]") {
  CHECK(read({}).empty());
  CHECK(read({"a=1"}).empty());
  CHECK(
      read({"x", "file", "http://h/?a=b", "a b=c", "=1", "1=2", "--", "-", "---=", "-5"}).empty());
  CHECK(read({"x", "a=\xff", "--b\xff=1", "--c", "\xff"}) == "c=true");
  CHECK(read({"x", "--", "--late", "7"}) == "late=7");
}

TEST_CASE("an interpreter's own options are not the script's", "[parameters]") {
  CHECK(read({"/usr/bin/python3.11", "-u", "-X", "dev", "x.py", "--lr", "1"}) == "lr=1");
  CHECK(read({"python", "-m", "pkg.train", "--lr=1"}) == "lr=1");
  CHECK(read({"python", "-um", "pkg.train", "lr=1"}) == "lr=1");
  CHECK(read({"sh", "-ec", "cmd --no 1", "name", "--yes", "1"}) == "yes=1");
  CHECK(read({"bash", "--norc", "run.sh", "-n", "1"}) == "n=1");
  CHECK(read({"bash", "-o", "pipefail", "run.sh", "-n", "1"}) == "n=1");
  CHECK(read({"python", "-W", "ignore"}).empty());
  CHECK(read({"pythonic", "-u", "x.py"}) == "u=\"x.py\"");
}

TEST_CASE("a secret stays the placeholder that it is", "[parameters]") {
  CHECK(read({"x", "--password", "<redacted:password:1a2b3c4d>"}) ==
        "password=\"<redacted:password:1a2b3c4d>\"");
}

TEST_CASE("dashes and underscores are the same in a name", "[parameters]") {
  CHECK(same_parameter("learning-rate", "learning_rate"));
  CHECK_FALSE(same_parameter("learning-rate", "learning"));
}

}  // namespace
}  // namespace roar::plumbing
