#include "plumbing/care/sweep.h"

#include <catch2/catch.hpp>
#include <chrono>
#include <cstdint>
#include <string>

using namespace roar;  // NOLINT(google-build-using-namespace): the test is about all of it
using namespace roar::plumbing;  // NOLINT(google-build-using-namespace): the same

namespace {

constexpr std::uint64_t kDrafts = 2500;

void put_drafts(Store& store) {
  store.write([](WriteTransaction& transaction) {
    for (std::uint64_t i = 0; i < kDrafts; ++i)
      transaction.put(ObjectType::Blob, "draft " + std::to_string(i));
  });
}

std::uint64_t count_of(const Store& store) {
  std::uint64_t count = 0;
  store.read([&](const ReadTransaction& transaction) { count = transaction.counts().by_id; });
  return count;
}

}  // namespace

TEST_CASE("a sweep that runs out of time stops between batches and leaves the rest") {
  Store store = Store::in_memory();
  put_drafts(store);
  bool up = false;
  const GcOptions options{
      .grace = std::chrono::seconds(0), .remove = true, .time_is_up = [&] { return up; }};

  Sweep first(store, options);
  REQUIRE(first.mark());
  first.choose();
  REQUIRE(first.garbage().size() == kDrafts);
  up = true;
  const std::size_t removed = first.remove().size();
  CHECK(removed > 0);
  CHECK(removed < kDrafts);
  CHECK(first.left() == kDrafts - removed);
  CHECK_FALSE(first.complete());
  CHECK(count_of(store) == first.left());

  up = false;
  Sweep second(store, options);
  REQUIRE(second.mark());
  second.choose();
  CHECK(second.remove().size() == first.left());
  CHECK(second.left() == 0);
  CHECK(second.complete());
  CHECK(count_of(store) == 0);
}

TEST_CASE("a sweep without time for looking removes nothing") {
  Store store = Store::in_memory();
  put_drafts(store);
  const GcOptions options{
      .grace = std::chrono::seconds(0), .remove = true, .time_is_up = [] { return true; }};
  Sweep sweep(store, options);
  CHECK_FALSE(sweep.mark());
  CHECK_FALSE(sweep.complete());
  CHECK(sweep.garbage().empty());
  CHECK(sweep.left() == 0);
}
