#include "objects/ref_change.h"

#include <catch2/catch.hpp>

#include "objects/label.h"
#include "tests/unit/objects/code_of.h"
#include "tests/unit/objects/indexed_jobs.h"

using namespace roar;  // NOLINT(google-build-using-namespace): the test is about all of it

namespace {

const RefValue kAbsent;

RefValue at(const ObjectId& id) {
  return {.target = id, .symbolic = {}};
}

RefValue symbolic(std::string name) {
  return {.target = std::nullopt, .symbolic = std::move(name)};
}

RefChange to(std::string name, RefValue value) {
  return {.name = std::move(name),
          .follow = true,
          .expected = std::nullopt,
          .value = std::move(value),
          .reason = "why"};
}

RefChange no_follow(RefChange change) {
  change.follow = false;
  return change;
}

RefChange expecting(RefChange change, RefValue expected) {
  change.expected = std::move(expected);
  return change;
}

RefChange verified(std::string name, RefValue expected) {
  return {.name = std::move(name),
          .follow = true,
          .expected = std::move(expected),
          .value = std::nullopt,
          .reason = {}};
}

void change(Store& store, const std::vector<RefChange>& changes) {
  store.write([&](WriteTransaction& transaction) { change_refs(transaction, changes, {300, 0}); });
}

Errc code_of_change(Store& store, const std::vector<RefChange>& changes) {
  return code_of([&] { change(store, changes); });
}

ObjectId blob(Store& store, std::string_view text) {
  ObjectId id;
  store.write([&](WriteTransaction& transaction) { id = transaction.put(ObjectType::Blob, text); });
  return id;
}

RefValue value_of(const Store& store, std::string_view name) {
  RefValue value;
  store.read([&](const ReadTransaction& transaction) { value = ref_value(transaction, name); });
  return value;
}

std::vector<ReflogEntry> log_of(const Store& store, std::string_view name) {
  std::vector<ReflogEntry> log;
  store.read([&](const ReadTransaction& transaction) { log = transaction.reflog(name); });
  return log;
}

// A session with jobs that share outputs, steps and artifacts.
struct Fixture {
  Store store = Store::in_memory();
  std::string ref;
  std::vector<ObjectId> heads;  // after no job, one job, ...
  std::vector<Tables> tables;

  Fixture() {
    using enum EdgeRole;
    store.write([&](WriteTransaction& transaction) {
      ref = "refs/sessions/" + start_session(transaction, {1, 0});
    });
    note();
    for (const NewJob& job :
         {job_of({"prepare"}, "", {{Input, "raw", "1"}, {Output, "clean", "2"}}),
          job_of({"train", "--lr=1"}, "train", {{Input, "clean", "2"}, {Output, "m", "3"}}),
          job_of({"look", "m"}, "", {{Input, std::string(500, 'p'), "3"}}),
          job_of({"train", "--lr=2"}, "train", {{Input, "clean", "2"}, {Output, "m", "3"}}),
          job_of({"prepare"}, "", {{Input, "raw", "1"}, {Output, "clean", "2"}}),
          job_of({"look", "m"}, "train", {{Output, "clean", "2"}})}) {
      store.write([&](WriteTransaction& transaction) { append_job(transaction, job); });
      note();
    }
  }

  void note() {
    store.read([&](const ReadTransaction& transaction) {
      heads.push_back(transaction.resolve_ref(ref).value());
    });
    tables.push_back(derived_tables(store));
  }
};

}  // namespace

TEST_CASE("wherever a session is moved, the indexes say what it leads to", "[refs]") {
  Fixture f;
  const std::size_t last = f.heads.size() - 1;
  for (const std::size_t place : {last - 1, last, std::size_t{1}, last, std::size_t{0},
                                  std::size_t{3}, std::size_t{2}, std::size_t{5}}) {
    INFO(place);
    change(f.store, {to(f.ref, at(f.heads[place]))});
    CHECK(value_of(f.store, f.ref) == at(f.heads[place]));
    CHECK(derived_tables(f.store) == f.tables[place]);
  }
  // HEAD stands for the session.
  change(f.store, {to("HEAD", at(f.heads[4]))});
  CHECK(derived_tables(f.store) == f.tables[4]);
  CHECK(value_of(f.store, "HEAD") == symbolic(f.ref));
}

