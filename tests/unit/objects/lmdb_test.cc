#include "objects/lmdb.h"

#include <array>
#include <catch2/catch.hpp>
#include <map>
#include <random>

#include "tests/unit/temp_dir.h"

using namespace roar;  // NOLINT(google-build-using-namespace): the test is about all of it

namespace {

using Model = std::map<std::string, std::string>;

constexpr std::array<std::string_view, 2> kTables = {"one", "two"};

Model rows_of(const LmdbTxn& transaction, LmdbTable table) {
  Model rows;
  LmdbCursor cursor(transaction, table);
  for (bool more = cursor.first(); more; more = cursor.next())
    rows.emplace(cursor.key(), cursor.value());
  return rows;
}

// A few hundred keys, so that rows are met again; values that need a page of their own now and
// then.
struct Random {
  std::mt19937 engine;

  unsigned below(unsigned limit) { return static_cast<unsigned>(engine() % limit); }
  std::string key() { return std::string(1 + below(3), static_cast<char>('a' + below(26))) + 'k'; }
  std::string value() { return std::string(below(20) == 0 ? 9000 : below(60), 'v'); }
};

// One change, to the table and to what it should hold.
void change(Random& random, LmdbTxn& transaction, LmdbTable table, Model& model) {
  const std::string key = random.key();
  const std::string value = random.value();
  switch (random.below(8)) {
    case 0:
      CHECK(transaction.erase(table, key) == (model.erase(key) == 1));
      return;
    case 1:
    case 2:
      transaction.put_new(table, key, value);
      model.try_emplace(key, value);
      return;
    case 3:
    case 4: {
      const auto known = model.find(key);
      const auto found = transaction.get(table, key);
      CHECK(found.has_value() == (known != model.end()));
      if (found && known != model.end()) CHECK(*found == known->second);
      return;
    }
    default:
      transaction.put(table, key, value);
      model[key] = value;
  }
}

}  // namespace

TEST_CASE("a table holds what a map would, inside a transaction and after it", "[lmdb]") {
  const TempDir temp;
  LmdbEnv env(temp.path(), {.create = true}, kTables);
  Random random{std::mt19937(GENERATE(1U, 2U, 3U))};
  std::array<Model, kTables.size()> models;
  for (int round = 0; round < 12; ++round) {
    env.write([&](LmdbTxn& transaction) {
      if (random.below(6) == 0) {
        transaction.clear(env.table(1));
        models[1].clear();
      }
      for (int i = 0; i < 400; ++i) {
        const std::size_t which = random.below(2);
        change(random, transaction, env.table(which), models[which]);
      }
      CHECK(rows_of(transaction, env.table(0)) == models[0]);
    });
    env.read([&](const LmdbTxn& transaction) {
      CHECK(rows_of(transaction, env.table(0)) == models[0]);
      CHECK(rows_of(transaction, env.table(1)) == models[1]);
      for (const auto& [key, value] : models[0]) CHECK(transaction.get(env.table(0), key) == value);
      CHECK_FALSE(transaction.get(env.table(0), "zzzz"));
      CHECK_FALSE(transaction.get(env.table(0), ""));
    });
  }
}
