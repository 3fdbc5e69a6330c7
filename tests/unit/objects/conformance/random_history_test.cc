#include "tests/unit/objects/conformance/random_history.h"

#include <catch2/catch.hpp>

#include "tests/unit/objects/conformance/answers.h"
#include "tests/unit/objects/conformance/backends.h"
#include "tests/unit/objects/new_store.h"

// Random histories of a store: whatever its tables are kept in, it must give the same answers.

namespace roar {
namespace {

void check_same(const std::vector<std::string>& expected, const std::vector<std::string>& given) {
  for (std::size_t i = 0; i < expected.size() && i < given.size(); ++i)
    if (expected[i] != given[i]) FAIL("expected " << expected[i] << "\ngiven    " << given[i]);
  CHECK(expected.size() == given.size());
}

struct Replay {
  Store* store;
  RandomHistory history;
};

// Takes the same history on each store, and asks everything every few steps.
void check_histories(const std::vector<Store*>& stores, std::uint32_t seed, int steps) {
  constexpr int kBetween = 12;
  INFO("seed " << seed);
  std::vector<Replay> replays;
  for (Store* const store : stores) replays.push_back({store, RandomHistory(*store, seed)});
  for (int step = 1; step <= steps; ++step) {
    INFO("step " << step);
    const std::string said = replays.front().history.step();
    for (std::size_t i = 1; i < replays.size(); ++i) REQUIRE(replays[i].history.step() == said);
    if (step % kBetween != 0 && step != steps) continue;
    const std::vector<std::string> expected = answers_of(*stores.front());
    for (const std::string& line : expected)
      if (line.starts_with("indexes:") || line.starts_with("scan:"))
        CHECK(line.substr(0, 400) == line.substr(0, line.find(':') + 1));
    for (std::size_t i = 1; i < stores.size(); ++i) check_same(expected, answers_of(*stores[i]));
  }
}

}  // namespace

TEST_CASE("a random history gives the same answers on every backend", "[backend]") {
  for (std::uint32_t seed = 1; seed <= seeds(3); ++seed) {
    Backends backends(kTableNames);
    std::vector<std::unique_ptr<Store>> stores;
    std::vector<Store*> all;
    for (NamedBackend& one : backends.all()) {
      stores.push_back(std::make_unique<Store>(std::move(one.backend)));
      all.push_back(stores.back().get());
    }
    check_histories(all, seed, 72);
  }
}

TEST_CASE("a store in a directory and one in memory are the same store", "[backend]") {
  const NewStore at;
  Store kept(at.path, Store::Mode::ReadWrite);
  Store passing = Store::in_memory();
  check_histories({&kept, &passing}, 1000, 36);
  const std::vector<std::string> answers = answers_of(kept);
  check_same(answers, answers_of(passing));
  CHECK(passing.usage().file_bytes == 0);
  CHECK(passing.clear_dead_readers() == 0);
}

}  // namespace roar
