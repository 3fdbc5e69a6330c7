#include <array>
#include <catch2/catch.hpp>
#include <future>
#include <map>
#include <optional>
#include <thread>

#include "objects/base/error.h"
#include "tests/unit/objects/conformance/backends.h"
#include "tests/unit/objects/conformance/random.h"

// Random transactions on every backend, compared with a map at each step, and with each other.

namespace roar {
namespace {

constexpr std::array<std::string_view, 3> kTables = {"one", "two", "three"};

using Rows = std::map<std::string, std::string>;
using Model = std::array<Rows, kTables.size()>;

Rows read_rows(const TableTransaction& transaction, TableNumber table) {
  Rows rows;
  TableCursor cursor(transaction, table);
  for (bool more = cursor.first(); more; more = cursor.next())
    rows.emplace(cursor.key(), cursor.value());
  return rows;
}

Model read_all(const TableTransaction& transaction) {
  Model all;
  for (TableNumber table = 0; table < all.size(); ++table)
    all.at(table) = read_rows(transaction, table);
  return all;
}

// Few enough keys that rows are met again; some are as long as may be, some values need pages of
// their own.
std::string random_key(Random& random) {
  if (random.one_in(40)) return std::string(kTableKeyMax - 1, 'k') + random.hex(1).substr(1);
  constexpr std::string_view kBytes{"\0\1ab\xfe\xff", 6};
  std::string key;
  for (std::uint32_t i = 0; i <= random.below(4); ++i) key += kBytes[random.below(6)];
  return key;
}

std::string random_value(Random& random) {
  if (random.one_in(4)) return {};
  return std::string(random.one_in(20) ? 9000 : random.below(60),
                     static_cast<char>(random.below(256)));
}

// Thrown to give a transaction up.
struct GivenUp {};

// A snapshot that a thread of its own holds.
class HeldSnapshot {
 public:
  HeldSnapshot(const StoreBackend& backend, Model expected)
      : expected_(std::move(expected)), thread_([this, &backend] {
          backend.read([this](const TableTransaction& seen) {
            begun_.set_value();
            go_on_.get_future().wait();
            seen_ = read_all(seen);
          });
        }) {
    begun_.get_future().wait();
  }
  ~HeldSnapshot() {
    if (thread_.joinable()) end();
  }
  HeldSnapshot(const HeldSnapshot&) = delete;
  HeldSnapshot& operator=(const HeldSnapshot&) = delete;

  // Whether it holds what was there when it was made.
  bool end() {
    go_on_.set_value();
    thread_.join();
    return seen_ == expected_;
  }

 private:
  Model expected_;
  Model seen_;
  std::promise<void> begun_;
  std::promise<void> go_on_;
  std::thread thread_;
};

// One backend's way through a random history. Whatever it says is in the log.
class Replay {
 public:
  Replay(StoreBackend& backend, std::uint32_t seed) : backend_(&backend), random_(seed) {}

  const std::string& run(int transactions) {
    for (int i = 0; i < transactions; ++i) {
      if (random_.one_in(4)) held_.emplace_back(std::make_unique<HeldSnapshot>(*backend_, model_));
      transact();
      backend_->read([&](const TableTransaction& seen) {
        expect(read_all(seen) == model_, "what a commit left");
        log_ += "commit " + std::to_string(seen.number()) + "\n";
        walk(seen, model_);
      });
      if (held_.size() > 3 || (random_.one_in(3) && !held_.empty())) {
        expect(held_.front()->end(), "a snapshot");
        held_.erase(held_.begin());
      }
    }
    for (const auto& snapshot : held_) expect(snapshot->end(), "a snapshot at the end");
    held_.clear();
    return log_;
  }

 private:
  void expect(bool holds, const std::string& what) {
    if (!holds) FAIL(what << " is not what it should be, after:\n" << log_);
  }

  void transact() {
    Model changed = model_;
    const bool gives_up = random_.one_in(5);
    const std::uint32_t changes = random_.one_in(8) ? 0 : random_.below(60);
    try {
      backend_->write([&](TableTransaction& transaction) {
        for (std::uint32_t i = 0; i < changes; ++i) {
          const TableNumber table = random_.below(kTables.size());
          change(transaction, table, changed.at(table));
        }
        expect(read_all(transaction) == changed, "what a transaction wrote");
        walk(transaction, changed);
        log_ += "write " + std::to_string(transaction.number()) + "\n";
        if (gives_up) throw GivenUp();
      });
      model_ = std::move(changed);
    } catch (const GivenUp&) {
      log_ += "given up\n";
    }
  }

