#include "plumbing/use_views.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <string>
#include <utility>
#include <vector>

#include "objects/base/hex.h"
#include "objects/base/random.h"
#include "objects/blake3.h"
#include "objects/store.h"

namespace roar::plumbing {
namespace {

Artifact artifact_of(const std::string& content) {
  return {.blake3 = to_hex(blake3_of(content)), .size = 5};
}
ObjectId id_of(const std::string& content) {
  return object_id_of(artifact_of(content));
}

struct File {
  EdgeRole role;
  std::string path;
  std::string content;
};

// Jobs are called by the numbers that they are appended in.
class History {
 public:
  void append(const std::vector<File>& files, const std::vector<std::string>& hashes = {}) {
    NewJob job;
    job.job.uid = random_hex(16);
    job.job.argv = {std::to_string(++jobs_)};
    job.job.started = {1000 - jobs_, 0};  // recorded last, started first
    job.job.ended = {2000, 0};
    job.job.tracing.backend = "preload";
    job.job.hashes = hashes;
    for (const File& file : files) {
      Edge edge;
      edge.path = file.path;
      edge.role = file.role;
      edge.evidence = 1;
      edge.artifact = id_of(file.content);
      edge.size = 5;
      job.edges.push_back(edge);
      job.artifacts.push_back(artifact_of(file.content));
    }
    store_.write([&](WriteTransaction& transaction) { append_job(transaction, job); });
  }

  template <typename Body>
  void ask(const Body& body) {
    store_.read([&](const ReadTransaction& transaction) { body(transaction); });
  }

 private:
  Store store_ = Store::in_memory();
  int jobs_ = 0;
};

using Names = std::vector<std::string>;

// "in 3": job 3 read it.
Names names_of(const ShownUses& shown) {
  Names names;
  for (const UseView& use : shown.uses)
    names.push_back((use.use.role == EdgeRole::Input ? "in " : "out ") + use.job.argv.front());
  return names;
}

}  // namespace

TEST_CASE("of an artifact the newest uses in each role are shown") {
  History history;
  history.append({{EdgeRole::Output, "a", "x"}});
  for (int i = 0; i < 4; ++i) history.append({{EdgeRole::Input, "a", "x"}});
  history.ask([](const ReadTransaction& transaction) {
    const std::vector<ObjectId> x{id_of("x")};
    ShownUses shown = newest_uses(transaction, x, 2);
    CHECK(names_of(shown) == Names{"out 1", "in 4", "in 5"});
    CHECK(shown.cut.inputs);
    CHECK_FALSE(shown.cut.outputs);
    shown = newest_uses(transaction, x, 4);
    CHECK(names_of(shown) == Names{"out 1", "in 2", "in 3", "in 4", "in 5"});
    CHECK_FALSE(shown.cut.any());
    CHECK(names_of(newest_uses(transaction, x, kNoLimit)) == names_of(shown));
  });
}

TEST_CASE("artifacts that are one content share the limit") {
  History history;
  for (const char* content : {"y", "x", "y", "x", "x", "y"})
    history.append({{EdgeRole::Input, "a", content}});
  history.ask([](const ReadTransaction& transaction) {
    const std::vector<ObjectId> both{id_of("x"), id_of("y")};
    ShownUses shown = newest_uses(transaction, both, 3);
    CHECK(names_of(shown) == Names{"in 4", "in 5", "in 6"});
    CHECK(shown.cut.inputs);
    CHECK(shown.uses[0].use.artifact == id_of("x"));
    CHECK(shown.uses[2].use.artifact == id_of("y"));
    shown = newest_uses(transaction, both, 5);
    CHECK(names_of(shown) == Names{"in 2", "in 4", "in 5", "in 3", "in 6"});
    CHECK(shown.cut.inputs);
    CHECK_FALSE(newest_uses(transaction, both, 6).cut.any());
  });
}

TEST_CASE("of a path the newest uses are shown, and who wrote its newest version") {
  History history;
  history.append({{EdgeRole::Output, "a", "old"}});
  history.append({{EdgeRole::Output, "elsewhere", "new"}});
  history.append({{EdgeRole::Output, "a", "new"}});
  for (int i = 0; i < 3; ++i) history.append({{EdgeRole::Input, "a", "new"}});
  history.ask([](const ReadTransaction& transaction) {
    const std::vector<ObjectId> newest{id_of("new")};
    ShownUses shown = newest_uses_at(transaction, "a", newest, 2);
    CHECK(names_of(shown) == Names{"out 3", "in 5", "in 6"});
    CHECK(shown.cut.any());
    CHECK(shown.uses.front().use.artifact == id_of("new"));
    CHECK(names_of(newest_uses_at(transaction, "a", newest, 4)) ==
          Names{"out 3", "in 4", "in 5", "in 6"});
    shown = newest_uses_at(transaction, "a", newest, 5);
    CHECK(names_of(shown) == Names{"out 1", "out 3", "in 4", "in 5", "in 6"});
    CHECK_FALSE(shown.cut.any());
  });
}

TEST_CASE("BLAKE3 is asked for unless all the jobs that are looked at want others") {
  History history;
  history.append({{EdgeRole::Input, "a", "x"}});
  for (int i = 0; i < 2; ++i) history.append({{EdgeRole::Input, "a", "x"}}, {"sha256"});
  history.append({{EdgeRole::Input, "b", "y"}}, {"md5", "blake3"});
  history.ask([](const ReadTransaction& transaction) {
    CHECK(is_blake3_asked_for(transaction, {id_of("x")}, 3));
    CHECK_FALSE(is_blake3_asked_for(transaction, {id_of("x")}, 2));
    CHECK(is_blake3_asked_for(transaction, {id_of("x"), id_of("y")}, 2));
    CHECK(is_blake3_asked_for(transaction, {id_of("nobody's")}, 2));
  });
}

}  // namespace roar::plumbing
