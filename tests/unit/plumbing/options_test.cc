#include "plumbing/options.h"

#include <catch2/catch.hpp>

namespace roar {
namespace {

using Words = std::vector<std::string_view>;

struct Parsed {
  bool quiet = false;
  int verbose = 0;
  std::string name;
  std::vector<std::string> hashes;
  Words rest;
};

Options options_into(Parsed& parsed) {
  return Options("test [<options>] <operand>...")
      .flag('q', "quiet", parsed.quiet, "say less")
      .count('v', "verbose", parsed.verbose, "say more")
      .value('n', "name", "name", parsed.name, "a name")
      .list(0, "hash", "algorithm", parsed.hashes, "an algorithm");
}

Parsed parse(const Words& arguments) {
  Parsed parsed;
  parsed.rest = options_into(parsed).parse(arguments);
  return parsed;
}

Parsed parse_until_command(const Words& arguments) {
  Parsed parsed;
  parsed.rest = options_into(parsed).parse_until_command(arguments);
  return parsed;
}

Errc code_of(const Words& arguments) {
  try {
    parse(arguments);
  } catch (const Error& error) {
    return error.code();
  }
  FAIL("accepted");
  return Errc::Io;
}

TEST_CASE("options may stand anywhere among the operands", "[plumbing]") {
  const Parsed parsed = parse({"a", "-q", "b", "--name", "x", "c", "-vv"});
  CHECK(parsed.quiet);
  CHECK(parsed.verbose == 2);
  CHECK(parsed.name == "x");
  CHECK(parsed.rest == Words{"a", "b", "c"});
}

TEST_CASE("a value may be attached, and may look like an option", "[plumbing]") {
  CHECK(parse({"-nx"}).name == "x");
  CHECK(parse({"--name=x=y"}).name == "x=y");
  CHECK(parse({"-n", "-q"}).name == "-q");
  CHECK(parse({"--name", "--"}).name == "--");
  CHECK(parse({"-qvn", "x", "y"}).rest == Words{"y"});
}

TEST_CASE("of a value given twice the last one counts, and a list keeps all", "[plumbing]") {
  const Parsed parsed = parse({"-n", "a", "-n", "b", "--hash", "md5", "x", "--hash=sha256"});
  CHECK(parsed.name == "b");
  CHECK(parsed.hashes == std::vector<std::string>{"md5", "sha256"});
  CHECK(parsed.rest == Words{"x"});
}

TEST_CASE("operands and values that mean something to the parsing library are left alone",
          "[plumbing]") {
  CHECK(parse({"[a,b]", "++", "-", "", "%%"}).rest == Words{"[a,b]", "++", "-", "", "%%"});
  CHECK(parse({"--name", "[a,b]"}).name == "[a,b]");
  CHECK(parse({"--hash", "[a,b]"}).hashes == std::vector<std::string>{"[a,b]"});
}

TEST_CASE("two dashes end the options", "[plumbing]") {
  const Parsed parsed = parse({"-q", "--", "-v", "--", "-h"});
  CHECK(parsed.quiet);
  CHECK(parsed.verbose == 0);
  CHECK(parsed.rest == Words{"-v", "--", "-h"});
}

TEST_CASE("what cannot be parsed is a usage error", "[plumbing]") {
  CHECK(code_of({"-x"}) == Errc::Usage);
  CHECK(code_of({"-qx"}) == Errc::Usage);
  CHECK(code_of({"--quie"}) == Errc::Usage);
  CHECK(code_of({"--quiet=false"}) == Errc::Usage);
  CHECK(code_of({"--name"}) == Errc::Usage);
  CHECK(code_of({"-n"}) == Errc::Usage);
}

TEST_CASE("the usage is asked for by -h and --help", "[plumbing]") {
  CHECK_THROWS_AS(parse({"a", "-h"}), HelpRequest);
  CHECK_THROWS_AS(parse({"--help", "-q"}), HelpRequest);
}

TEST_CASE("a command's own arguments are returned untouched", "[plumbing]") {
  const Parsed parsed = parse_until_command({"-q", "-n", "x", "make", "-q", "--name", "-h", "--"});
  CHECK(parsed.quiet);
  CHECK(parsed.name == "x");
  CHECK(parsed.rest == Words{"make", "-q", "--name", "-h", "--"});
  CHECK(parse_until_command({"--", "-v"}).rest == Words{"-v"});
  CHECK(parse_until_command({"-q", "-", "a"}).rest == Words{"-", "a"});
  CHECK(parse_until_command({"-v"}).rest.empty());
}

TEST_CASE("a misspelt option is never taken for the command", "[plumbing]") {
  CHECK_THROWS_AS(parse_until_command({"--quite", "make"}), Error);
}

TEST_CASE("the usage lists every form and every option", "[plumbing]") {
  bool flag = false;
  std::string path;
  const Options options = Options("one <a>\ntwo <b>")
                              .flag(0, "long-only", flag, "what it does")
                              .value('p', "path", "PATH", path, "where");
  CHECK(options.usage() ==
        "usage: roar one <a>\n"
        "   or: roar two <b>\n"
        "\n"
        "        --long-only           what it does\n"
        "    -p, --path <path>         where");
}

}  // namespace
}  // namespace roar