  void change(TableTransaction& transaction, TableNumber table, Rows& rows) {
    const std::string key = random_key(random_);
    const std::string value = random_value(random_);
    switch (random_.below(10)) {
      case 0:
      case 1: {
        const bool was_there = transaction.erase(table, key);
        expect(was_there == (rows.erase(key) == 1), "what erase says");
        log_ += was_there ? "erased\n" : "not there\n";
        return;
      }
      case 2:
      case 3:
        transaction.put_new(table, key, value);
        rows.try_emplace(key, value);
        return;
      case 4:
        append(transaction, table, rows, key, value);
        return;
      case 5:
        look_up(transaction, table, rows, key);
        return;
      case 6:
        if (!random_.one_in(12)) return;
        transaction.clear(table);
        rows.clear();
        return;
      default:
        transaction.put(table, key, value);
        rows[key] = value;
    }
  }

  void append(TableTransaction& transaction, TableNumber table, Rows& rows, const std::string& key,
              const std::string& value) {
    const bool fits = rows.empty() || key > rows.rbegin()->first;
    try {
      const std::size_t cut = random_.below(static_cast<std::uint32_t>(value.size()) + 1);
      transaction.append(table, key, value.substr(0, cut), value.substr(cut));
      expect(fits, "a key that was appended");
      rows[key] = value;
    } catch (const Error& error) {
      expect(!fits, "a key that could not be appended");
      log_ += error.what();
      log_ += '\n';
    }
  }

  void look_up(const TableTransaction& transaction, TableNumber table, const Rows& rows,
               const std::string& key) {
    const auto known = rows.find(key);
    const auto found = transaction.get(table, key);
    expect(found == (known == rows.end() ? std::nullopt : std::optional(known->second)),
           "what a key leads to");
    expect(transaction.count(table) == rows.size(), "a count");
    log_ += found ? std::to_string(found->size()) + "\n" : "nothing\n";
  }

  // A cursor anywhere and to and fro, and what lies below a prefix.
  void walk(const TableTransaction& transaction, const Model& model) {
    const TableNumber table = random_.below(kTables.size());
    const Rows& rows = model.at(table);
    TableCursor cursor(transaction, table);
    auto at = rows.end();
    bool stands = false;
    for (int i = 0; i < 30; ++i) {
      stands = stands && !random_.one_in(8) ? step(cursor, rows, at) : jump(cursor, rows, at);
      expect(stands == (at != rows.end()), "whether a cursor stands");
      if (stands)
        expect(cursor.key() == at->first && cursor.value() == at->second, "where a cursor stands");
    }
    const std::string prefix = random_.one_in(5) ? std::string() : random_key(random_).substr(0, 2);
    auto next = rows.lower_bound(prefix);
    std::uint32_t most = random_.below(30);
    for_each_with_prefix(transaction, table, prefix, [&](std::string_view key, std::string_view) {
      expect(next != rows.end() && next->first == key && key.starts_with(prefix),
             "what a prefix has");
      ++next;
      return most-- != 0;
    });
    log_ += "walked to " + std::to_string(std::distance(rows.begin(), next)) + "\n";
  }

  bool step(TableCursor& cursor, const Rows& rows, Rows::const_iterator& at) {
    if (random_.one_in(2)) {
      ++at;
      return cursor.next();
    }
    at = at == rows.begin() ? rows.end() : std::prev(at);
    return cursor.previous();
  }

  bool jump(TableCursor& cursor, const Rows& rows, Rows::const_iterator& at) {
    switch (random_.below(4)) {
      case 0:
        at = rows.begin();
        return cursor.first();
      case 1:
        at = rows.empty() ? rows.end() : std::prev(rows.end());
        return cursor.last();
      default: {
        const std::string key = random_.one_in(10) ? std::string() : random_key(random_);
        at = rows.lower_bound(key);
        return cursor.seek(key);
      }
    }
  }

  StoreBackend* backend_;
  Random random_;
  Model model_;
  std::vector<std::unique_ptr<HeldSnapshot>> held_;
  std::string log_;
};

}  // namespace

TEST_CASE("on random transactions every backend does what a map would", "[backend]") {
  for (std::uint32_t seed = 1; seed <= seeds(6); ++seed) {
    INFO("seed " << seed);
    Backends backends(kTables);
    std::string first;
    for (NamedBackend& one : backends.all()) {
      INFO("backend " << one.name);
      Replay replay(*one.backend, seed);
      const std::string& log = replay.run(40);
      if (first.empty()) first = log;
      REQUIRE(log == first);
    }
  }
}

}  // namespace roar
