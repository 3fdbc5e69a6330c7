#include "plumbing/clean_tree.h"

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "tests/unit/temp_dir.h"

namespace roar::plumbing {
namespace {

using hooks::GitChangeKind;

bool nothing_known(const std::string& /*path*/) {
  return false;
}

hooks::GitSnapshot snapshot_with(const std::string& root, std::vector<hooks::GitChange> changes) {
  hooks::GitSnapshot snapshot;
  snapshot.repository.root = root;
  snapshot.changes = std::move(changes);
  return snapshot;
}

// The project "/p", which is the repository too, with one change in it.
TreeState state_with(const std::string& path, GitChangeKind kind) {
  const Workspace workspace{.root = "/p", .directory = "/p"};
  return tree_state(workspace, snapshot_with("/p", {{.path = path, .kind = kind}}), nothing_known);
}

}  // namespace

TEST_CASE("a modified tracked file makes the tree dirty, whatever it is", "[plumbing]") {
  const std::string path = GENERATE("/p/train.py", "/p/data.csv", "/p/notes");
  CHECK(state_with(path, GitChangeKind::Tracked).modified.size() == 1);
}

TEST_CASE("an untracked file makes the tree dirty only if it is code", "[plumbing]") {
  const auto [path, code] = GENERATE(table<std::string, bool>({
      {"/p/new.py", true},
      {"/p/sub/Makefile", true},
      {"/p/analysis.ipynb", true},
      {"/p/data.csv", false},
      {"/p/model.bin", false},
      {"/p/no-such-file", false},
      {"/p/__pycache__/a.pyc", false},
  }));
  INFO(path);
  CHECK(state_with(path, GitChangeKind::Untracked).clean() == !code);
}

TEST_CASE("an untracked script is code by its first line", "[plumbing]") {
  const TempDir directory;
  const std::string root = directory.path().string();
  std::ofstream(root + "/script") << "#!/bin/sh\n";
  std::ofstream(root + "/readme") << "text\n";
  std::ofstream(root + "/tool.v2") << "#!/bin/sh\n";
  const Workspace workspace{.root = root, .directory = root};
  const auto snapshot = snapshot_with(root, {{root + "/script", GitChangeKind::Untracked},
                                             {root + "/readme", GitChangeKind::Untracked},
                                             {root + "/tool.v2", GitChangeKind::Untracked}});
  CHECK(tree_state(workspace, snapshot, nothing_known).untracked_code.size() == 1);
  ::chmod((root + "/tool.v2").c_str(), 0755);
  CHECK(tree_state(workspace, snapshot, nothing_known).untracked_code.size() == 2);
}

TEST_CASE("known outputs never make the tree dirty", "[plumbing]") {
  const Workspace workspace{.root = "/p", .directory = "/p"};
  const auto snapshot = snapshot_with("/p", {{"/p/out/gen.py", GitChangeKind::Untracked},
                                             {"/p/table.csv", GitChangeKind::Tracked}});
  CHECK(needs_known_outputs(workspace, snapshot));
  const auto known = [](const std::string& path) {
    return path == "out/gen.py" || path == "table.csv";
  };
  const TreeState state = tree_state(workspace, snapshot, known);
  CHECK(state.clean());
  CHECK(state.known_outputs == std::vector<std::string>{"/p/table.csv"});
}

TEST_CASE("what lies in a submodule is told from the rest", "[plumbing]") {
  const Workspace workspace{.root = "/p", .directory = "/p"};
  const auto snapshot = snapshot_with("/p", {{"/p/sub/a.py", GitChangeKind::Tracked, true},
                                             {"/p/sub/data.csv", GitChangeKind::Untracked, true}});
  const TreeState state = tree_state(workspace, snapshot, nothing_known);
  CHECK(state.modified.empty());
  CHECK(state.in_submodules == std::vector<std::string>{"/p/sub/a.py"});
  CHECK_FALSE(state.clean());
}

}  // namespace roar::plumbing
