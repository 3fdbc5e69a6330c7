#include <algorithm>
#include <catch2/catch.hpp>
#include <string>

#include "objects/environment.h"
#include "objects/history.h"
#include "tests/unit/objects/new_store.h"

// The map of a store's file is full, at one put after the other.

namespace roar {
namespace {

NewJob job_with_edges(int count) {
  NewJob next;
  next.job.uid = "00112233445566778899aabbccddeeff";
  next.job.argv = {"cat"};
  next.job.started = {1'700'000'000, 0};
  next.job.ended = {1'700'000'001, 0};
  next.environment_payload = encode(Environment());
  for (int i = 0; i < count; ++i) {
    const std::string number = std::to_string(100'000 + i);
    const Artifact artifact{.blake3 = std::string(58, 'a') + number, .size = 7};
    next.artifacts.push_back(artifact);
    Edge edge;
    edge.path = "data/" + number;
    edge.evidence = static_cast<std::uint8_t>(Evidence::Read);
    edge.artifact = object_id_of(artifact);
    edge.size = 7;
    next.edges.push_back(std::move(edge));
  }
  return next;
}

struct Outcome {
  std::uint64_t objects = 0;
  std::uint64_t edges = 0;
  std::uint64_t next_number = 0;
  unsigned attempts = 0;
};

// What is in a store that began with a map of so many pages.
Outcome recorded_with(std::size_t pages, const NewJob& next) {
  constexpr std::size_t kPage = 4096;
  const NewStore at;
  Store store(at.path, Store::Mode::ReadWrite, {.map_bytes = pages * kPage});
  Outcome outcome;
  AppendedJob appended;
  store.write([&](WriteTransaction& transaction) {
    ++outcome.attempts;
    appended = append_job(transaction, next);
  });
  store.read([&](const ReadTransaction& transaction) {
    const ObjectCounts counts = transaction.counts();
    CHECK(counts.by_id == counts.by_number);
    outcome.objects = counts.by_id;
    outcome.next_number = counts.next_number;
    for_each_edge_of(transaction, read_job(transaction, appended.job), [&](const Edge&) {
      ++outcome.edges;
      return true;
    });
  });
  return outcome;
}

}  // namespace

TEST_CASE("a job is stored once, at whichever put the map is full", "[store]") {
  const NewJob next = job_with_edges(400);
  const Outcome expected = recorded_with(100'000, next);
  REQUIRE(expected.attempts == 1);
  REQUIRE(expected.edges == 400);
  unsigned most = 0;
  // Up to a map that takes all of it: each page more is full at a later put.
  for (std::size_t pages = 20;; ++pages) {
    const Outcome outcome = recorded_with(pages, next);
    INFO(pages << " pages");
    CHECK(outcome.objects == expected.objects);
    CHECK(outcome.edges == expected.edges);
    CHECK(outcome.next_number == expected.next_number);
    most = std::max(most, outcome.attempts);
    if (outcome.attempts == 1) break;
  }
  CHECK(most >= 2);
}

}  // namespace roar
