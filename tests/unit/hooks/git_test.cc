#include "hooks/git.h"

#include <catch2/catch.hpp>

#include "hooks/git_status.h"
#include "objects/base/error.h"

using namespace std::string_literals;

namespace roar::hooks {

TEST_CASE("parse_git_status reads every kind of record", "[hooks]") {
  const std::string output =
      "# branch.oid 0123456789012345678901234567890123456789\0"
      "# branch.head main\0"
      "# branch.upstream origin/main\0"
      "1 .M N... 100644 100644 100644 aaaa bbbb a file.txt\0"
      "2 R. N... 100644 100644 100644 aaaa bbbb R100 new\nname\0old name\0"
      "u UU N... 100644 100644 100644 100644 aa bb cc conflict\0"
      "? data/x.csv\0"
      "! ignored\0"s;
  const GitSnapshot snapshot = parse_git_status(output, "/r");
  CHECK(snapshot.commit == "0123456789012345678901234567890123456789");
  CHECK(snapshot.branch == "main");
  REQUIRE(snapshot.changes.size() == 4);
  CHECK(snapshot.changes[0].path == "/r/a file.txt");
  CHECK(snapshot.changes[1].path == "/r/new\nname");
  CHECK(snapshot.changes[2].path == "/r/conflict");
  CHECK(snapshot.changes[2].kind == GitChangeKind::Tracked);
  CHECK(snapshot.changes[3].path == "/r/data/x.csv");
  CHECK(snapshot.changes[3].kind == GitChangeKind::Untracked);
}

TEST_CASE("parse_git_status leaves commit and branch empty where there are none", "[hooks]") {
  const GitSnapshot snapshot =
      parse_git_status("# branch.oid (initial)\0# branch.head (detached)\0"s, "/r");
  CHECK(snapshot.commit.empty());
  CHECK(snapshot.branch.empty());
}

TEST_CASE("parse_git_status refuses what git does not print", "[hooks]") {
  const std::string output = GENERATE("1 .M N...\0"s, "x y\0"s, "? unterminated"s);
  CHECK_THROWS_AS(parse_git_status(output, "/r"), Error);
}

TEST_CASE("without_credentials takes secrets out of URLs and nothing else", "[hooks]") {
  const auto [url, expected] = GENERATE(table<std::string, std::string>({
      {"https://user:secret@example.org/r.git", "https://example.org/r.git"},
      {"https://token@example.org/r.git", "https://example.org/r.git"},
      {"https://example.org/a@b.git", "https://example.org/a@b.git"},
      {"git@example.org:r.git", "git@example.org:r.git"},
      {"ssh://git@example.org/r.git", "ssh://git@example.org/r.git"},
      {"ssh://git:pw@example.org/r.git", "ssh://example.org/r.git"},
      {"/srv/git/r.git", "/srv/git/r.git"},
  }));
  CHECK(without_credentials(url) == expected);
}

}  // namespace roar::hooks
