#include <array>
#include <atomic>
#include <catch2/catch.hpp>
#include <future>
#include <map>
#include <stdexcept>
#include <thread>

#include "tests/unit/objects/code_of.h"
#include "tests/unit/objects/conformance/backends.h"

// What objects/store_backend.h promises, of each backend.

namespace roar {
namespace {

constexpr std::array<std::string_view, 2> kTables = {"one", "two"};
constexpr TableNumber kOne = 0;
constexpr TableNumber kTwo = 1;

using Rows = std::map<std::string, std::string>;

Rows rows_of(const TableTransaction& transaction, TableNumber table) {
  Rows rows;
  TableCursor cursor(transaction, table);
  for (bool more = cursor.first(); more; more = cursor.next())
    rows.emplace(cursor.key(), cursor.value());
  return rows;
}

Rows rows_of(const StoreBackend& backend, TableNumber table = kOne) {
  Rows rows;
  backend.read([&](const TableTransaction& seen) { rows = rows_of(seen, table); });
  return rows;
}

std::uint64_t number_of_last_commit(const StoreBackend& backend) {
  std::uint64_t number = 0;
  backend.read([&](const TableTransaction& seen) { number = seen.number(); });
  return number;
}

std::string text_of(const std::function<void()>& body) {
  try {
    body();
  } catch (const Error& error) {
    return error.what();
  }
  return "nothing was thrown";
}

void for_each_backend(const std::function<void(StoreBackend&)>& body) {
  Backends backends(kTables);
  for (NamedBackend& one : backends.all()) {
    INFO("backend " << one.name);
    body(*one.backend);
  }
}

}  // namespace

TEST_CASE("a key has 1 to 511 bytes, and another is refused without harm", "[backend]") {
  for_each_backend([](StoreBackend& backend) {
    const std::string longest(kTableKeyMax, 'k');
    const std::string longer = longest + 'k';
    backend.write([&](TableTransaction& changes) {
      changes.put(kOne, longest, "long");
      for (const std::string& key : {std::string(), longer}) {
        CHECK(code_of([&] { changes.put(kOne, key, "v"); }) == Errc::Usage);
        CHECK(code_of([&] { changes.put_new(kOne, key, "v"); }) == Errc::Usage);
        CHECK(code_of([&] { changes.append(kTwo, key, "v", ""); }) == Errc::Usage);
        CHECK_FALSE(changes.erase(kOne, key));
        CHECK_FALSE(changes.get(kOne, key));
      }
      CHECK(text_of([&] { changes.put(kOne, longer, "v"); }) ==
            "cannot write to the store: a key has 512 bytes, not 1 to 511");
      changes.put(kOne, "a", "short");
    });
    CHECK(rows_of(backend) == Rows{{"a", "short"}, {longest, "long"}});
    CHECK(rows_of(backend, kTwo).empty());
    backend.read([&](const TableTransaction& seen) {
      TableCursor cursor(seen, kOne);
      CHECK((cursor.seek("") && cursor.key() == "a"));
      CHECK((cursor.seek(longest) && cursor.value() == "long"));
      CHECK_FALSE(cursor.seek(longer));
    });
  });
}

TEST_CASE("an empty value is there, and any byte may stand in a key", "[backend]") {
  for_each_backend([](StoreBackend& backend) {
    const std::string zero("\0", 1);
    const std::string after_a("a\0", 2);
    backend.write([&](TableTransaction& changes) {
      for (const std::string& key : {std::string("\xff"), zero, std::string("a"), after_a})
        changes.put(kOne, key, {});
      changes.append(kOne, "\xff\x01", {}, {});
    });
    backend.read([&](const TableTransaction& seen) {
      REQUIRE(seen.get(kOne, zero));
      CHECK(seen.get(kOne, zero)->empty());
      CHECK_FALSE(seen.get(kOne, "b"));
      CHECK_FALSE(seen.get(kTwo, zero));
      CHECK(seen.count(kOne) == 5);
      std::vector<std::string> keys;
      TableCursor cursor(seen, kOne);
      for (bool more = cursor.first(); more; more = cursor.next()) keys.emplace_back(cursor.key());
      // As bytes without a sign, the shorter one first.
      CHECK(keys == std::vector<std::string>{zero, "a", after_a, "\xff", "\xff\x01"});
    });
  });
}

TEST_CASE("what is put, put anew, appended and erased", "[backend]") {
  for_each_backend([](StoreBackend& backend) {
    backend.write([](TableTransaction& changes) {
      changes.put(kOne, "k", "first");
      changes.put_new(kOne, "k", "second");
      CHECK(changes.get(kOne, "k") == "first");
      changes.put(kOne, "k", "third");
      CHECK(changes.get(kOne, "k") == "third");
      changes.put_new(kOne, "n", "new");
      CHECK(changes.erase(kOne, "k"));
      CHECK_FALSE(changes.erase(kOne, "k"));
      CHECK_FALSE(changes.get(kOne, "k"));
      changes.append(kOne, "o", "head, ", "tail");
    });
    CHECK(rows_of(backend) == Rows{{"n", "new"}, {"o", "head, tail"}});
    backend.write([](TableTransaction& changes) {
      for (const std::string_view key : {"o", "n", "a"})
        CHECK(code_of([&] { changes.append(kOne, key, "x", ""); }) == Errc::Corrupt);
      CHECK(text_of([&] { changes.append(kOne, "a", "x", ""); }) ==
            "cannot write to the store: a key to append is not higher than what is there");
      changes.append(kOne, "p", "", "");
      changes.clear(kTwo);
    });
    CHECK(rows_of(backend) == Rows{{"n", "new"}, {"o", "head, tail"}, {"p", ""}});
    backend.write([](TableTransaction& changes) {
      changes.clear(kOne);
      CHECK(changes.count(kOne) == 0);
      CHECK_FALSE(changes.get(kOne, "n"));
      changes.put(kOne, "q", "after");
    });
    CHECK(rows_of(backend) == Rows{{"q", "after"}});
  });
}

TEST_CASE("a cursor goes both ways and says where there is nothing", "[backend]") {
  for_each_backend([](StoreBackend& backend) {
    backend.read([](const TableTransaction& seen) {
      TableCursor cursor(seen, kOne);
      CHECK_FALSE(cursor.first());
      CHECK_FALSE(cursor.last());
      CHECK_FALSE(cursor.seek("a"));
      CHECK_FALSE(cursor.seek(""));
    });
    backend.write([](TableTransaction& changes) {
      for (const std::string_view key : {"b", "d", "da", "dz", "e"}) changes.put(kOne, key, key);
    });
    backend.read([](const TableTransaction& seen) {
      TableCursor cursor(seen, kOne);
      REQUIRE(cursor.first());
      CHECK(cursor.key() == "b");
      CHECK_FALSE(cursor.previous());
      REQUIRE(cursor.last());
      CHECK(cursor.key() == "e");
      CHECK_FALSE(cursor.next());
      REQUIRE(cursor.seek("c"));
      CHECK(cursor.key() == "d");
      REQUIRE(cursor.previous());
      CHECK(cursor.key() == "b");
      REQUIRE(cursor.next());
      REQUIRE(cursor.next());
      CHECK(cursor.key() == "da");
      CHECK(cursor.value() == "da");
      CHECK_FALSE(cursor.seek("f"));
      std::string met;
      const auto meet = [&](std::string_view key, std::string_view) {
        met.append(key).append(" ");
        return key != "da";
      };
      for_each_with_prefix(seen, kOne, "d", meet);
      CHECK(met == "d da ");
      for_each_with_prefix(seen, kOne, "dz", meet);
      CHECK(met == "d da dz ");
      for_each_with_prefix(seen, kOne, "f", meet);
      CHECK(met == "d da dz ");
    });
  });
}

TEST_CASE("a view is good until the next change", "[backend]") {
  for_each_backend([](StoreBackend& backend) {
    backend.write([](TableTransaction& changes) {
      changes.put(kOne, "a", std::string(20, 'a'));
      changes.put(kOne, "b", std::string(9000, 'b'));
      const auto small = changes.get(kOne, "a");
      const auto large = changes.get(kOne, "b");
      TableCursor cursor(changes, kOne);
      REQUIRE(cursor.first());
      CHECK(changes.count(kOne) == 2);
      CHECK(small == std::string(20, 'a'));
      CHECK(large == std::string(9000, 'b'));
      CHECK(cursor.value() == std::string(20, 'a'));
    });
  });
}

TEST_CASE("what throws leaves nothing behind, whatever it throws", "[backend]") {
  for_each_backend([](StoreBackend& backend) {
    backend.write([](TableTransaction& changes) { changes.put(kOne, "k", "kept"); });
    const Rows before = rows_of(backend);
    const std::uint64_t number = number_of_last_commit(backend);
    const auto spoil = [](TableTransaction& changes) {
      changes.put(kOne, "k", "spoiled");
      changes.put(kTwo, "new", "");
      changes.clear(kOne);
    };
    CHECK_THROWS_AS(backend.write([&](TableTransaction& changes) {
      spoil(changes);
      throw Error(Errc::Conflict, "given up");
    }),
                    Error);
    CHECK_THROWS_AS(backend.write([&](TableTransaction& changes) {
      spoil(changes);
      throw 7;
    }),
                    int);
    CHECK(rows_of(backend) == before);
    CHECK(rows_of(backend, kTwo).empty());
    CHECK(number_of_last_commit(backend) == number);
    backend.write([](TableTransaction& changes) { changes.put(kTwo, "then", "written"); });
    CHECK(rows_of(backend) == before);
    CHECK(rows_of(backend, kTwo).size() == 1);
  });
}

TEST_CASE("a commit has the next number if it changed something", "[backend]") {
  for_each_backend([](StoreBackend& backend) {
    const std::uint64_t first = number_of_last_commit(backend);
    CHECK(first == 1);
    const auto number_after = [&](const std::function<void(TableTransaction&)>& body) {
      const std::uint64_t last = number_of_last_commit(backend);
      backend.write([&](TableTransaction& changes) {
        CHECK(changes.number() == last + 1);
        body(changes);
      });
      return number_of_last_commit(backend) - first;
    };
    CHECK(number_after([](TableTransaction& changes) { changes.put(kOne, "k", "v"); }) == 1);
    CHECK(number_after([](TableTransaction& changes) { changes.get(kOne, "k"); }) == 1);
    CHECK(number_after([](TableTransaction& changes) { changes.put_new(kOne, "k", "w"); }) == 1);
    CHECK(number_after([](TableTransaction& changes) { changes.erase(kOne, "other"); }) == 1);
    CHECK(number_after([](TableTransaction& changes) { changes.put(kOne, "k", "v"); }) == 2);
    CHECK(number_after([](TableTransaction& changes) { changes.put_new(kOne, "l", "v"); }) == 3);
    CHECK(number_after([](TableTransaction& changes) { changes.append(kOne, "m", "", ""); }) == 4);
    CHECK(number_after([](TableTransaction& changes) { changes.erase(kOne, "k"); }) == 5);
    CHECK(number_after([](TableTransaction& changes) { changes.clear(kOne); }) == 6);
  });
}

TEST_CASE("a reader sees what was there when it began, and nothing that is written later",
          "[backend]") {
  for_each_backend([](StoreBackend& backend) {
    backend.write([](TableTransaction& changes) {
      for (int i = 0; i < 300; ++i) changes.put(kOne, "k" + std::to_string(i), "old");
    });
    const Rows old = rows_of(backend);
    std::promise<void> begun;
    std::promise<void> written;
    Rows seen_before;
    Rows seen_after;
    std::uint64_t number_seen = 0;
    std::thread reader([&] {
      backend.read([&](const TableTransaction& seen) {
        seen_before = rows_of(seen, kOne);
        begun.set_value();
        written.get_future().wait();
        seen_after = rows_of(seen, kOne);
        number_seen = seen.number();
      });
    });
    begun.get_future().wait();
    for (int round = 0; round < 5; ++round)
      backend.write([&](TableTransaction& changes) {
        for (int i = round; i < 300; i += 3) changes.put(kOne, "k" + std::to_string(i), "new");
        changes.erase(kOne, "k" + std::to_string(10 * round));
        if (round == 3) changes.clear(kOne);
      });
    written.set_value();
    reader.join();
    CHECK(seen_before == old);
    CHECK(seen_after == old);
    CHECK(number_seen + 5 == number_of_last_commit(backend));
    CHECK(rows_of(backend) != old);
  });
}

TEST_CASE("nobody sees what is not committed", "[backend]") {
  for_each_backend([](StoreBackend& backend) {
    backend.write([&](TableTransaction& changes) {
      changes.put(kOne, "k", "v");
      std::thread([&] { CHECK(rows_of(backend).empty()); }).join();
      CHECK(changes.get(kOne, "k") == "v");
    });
    CHECK(rows_of(backend) == Rows{{"k", "v"}});
  });
}

TEST_CASE("writers come one after the other, and readers meet whole commits", "[backend]") {
  for_each_backend([](StoreBackend& backend) {
    constexpr int kWrites = 40;
    const auto count_up = [&] {
      for (int i = 0; i < kWrites; ++i)
        backend.write([](TableTransaction& changes) {
          const std::string_view before = changes.get(kOne, "count").value_or("0");
          const std::string next = std::to_string(std::stoi(std::string(before)) + 1);
          changes.put(kOne, "count", next);
          changes.put(kTwo, "count", next);
        });
    };
    std::atomic<bool> ended = false;
    std::atomic<bool> torn = false;
    std::thread reader([&] {
      while (!ended)
        backend.read([&](const TableTransaction& seen) {
          if (seen.get(kOne, "count") != seen.get(kTwo, "count")) torn = true;
        });
    });
    std::thread other(count_up);
    count_up();
    other.join();
    ended = true;
    reader.join();
    CHECK_FALSE(torn);
    CHECK(rows_of(backend) == Rows{{"count", std::to_string(2 * kWrites)}});
  });
}

}  // namespace roar
