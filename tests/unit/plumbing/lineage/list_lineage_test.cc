// What is listed does not depend on how the graph is read.

#include "plumbing/lineage/list_lineage.h"

#include <catch2/catch.hpp>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "objects/history.h"
#include "tests/unit/objects/indexed_jobs.h"

using namespace roar;  // NOLINT(google-build-using-namespace): the test is about all of it
using namespace roar::plumbing;  // NOLINT(google-build-using-namespace)

namespace {

void append_random_jobs(Store& store, std::mt19937& random, int count) {
  for (int i = 0; i < count; ++i) {
    std::vector<File> files;
    std::set<std::pair<std::string, EdgeRole>> used;
    for (std::size_t file = random() % 6; file-- > 0;) {
      const EdgeRole role = random() % 2 == 0 ? EdgeRole::Input : EdgeRole::Output;
      const std::string path = "f" + std::to_string(random() % 8);
      if (used.emplace(path, role).second)
        files.push_back({role, path, path + std::to_string(random() % 3)});
    }
    NewJob job = job_of({"job", std::to_string(i)}, {}, files);
    job.job.started = {100 + i, 1};
    store.write([&](WriteTransaction& transaction) {
      if (random() % 20 == 0) start_session(transaction, {50, 0});
      append_job(transaction, job);
    });
  }
}

std::vector<ObjectInfo> objects_of(const ReadTransaction& transaction) {
  std::vector<ObjectInfo> objects;
  transaction.for_each_object([&](const ObjectInfo& object) {
    const bool has_lineage = object.type == ObjectType::Job ||
                             object.type == ObjectType::Artifact ||
                             object.type == ObjectType::Session;
    if (has_lineage) objects.push_back(object);
    return true;
  });
  return objects;
}

LineageQuery random_query(const ReadTransaction& transaction, std::mt19937& random,
                          const std::vector<ObjectInfo>& objects) {
  LineageQuery query;
  query.from = {objects[random() % objects.size()].id};
  if (random() % 4 == 0) query.without = {objects[random() % objects.size()].id};
  query.ancestors = random() % 2 == 0;
  query.descendants = !query.ancestors || random() % 3 == 0;
  if (random() % 3 == 0) query.depth = random() % 4;
  if (random() % 4 == 0) query.since = Timestamp{100 + static_cast<std::int64_t>(random() % 50), 1};
  if (random() % 4 == 0) query.until = Timestamp{100 + static_cast<std::int64_t>(random() % 50), 1};
  if (random() % 4 == 0) query.session = *active_session(transaction);
  query.jobs = random() % 4 != 0;
  query.artifacts = !query.jobs || random() % 4 != 0;
  query.topological = random() % 2 == 0;
  query.reverse = random() % 4 == 0;
  return query;
}

std::vector<ObjectId> listed(const ReadTransaction& transaction, const LineageQuery& query) {
  std::vector<ObjectId> ids;
  for (const ObjectInfo& object : list_lineage(transaction, query)) {
    const auto info = transaction.info(object.id);
    REQUIRE(info);
    CHECK(info->type == object.type);
    CHECK(info->sequence == object.sequence);
    ids.push_back(object.id);
  }
  return ids;
}

}  // namespace

TEST_CASE("what is listed does not depend on how the graph is read", "[lineage]") {
  std::mt19937 random(3);
  Store store = Store::in_memory();
  append_random_jobs(store, random, 50);
  store.read([&](const ReadTransaction& transaction) {
    const std::vector<ObjectInfo> objects = objects_of(transaction);
    std::size_t longest = 0;
    for (int i = 0; i < 120; ++i) {
      CAPTURE(i);
      LineageQuery query = random_query(transaction, random, objects);
      query.reach = LineageReach::Near;
      const auto near = listed(transaction, query);
      query.reach = LineageReach::Whole;
      CHECK(listed(transaction, query) == near);
      query.reach = LineageReach::Adaptive;
      CHECK(listed(transaction, query) == near);
      query.ids = false;
      CHECK(list_lineage(transaction, query).size() == near.size());
      longest = std::max(longest, near.size());
    }
    CHECK(longest > 20);
  });
}