TEST_CASE("a session that is removed is in no index, and can be brought back", "[refs]") {
  Fixture f;
  CHECK(code_of_change(f.store, {to(f.ref, kAbsent)}) == Errc::Usage);  // it is the active one
  f.store.write([&](WriteTransaction& transaction) { start_session(transaction, {2, 0}); });
  change(f.store, {to(f.ref, kAbsent)});
  CHECK(derived_tables(f.store) == f.tables.front());
  CHECK(log_of(f.store, f.ref).back().after.is_zero());
  change(f.store, {no_follow(to("HEAD", symbolic(f.ref))), to(f.ref, at(f.heads.back()))});
  CHECK(derived_tables(f.store) == f.tables.back());
  CHECK(log_of(f.store, f.ref).size() == f.heads.size() + 2);
  f.store.write([&](WriteTransaction& transaction) {
    CHECK(append_job(transaction, job_of({"x"}, "", {})).step == 4);
  });
}

TEST_CASE("a session's ref is at an entry of that session or nowhere", "[refs]") {
  Fixture f;
  const ObjectId other = blob(f.store, "x");
  const std::string second = "refs/sessions/" + std::string(32, 'a');
  CHECK(code_of_change(f.store, {to(f.ref, at(other))}) == Errc::Usage);
  CHECK(code_of_change(f.store, {to(second, at(f.heads[1]))}) == Errc::Usage);
  CHECK(code_of_change(f.store, {to("refs/sessions/x", at(f.heads[1]))}) == Errc::Usage);
  CHECK(code_of_change(f.store, {to(second, symbolic(f.ref))}) == Errc::Usage);
  CHECK(code_of_change(f.store, {no_follow(to(f.ref, symbolic("refs/tags/t")))}) == Errc::Usage);
  CHECK(code_of_change(f.store, {no_follow(to("HEAD", at(f.heads[1])))}) == Errc::Usage);
  CHECK(code_of_change(f.store, {no_follow(to("HEAD", kAbsent))}) == Errc::Usage);
  CHECK(code_of_change(f.store, {no_follow(to("HEAD", symbolic("refs/tags/t")))}) == Errc::Usage);
  CHECK(code_of_change(f.store, {to("refs/labels/" + other.hex(), at(other))}) == Errc::Usage);
  CHECK(derived_tables(f.store) == f.tables.back());
  // Refs elsewhere are free to be at it.
  CHECK(code_of_change(f.store, {no_follow(to("HEAD", symbolic(second)))}) == Errc::Usage);
  change(f.store, {to("refs/tags/t", at(f.heads[1]))});
  CHECK(value_of(f.store, "HEAD") == symbolic(f.ref));
  CHECK(derived_tables(f.store) == f.tables.back());
}

TEST_CASE("a change of many refs happens as a whole", "[refs]") {
  Store store = Store::in_memory();
  const ObjectId a = blob(store, "a");
  const ObjectId b = blob(store, "b");
  change(store, {to("refs/x", at(a)), to("refs/y", at(a))});
  CHECK(code_of_change(store, {to("refs/x", at(b)), to("refs/z", at(b)),
                               verified("refs/y", at(b))}) == Errc::Conflict);
  CHECK(code_of_change(store, {to("refs/x", at(b)), to("refs/z", at(ObjectId()))}) ==
        Errc::NotFound);
  CHECK(value_of(store, "refs/x") == at(a));
  CHECK(value_of(store, "refs/z") == kAbsent);
  change(store, {expecting(to("refs/x", at(b)), at(a)), expecting(to("refs/y", kAbsent), at(a)),
                 expecting(to("refs/z", at(a)), kAbsent), verified("refs/w", kAbsent)});
  CHECK(value_of(store, "refs/x") == at(b));
  CHECK(value_of(store, "refs/y") == kAbsent);
  CHECK(value_of(store, "refs/z") == at(a));
  CHECK(log_of(store, "refs/x").size() == 2);
  change(store, {to("refs/x", at(b))});  // already there
  CHECK(log_of(store, "refs/x").size() == 2);
  CHECK(code_of_change(store, {to("refs/x", at(a)), to("refs/x", at(b))}) == Errc::Usage);
  CHECK(code_of_change(store, {to("refs/x", at(a)), to("refs//x", at(b))}) == Errc::Usage);
}

