#include "hooks/git.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "hooks/git_patch.h"
#include "hooks/git_remote.h"
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
  const GitSnapshot snapshot = parse_git_status(output, {.root = "/r", .directory = {}});
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
  const GitSnapshot snapshot = parse_git_status(
      "# branch.oid (initial)\0# branch.head (detached)\0"s, {.root = "/r", .directory = {}});
  CHECK(snapshot.commit.empty());
  CHECK(snapshot.branch.empty());
}

TEST_CASE("parse_git_status refuses what git does not print", "[hooks]") {
  const std::string output = GENERATE("1 .M N...\0"s, "x y\0"s, "? unterminated"s);
  CHECK_THROWS_AS(parse_git_status(output, {.root = "/r", .directory = {}}), Error);
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

TEST_CASE("parse_git_status tells a submodule's commit from what changed inside of it", "[hooks]") {
  const auto [staged, submodule, itself, inside] = GENERATE(table<char, std::string, bool, bool>({
      {'.', "SC..", true, false},
      {'M', "S...", true, false},
      {'.', "S.M.", false, true},
      {'.', "S..U", false, true},
      {'.', "SC.U", true, true},
      {'M', "S.M.", true, true},
      {'.', "N...", true, false},
  }));
  const std::string output =
      std::string("1 ") + staged + "M " + submodule + " 160000 160000 160000 aaaa bbbb sub" + '\0';
  const GitSnapshot snapshot = parse_git_status(output, {.root = "/r", .directory = {}});
  const auto count = [&](bool in_submodule) {
    return std::ranges::count(snapshot.changes, in_submodule, &GitChange::in_submodule);
  };
  CHECK(count(false) == (itself ? 1 : 0));
  CHECK(count(true) == (inside ? 1 : 0));
}

TEST_CASE("pick_remote takes what the branch follows, then origin, then the first", "[hooks]") {
  const std::string zoo = "remote.zoo.url\nz\0"s;
  const std::string ape = "remote.a.b/c.url\na\0"s;
  const std::string origin = "remote.origin.url\no\0"s;
  const std::string follows = "branch.x.y.remote\nzoo\0"s;
  const std::string itself = "branch.x.y.remote\n.\0"s;
  CHECK(pick_remote("", "x.y").empty());
  CHECK(pick_remote(zoo, "x.y") == "zoo");
  CHECK(pick_remote(zoo + ape, "x.y") == "a.b/c");
  CHECK(pick_remote(zoo + origin + ape, "x.y") == "origin");
  CHECK(pick_remote(zoo + origin + follows, "x.y") == "zoo");
  CHECK(pick_remote(zoo + origin + follows, "x") == "origin");
  CHECK(pick_remote(zoo + origin + itself, "x.y") == "origin");
}

TEST_CASE("split_patch finds the files of a patch, whatever their names", "[hooks]") {
  const std::string patch =
      "diff --git a/a b/c.py b/a b/c.py\nnew file mode 100644\n"
      "diff --git \"a/q\\\"\\t\\303\\274\\n\" \"b/q\\\"\\t\\303\\274\\n\"\n--- x\n+++ y\n@@ -1 +1 "
      "@@\n"
      "-diff --git a/x b/x\n+diff --git a/y b/y\n"
      "diff --git a/b b/b\nindex 1..2 100644\nGIT binary patch\nliteral 1\nIcmZPo000310RR91\n\n";
  const auto parts = split_patch(patch);
  REQUIRE(parts.size() == 3);
  CHECK(parts[0].name == "a b/c.py");
  CHECK(parts[1].name == "q\"\t\303\274\n");
  CHECK_FALSE(parts[1].binary);
  CHECK(parts[2].name == "b");
  CHECK(parts[2].binary);
  CHECK(parts[0].text + parts[1].text + parts[2].text == patch);
}

TEST_CASE("split_patch refuses what git does not print", "[hooks]") {
  const std::string patch = GENERATE("x\n"s, "diff --git a/x b/xy\n"s, "diff --git x x\n"s,
                                     "diff --git \"a/x b/x\"\n"s, "diff --git "s);
  CHECK_THROWS_AS(split_patch(patch), Error);
}

}  // namespace roar::hooks
