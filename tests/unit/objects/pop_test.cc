#include <catch2/catch.hpp>

#include "objects/history.h"
#include "tests/unit/objects/code_of.h"
#include "tests/unit/objects/indexed_jobs.h"

using namespace roar;  // NOLINT(google-build-using-namespace): the test is about all of it

namespace {

AppendedJob append(Store& store, const NewJob& job) {
  AppendedJob appended;
  store.write([&](WriteTransaction& transaction) { appended = append_job(transaction, job); });
  return appended;
}

void pop(Store& store, const ObjectId& job) {
  store.write([&](WriteTransaction& transaction) { pop_job(transaction, job, {300, 0}); });
}

}  // namespace

TEST_CASE("after a pop the indexes say what they said before the job", "[history]") {
  using enum EdgeRole;
  Store store = Store::in_memory();
  const std::string long_path = std::string(500, 'p');
  append(store, job_of({"prepare"}, "", {{Input, "raw", "1"}, {Output, "clean", "2"}}));
  append(store, job_of({"train", "--lr=1"}, "train", {{Input, "clean", "2"}, {Output, "m", "3"}}));
  append(store, job_of({"look", "m"}, "", {{Input, "m", "3"}}));

  const NewJob next = GENERATE_COPY(
      // another step
      job_of({"x"}, "", {{Input, "m", "3"}, {Output, "new", "4"}}),
      job_of({"x"}, "named", {{Input, long_path, "5"}, {Output, long_path, "6"}}),
      job_of({"x"}, "", {{Output, "a", "same"}, {Output, "b", "same"}, {Input, "a", "same"}}),
      job_of({"x"}, "", {}),
      // the same command, name, outputs
      job_of({"prepare"}, "", {{Input, "raw", "1"}, {Output, "clean", "2"}}),
      job_of({"train", "--lr=2"}, "train", {{Output, "m", "7"}}),
      job_of({"other"}, "", {{Output, "m", "3"}}),
      // two identities that belong to different steps: the stronger one takes the other along
      job_of({"look", "m"}, "train", {{Output, "clean", "2"}}));

  const Tables before = derived_tables(store);
  const AppendedJob appended = append(store, next);
  CHECK(derived_tables(store) != before);
  pop(store, appended.job);
  CHECK(derived_tables(store) == before);

  store.read([&](const ReadTransaction& transaction) {
    CHECK(transaction.info(appended.job));  // the object stays
    const auto log = transaction.reflog("refs/sessions/" + appended.session);
    CHECK(log.back().reason == "pop");
    CHECK(log.back().after == log[log.size() - 2].before);
  });
  CHECK(append(store, next).step == appended.step);
}

TEST_CASE("after a pop, nodes that jobs share stay in the indexes, and others go", "[history]") {
  Store store = Store::in_memory();
  const Tables empty = derived_tables(store);
  std::vector<File> edges;
  for (int i = 0; i < 3000; ++i)
    edges.push_back({EdgeRole::Input, std::to_string(i), std::to_string(i)});
  const AppendedJob first = append(store, job_of({"a"}, "", edges));
  const Tables before = derived_tables(store);
  edges[1000].content = "another";
  edges.push_back({EdgeRole::Output, "new", "new"});
  const AppendedJob second = append(store, job_of({"b"}, "", edges));
  pop(store, second.job);
  CHECK(derived_tables(store) == before);
  pop(store, first.job);
  CHECK(derived_tables(store) == empty);
}

TEST_CASE("jobs are popped one by one until there is none", "[history]") {
  Store store = Store::in_memory();
  const Tables empty = derived_tables(store);
  const AppendedJob first = append(store, job_of({"a"}, "", {{EdgeRole::Output, "o", "1"}}));
  const AppendedJob second = append(store, job_of({"a"}, "", {{EdgeRole::Output, "o", "2"}}));
  CHECK(first.step == second.step);
  CHECK(code_of([&] { pop(store, first.job); }) == Errc::Conflict);  // not the newest
  pop(store, second.job);
  CHECK(code_of([&] { pop(store, second.job); }) == Errc::Conflict);
  pop(store, first.job);
  CHECK(derived_tables(store) == empty);
  CHECK(code_of([&] { pop(store, first.job); }) == Errc::Conflict);
  CHECK(append(store, job_of({"b"}, "", {})).step == 1);
}

TEST_CASE("a session that was left can be used again", "[history]") {
  Store store = Store::in_memory();
  const AppendedJob first = append(store, job_of({"a"}, "", {}));
  store.write([&](WriteTransaction& transaction) {
    start_session(transaction, {300, 0});
    use_session(transaction, first.session, {400, 0});
  });
  const AppendedJob second = append(store, job_of({"b"}, "", {}));
  CHECK(second.session == first.session);
  CHECK(second.step == 2);
  CHECK(code_of([&] {
          store.write([](WriteTransaction& transaction) {
            use_session(transaction, std::string(32, '0'), {500, 0});
          });
        }) == Errc::NotFound);
}