TEST_CASE("a ref's name is no directory of another one", "[refs]") {
  Store store = Store::in_memory();
  const ObjectId a = blob(store, "a");
  change(store, {to("refs/a/b", at(a)), to("refs/a0", at(a)), to("refs/a.b", at(a))});
  CHECK(code_of_change(store, {to("refs/a", at(a))}) == Errc::Conflict);
  CHECK(code_of_change(store, {to("refs/a/b/c", at(a))}) == Errc::Conflict);
  CHECK(code_of_change(store, {to("refs/a/b/c/d", symbolic("refs/a0"))}) == Errc::Conflict);
  CHECK(code_of_change(store, {to("refs/n", at(a)), to("refs/n/m", at(a))}) == Errc::Conflict);
  // What is removed in the same transaction makes room.
  change(store, {to("refs/a", at(a)), to("refs/a/b", kAbsent)});
  CHECK(value_of(store, "refs/a") == at(a));
  change(store, {to("refs/a", kAbsent), to("refs/a/b", at(a))});
  CHECK(value_of(store, "refs/a/b") == at(a));
}

TEST_CASE("symbolic refs are followed, or changed themselves", "[refs]") {
  Store store = Store::in_memory();
  const ObjectId a = blob(store, "a");
  const ObjectId b = blob(store, "b");
  change(store, {to("refs/s", symbolic("refs/t"))});
  CHECK(value_of(store, "refs/s") == symbolic("refs/t"));
  change(store, {expecting(to("refs/s", at(a)), kAbsent)});  // creates what it names
  CHECK(value_of(store, "refs/t") == at(a));
  CHECK(value_of(store, "refs/s") == symbolic("refs/t"));
  CHECK(code_of_change(store, {to("refs/s", at(b)), to("refs/t", at(b))}) == Errc::Usage);
  CHECK(code_of_change(store, {expecting(no_follow(to("refs/s", at(b))), at(b))}) ==
        Errc::Conflict);
  change(store, {expecting(no_follow(to("refs/s", at(b))), symbolic("refs/t"))});
  CHECK(value_of(store, "refs/s") == at(b));
  CHECK(value_of(store, "refs/t") == at(a));
  change(store, {no_follow(to("refs/s", symbolic("refs/t")))});
  change(store, {expecting(no_follow(to("refs/s", at(b))), at(a))});
  CHECK(value_of(store, "refs/s") == at(b));
  change(store, {no_follow(to("refs/s", symbolic("refs/t")))});
  change(store, {to("refs/s", kAbsent)});
  CHECK(value_of(store, "refs/s") == symbolic("refs/t"));
  CHECK(value_of(store, "refs/t") == kAbsent);
  change(store, {no_follow(to("refs/s", kAbsent))});
  CHECK(value_of(store, "refs/s") == kAbsent);
}

TEST_CASE("symbolic refs in a circle are not made, and can be removed", "[refs]") {
  Store store = Store::in_memory();
  const ObjectId a = blob(store, "a");
  CHECK(code_of_change(store, {to("refs/a", symbolic("refs/a"))}) == Errc::Usage);
  change(store, {to("refs/a", symbolic("refs/b")), to("refs/b", symbolic("refs/c"))});
  CHECK(code_of_change(store, {no_follow(to("refs/c", symbolic("refs/a")))}) == Errc::Usage);
  CHECK(code_of_change(store, {to("refs/d", symbolic("refs/ .bad"))}) == Errc::Usage);
  store.write([&](WriteTransaction& transaction) {
    transaction.set_symbolic_ref("refs/c", "refs/a", {}, "");
  });
  CHECK(code_of_change(store, {to("refs/a", at(a))}) == Errc::Corrupt);
  CHECK(code_of_change(store, {to("refs/a", kAbsent)}) == Errc::Corrupt);
  change(store, {no_follow(to("refs/a", kAbsent)), no_follow(to("refs/b", at(a)))});
  CHECK(value_of(store, "refs/a") == kAbsent);
  store.read([&](const ReadTransaction& transaction) {
    CHECK_FALSE(transaction.resolve_ref("refs/c"));
    CHECK(transaction.logged_refs() == std::vector<std::string>{"refs/a", "refs/b", "refs/c"});
  });
}
