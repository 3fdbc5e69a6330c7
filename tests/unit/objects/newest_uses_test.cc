// Uses from the newest back against all of them, on random histories.

#include "objects/newest_uses.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <limits>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "objects/base/error.h"
#include "objects/base/hex.h"
#include "objects/base/random.h"
#include "objects/blake3.h"
#include "objects/store.h"
#include "tests/unit/objects/conformance/random_history.h"

using namespace roar;  // NOLINT(google-build-using-namespace): the test is about all of it

namespace {

constexpr std::size_t kAll = std::numeric_limits<std::size_t>::max();
// By the indexes at once, by the jobs almost alone, by both in turn, and as it is in the program.
constexpr SearchPace kPaces[] = {{kAll, kAll}, {1, kAll}, {1, 3}, {7, 30}, {40, 200}, {}};

void add_file(NewJob& job, const std::string& path, EdgeRole role, const std::string& content,
              PathClass path_class = PathClass::Data) {
  Edge edge;
  edge.path = path;
  edge.role = role;
  edge.path_class = path_class;
  edge.evidence = 1;
  if (content != "unknown") {
    const Artifact artifact{.blake3 = to_hex(blake3_of(content)), .size = 7};
    edge.artifact = object_id_of(artifact);
    edge.size = 7;
    if (std::ranges::none_of(job.artifacts,
                             [&](const Artifact& one) { return one.blake3 == artifact.blake3; }))
      job.artifacts.push_back(artifact);
  } else {
    edge.missing = "unreadable";
  }
  job.edges.push_back(edge);
}

const std::string kLongPath(450, 'p');

// Jobs that share much: a data set whose leaves most of them hold, below roots of their own or
// not; one content at many paths; old trees that come back.
NewJob random_job(std::mt19937& random) {
  const auto below = [&](unsigned end) { return static_cast<unsigned>(random() % end); };
  NewJob job;
  job.job.uid = random_hex(16);
  job.job.argv = {"job", std::to_string(below(5))};
  job.job.started = {100 + below(50), 0};
  job.job.ended = {200, 0};
  job.job.tracing.backend = "preload";
  const unsigned files = below(3) == 0 ? 0 : 150;
  for (unsigned i = 0; i < files; ++i)
    add_file(job, "data/" + std::to_string(i), EdgeRole::Input,
             i % 50 == 0 ? "empty" : std::to_string(i));
  if (below(2) == 0)
    add_file(job, "own/" + std::to_string(below(6)), EdgeRole::Input,
             "own " + std::to_string(below(3)));
  if (below(2) == 0)
    add_file(job, "out", EdgeRole::Output, below(4) == 0 ? "unknown" : std::to_string(below(9)));
  if (below(4) == 0) add_file(job, "out", EdgeRole::Input, std::to_string(below(9)));
  if (below(5) == 0) add_file(job, kLongPath, EdgeRole::Output, "empty");
  if (below(5) == 0) add_file(job, kLongPath + "q", EdgeRole::Input, "empty");
  if (below(3) != 0) add_file(job, "step.py", EdgeRole::Input, "code", PathClass::Code);
  return job;
}

void change(Store& store, std::mt19937& random) {
  store.write([&](WriteTransaction& transaction) {
    if (random() % 6 != 0) {
      append_job(transaction, random_job(random));
      return;
    }
    if (random() % 4 == 0) start_session(transaction, {300, 0});
    const auto session = active_session(transaction);
    if (!session) return;
    const auto jobs = jobs_of_session(transaction, *session);
    if (!jobs.empty()) pop_job(transaction, jobs.back().job, {400, 0});
  });
}

// What the visitor is given until it has `limit` of them.
template <typename Use, typename Search>
std::vector<Use> first_of(std::size_t limit, const Search& search) {
  std::vector<Use> uses;
  search([&](const Use& use) {
    uses.push_back(use);
    return uses.size() < limit;
  });
  return uses;
}

// Every limit of interest and every pace give the last of `all`, which is oldest first.
template <typename Use, typename Search>
void check_against(std::vector<Use> all, const Search& search) {
  std::ranges::reverse(all);
  for (const SearchPace pace : kPaces) {
    for (const std::size_t limit : {std::size_t{1}, std::size_t{3}, kAll}) {
      const auto found = first_of<Use>(limit, [&](const auto& visit) { search(visit, pace); });
      const std::vector<Use> wanted(
          all.begin(), all.begin() + static_cast<std::ptrdiff_t>(std::min(limit, all.size())));
      if (found != wanted) {
        CAPTURE(pace.first, limit, found.size(), wanted.size());
        FAIL_CHECK("other uses");
      }
    }
  }
}

void check_all(const ReadTransaction& transaction) {
  std::set<ObjectId> artifacts;
  std::set<std::string> paths{"none",    kLongPath, kLongPath + "q", "out",
                              "step.py", "data/7",  "data/0"};
  for (int i = 0; i < 6; ++i) paths.insert("own/" + std::to_string(i));
  transaction.for_each_object([&](const ObjectInfo& object) {
    if (object.type == ObjectType::Artifact && (artifacts.size() < 25)) artifacts.insert(object.id);
    return true;
  });
  for (const char* content : {"empty", "code", "own 1", "3"})
    artifacts.insert(object_id_of(Artifact{.blake3 = to_hex(blake3_of(content)), .size = 7}));
  for (const ObjectId& artifact : artifacts) {
    for (const std::optional<EdgeRole> role :
         {std::optional<EdgeRole>(), std::optional(EdgeRole::Input),
          std::optional(EdgeRole::Output)})
      check_against(numbered_uses_of_artifact(transaction, artifact, role),
                    [&](const std::function<bool(const NumberedUse&)>& visit, SearchPace pace) {
                      for_each_use_newest_first(transaction, artifact, role, visit, pace);
                    });
    std::set<std::string> used_at;
    for (const NumberedUse& use : numbered_uses_of_artifact(transaction, artifact, std::nullopt))
      used_at.insert(use.path);
    CHECK(paths_of_artifact(transaction, artifact) ==
          std::vector<std::string>(used_at.begin(), used_at.end()));
    if (paths.size() < 60) paths.merge(used_at);
  }
  for (const std::string& path : paths)
    check_against(numbered_uses_of_path(transaction, path),
                  [&](const std::function<bool(const NumberedPathUse&)>& visit, SearchPace pace) {
                    for_each_path_use_newest_first(transaction, path, visit, pace);
                  });
}

}  // namespace

