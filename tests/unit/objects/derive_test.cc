#include "objects/derive.h"

#include <catch2/catch.hpp>
#include <random>
#include <string>
#include <vector>

#include "objects/base/hex.h"
#include "objects/base/random.h"
#include "objects/blake3.h"
#include "objects/check_indexes.h"
#include "objects/history.h"
#include "objects/rebuild.h"
#include "tests/unit/objects/new_store.h"

namespace roar {
namespace {

// Of a few files and commands, so that jobs share nodes, outputs and steps.
NewJob random_job(std::mt19937& random) {
  const auto pick = [&](unsigned below) { return random() % below; };
  NewJob next;
  next.job.uid = random_hex(16);
  if (pick(4) == 0) next.job.name = "name" + std::to_string(pick(2));
  next.job.kind = pick(3) == 0 ? JobKind::Build : JobKind::Run;
  next.job.argv = {"command", std::to_string(pick(3))};
  next.job.exit.code = pick(5) == 0 ? 1 : 0;
  next.job.started = {static_cast<std::int64_t>(pick(100)) - 50, 1};
  next.job.ended = {200, 2};
  next.job.tracing.backend = "preload";
  const unsigned files = pick(3) == 0 ? 400 : 3;
  for (unsigned i = 0; i < files; ++i) {
    const std::string content = std::to_string(pick(2) == 0 ? i : pick(5));
    const Artifact artifact{to_hex(blake3_of(content)), content.size()};
    Edge edge;
    edge.path = i == 1 ? std::string(500, 'l') : "file" + std::to_string(i);
    edge.role = i % 3 == 2 ? EdgeRole::Output : EdgeRole::Input;
    if (pick(9) == 0) edge.path_class = PathClass::Temporary;
    edge.evidence = 1;
    edge.artifact = object_id_of(artifact);
    edge.size = artifact.size;
    next.edges.push_back(edge);
    if (std::ranges::find(next.artifacts, artifact) == next.artifacts.end())
      next.artifacts.push_back(artifact);
    const DigestRecord md5{*edge.artifact, "md5", artifact.blake3.substr(0, 32),
                           DigestOrigin::Computed};
    if (pick(2) == 0 && std::ranges::find(next.digests, md5) == next.digests.end())
      next.digests.push_back(md5);
  }
  return next;
}

std::vector<std::string> faults_of(const Store& store) {
  std::vector<std::string> faults;
  store.read([&](const ReadTransaction& transaction) {
    check_indexes(
        transaction,
        [&](const IndexFault& fault) {
          faults.push_back(std::to_string(static_cast<int>(fault.kind)) + " " +
                           std::string(fault.table) + " " + fault.entry);
        },
        [&](const std::string& subject, const Error& error) {
          faults.push_back(subject + ": " + error.what());
        });
  });
  return faults;
}

// Appends a job, takes one back, or starts a session.
void change(Store& store, std::mt19937& random, std::vector<ObjectId>& jobs) {
  store.write([&](WriteTransaction& transaction) {
    if (random() % 8 == 0) {
      start_session(transaction, {300, 0});
      jobs.clear();
    } else if (random() % 4 == 0 && !jobs.empty()) {
      pop_job(transaction, jobs.back(), {300, 0});
      jobs.pop_back();
    } else {
      jobs.push_back(append_job(transaction, random_job(random)).job);
    }
  });
}

}  // namespace

TEST_CASE("what is derived is what was written, after any history", "[derive]") {
  Store store = Store::in_memory();
  std::mt19937 random(GENERATE(1U, 2U, 3U));
  std::vector<ObjectId> jobs;
  for (int i = 0; i < 40; ++i) {
    change(store, random, jobs);
    const std::vector<std::string> faults = faults_of(store);
    CAPTURE(i, faults);
    REQUIRE(faults.empty());
  }
}

TEST_CASE("a rebuilt store says the same and goes on", "[derive]") {
  const NewStore at;
  const Rebuild how = GENERATE(Rebuild::Compact, Rebuild::Indexes);
  std::mt19937 random(4);
  std::vector<ObjectId> jobs;
  {
    Store store(at.path, Store::Mode::ReadWrite);
    for (int i = 0; i < 10; ++i) change(store, random, jobs);
  }
  const RebuildReport report =
      rebuild_store(at.path, how, [](const std::string&, const Error& error) { throw error; });
  CHECK(report.generation == "gen-000002");
  CHECK(!std::filesystem::exists(at.path / "gen-000001"));
  Store store(at.path, Store::Mode::ReadWrite);
  CHECK(faults_of(store).empty());
  for (int i = 0; i < 5; ++i) change(store, random, jobs);
  CHECK(faults_of(store).empty());
}

TEST_CASE("a digest that comes later is found like one of the job", "[derive]") {
  Store store = Store::in_memory();
  std::mt19937 random(5);
  NewJob job = random_job(random);
  job.digests.clear();
  const DigestRecord record{object_id_of(job.artifacts.front()), "etag", "abc",
                            DigestOrigin::Claimed};
  const auto found = [&] {
    std::size_t matches = 0;
    store.read([&](const ReadTransaction& transaction) {
      matches = artifacts_with_digest(transaction, "etag", "abc", 9).size();
    });
    return matches;
  };
  AppendedJob appended;
  store.write([&](WriteTransaction& transaction) {
    appended = append_job(transaction, job);
    transaction.put(ObjectType::Digest, encode(record));
  });
  CHECK(found() == 1);
  CHECK(faults_of(store).empty());
  // With the job it goes, and with the next one it is back.
  store.write([&](WriteTransaction& transaction) { pop_job(transaction, appended.job, {300, 0}); });
  CHECK(found() == 0);
  CHECK(faults_of(store).empty());
  store.write([&](WriteTransaction& transaction) { append_job(transaction, job); });
  CHECK(found() == 1);
  CHECK(faults_of(store).empty());
}

}  // namespace roar