TEST_CASE("the newest uses are the last of all uses, whichever way they are found", "[history]") {
  for (unsigned seed = 1; seed <= 2; ++seed) {
    CAPTURE(seed);
    std::mt19937 random(seed);
    Store store = Store::in_memory();
    for (int round = 0; round < 3; ++round) {
      for (int i = 0; i < 15; ++i) change(store, random);
      store.read([&](const ReadTransaction& transaction) { check_all(transaction); });
    }
  }
}

TEST_CASE("what else is done to a history does not make the newest uses others", "[history]") {
  for (std::uint32_t seed = 1; seed <= 2; ++seed) {
    CAPTURE(seed);
    Store store = Store::in_memory();
    RandomHistory history(store, seed);
    for (int step = 0; step < 60; ++step) history.step();
    store.read([&](const ReadTransaction& transaction) { check_all(transaction); });
  }
}

TEST_CASE("an old tree that the newest job has again counts as its", "[history]") {
  Store store = Store::in_memory();
  std::vector<ObjectId> jobs;
  const auto append = [&](const std::string& output) {
    NewJob job;
    job.job.uid = random_hex(16);
    job.job.argv = {"job"};
    job.job.tracing.backend = "preload";
    add_file(job, "in", EdgeRole::Input, "in");
    add_file(job, "out", EdgeRole::Output, output);
    store.write(
        [&](WriteTransaction& transaction) { jobs.push_back(append_job(transaction, job).job); });
  };
  append("first");
  for (int i = 0; i < 20; ++i) append(std::to_string(i));
  append("first");
  store.read([&](const ReadTransaction& transaction) {
    const ObjectId in = object_id_of(Artifact{.blake3 = to_hex(blake3_of("in")), .size = 7});
    for (const SearchPace pace : kPaces) {
      std::vector<ObjectId> found;
      for_each_use_newest_first(
          transaction, in, EdgeRole::Input,
          [&](const NumberedUse& use) {
            found.push_back(id_of_numbered(transaction, use.job));
            return found.size() < 2;
          },
          pace);
      CHECK(found == std::vector<ObjectId>{jobs[21], jobs[20]});
    }
    CHECK(paths_of_artifact(transaction, ObjectId()).empty());
  });
}

TEST_CASE("what nobody used has no newest use", "[history]") {
  Store store = Store::in_memory();
  store.read([](const ReadTransaction& transaction) {
    const auto fail = [](const auto&) {
      FAIL("there is none");
      return true;
    };
    for_each_use_newest_first(transaction, ObjectId(), std::nullopt, fail);
    for_each_path_use_newest_first(transaction, "none", fail);
  });
}
