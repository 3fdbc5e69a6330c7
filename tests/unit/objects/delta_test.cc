#include "objects/delta.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "objects/base/error.h"
#include "objects/check_indexes.h"
#include "objects/key.h"
#include "objects/memory_backend.h"
#include "objects/stored_value.h"
#include "tests/unit/objects/code_of.h"

using namespace roar;  // NOLINT(google-build-using-namespace): the test is about all of it

namespace {

std::string text(std::size_t size, std::uint32_t seed) {
  std::string bytes(size, '\0');
  for (char& c : bytes) c = static_cast<char>((seed = seed * 1'664'525 + 1'013'904'223) >> 24U);
  return bytes;
}

// With some other bytes in the middle.
std::string changed(std::string bytes, const std::string& by) {
  return bytes.replace(bytes.size() / 2, by.size(), by);
}

ObjectId put(Store& store, const std::string& payload, const ObjectId* like = nullptr) {
  ObjectId id;
  store.write([&](WriteTransaction& transaction) {
    id = transaction.put(ObjectType::Blob, payload, like);
  });
  return id;
}

StoredForm form_of(const Store& store, const ObjectId& id) {
  StoredForm form;
  store.read(
      [&](const ReadTransaction& transaction) { form = transaction.stored_form(id).value(); });
  return form;
}

std::string payload_of(const Store& store, const ObjectId& id) {
  std::string payload;
  store.read([&](const ReadTransaction& transaction) {
    payload = transaction.payload(id, ObjectType::Blob);
  });
  return payload;
}

void remove(Store& store, const ObjectId& id) {
  store.write([&](WriteTransaction& transaction) {
    REQUIRE(transaction.remove(transaction.info(id).value()));
  });
}

std::vector<std::string> faults(const Store& store) {
  std::vector<std::string> found;
  store.read([&](const ReadTransaction& transaction) {
    check_indexes(
        transaction,
        [&](const IndexFault& fault) {
          const bool is_missing = fault.kind == IndexFaultKind::Missing;
          found.push_back((is_missing ? "missing " : "extra ") + std::string(fault.table) + ": " +
                          fault.entry);
        },
        [](const std::string& subject, const Error& error) { FAIL(subject << error.what()); });
  });
  return found;
}

// A store in memory whose tables a test may change.
struct Opened {
  Opened() : backend(new MemoryBackend(kTableNames.size())), store(take(backend)) {}

  static std::unique_ptr<StoreBackend> take(MemoryBackend* owned) {
    return std::unique_ptr<StoreBackend>(owned);
  }
  void put_row(Table table, const std::string& key, const std::string& value) const {
    backend->write([&](TableTransaction& tables) { tables.put(number_of(table), key, value); });
  }
  bool erase_row(Table table, const std::string& key) const {
    bool done = false;
    backend->write([&](TableTransaction& tables) { done = tables.erase(number_of(table), key); });
    return done;
  }

  MemoryBackend* backend;
  Store store;
};

}  // namespace

TEST_CASE("of an object that is like another one, what differs is stored", "[delta]") {
  Store store = Store::in_memory();
  const std::string first = text(3000, 1);
  const std::string second = changed(first, "another middle");
  const ObjectId base = put(store, first);
  const ObjectId delta = put(store, second, &base);
  CHECK(form_of(store, base).base == std::nullopt);
  CHECK(form_of(store, delta).base == base);
  CHECK(form_of(store, delta).compressed);
  CHECK(form_of(store, delta).bytes < 60);
  CHECK(payload_of(store, delta) == second);
  CHECK(payload_of(store, base) == first);
  CHECK(faults(store).empty());

  SECTION("a base is never a delta itself") {
    const std::string third = changed(second, "once more another");
    const ObjectId next = put(store, third, &delta);
    CHECK(form_of(store, next).base == base);
    CHECK(payload_of(store, next) == third);
  }
  SECTION("what is not like it is stored whole, and so is what is like nothing that is there") {
    const ObjectId other = put(store, text(3000, 2), &base);
    CHECK(form_of(store, other).base == std::nullopt);
    const ObjectId absent = object_id_of(ObjectType::Blob, "absent");
    CHECK(form_of(store, put(store, changed(first, "x"), &absent)).base == std::nullopt);
  }
  SECTION("what is less than half like it is stored whole") {
    const ObjectId half = put(store, first.substr(0, 1000) + text(2000, 3), &base);
    CHECK(form_of(store, half).base == std::nullopt);
    const ObjectId most = put(store, first.substr(0, 2000) + text(1000, 3), &base);
    CHECK(form_of(store, most).base == base);
  }
  SECTION("what is there already stays as it is") {
    CHECK(put(store, second) == delta);
    CHECK(form_of(store, delta).base == base);
    CHECK(put(store, first, &delta) == base);
    CHECK(form_of(store, base).base == std::nullopt);
  }
}

TEST_CASE("a base that goes leaves its deltas readable, and one of them as their base", "[delta]") {
  Store store = Store::in_memory();
  const std::string first = text(3000, 1);
  const ObjectId base = put(store, first);
  std::vector<std::string> payloads;
  std::vector<ObjectId> deltas;
  for (int i = 0; i < 5; ++i) {
    payloads.push_back(changed(first, "version " + std::to_string(i)));
    deltas.push_back(put(store, payloads.back(), &base));
    REQUIRE(form_of(store, deltas.back()).base == base);
  }
  remove(store, base);
  for (std::size_t i = 0; i < deltas.size(); ++i) {
    CHECK(payload_of(store, deltas[i]) == payloads[i]);
    CHECK(form_of(store, deltas[i]).base == (i == 0 ? std::nullopt : std::optional(deltas[0])));
  }
  CHECK(faults(store).empty());
  for (std::size_t i = 0; i < deltas.size(); ++i) {
    remove(store, deltas[i]);
    CHECK(faults(store).empty());
    for (std::size_t j = i + 1; j < deltas.size(); ++j)
      CHECK(payload_of(store, deltas[j]) == payloads[j]);
  }
}

TEST_CASE("a store of a format without deltas gets none", "[delta]") {
  Opened at;
  at.put_row(Table::Meta, "format", "3");
  const std::string first = text(3000, 1);
  const ObjectId base = put(at.store, first);
  CHECK(form_of(at.store, put(at.store, changed(first, "x"), &base)).base == std::nullopt);
}

TEST_CASE("rows that lead from bases to deltas are checked", "[delta]") {
  Opened at;
  const std::string first = text(3000, 1);
  const ObjectId base = put(at.store, first);
  const ObjectId delta = put(at.store, changed(first, "x"), &base);
  SECTION("one that is missing") {
    REQUIRE(at.erase_row(Table::Meta, base_row(1, 2)));
    CHECK(faults(at.store) == std::vector<std::string>{"missing meta: blob " + delta.hex()});
  }
  SECTION("one for nothing") {
    at.put_row(Table::Meta, base_row(1, 3), {});
    CHECK(faults(at.store).size() == 1);
  }
}

TEST_CASE("a delta that cannot be read says why", "[delta]") {
  Opened at;
  const std::string first = text(3000, 1);
  const ObjectId base = put(at.store, first);
  const ObjectId delta = put(at.store, changed(first, "x"), &base);
  const ObjectId other = put(at.store, changed(first, "y"), &base);
  std::string value;
  at.backend->read([&](const TableTransaction& tables) {
    value = *tables.get(number_of(Table::Object), number_key(2));
  });
  REQUIRE(parse_value(value, "it").base == 1);
  const auto said = [&] {
    try {
      payload_of(at.store, delta);
    } catch (const Error& error) {
      CHECK(error.code() == Errc::Corrupt);
      return std::string(error.what());
    }
    return std::string();
  };
  const auto with_base = [&](char number) {
    std::string damaged = value;
    damaged[4] = number;
    at.put_row(Table::Object, number_key(2), damaged);
  };
  REQUIRE(value[4] == 1);
  SECTION("its base is gone") {
    REQUIRE(at.erase_row(Table::Object, number_key(1)));
    CHECK_THAT(said(), Catch::EndsWith("is damaged: its base is missing"));
  }
  SECTION("its base is itself, or younger") {
    with_base(static_cast<char>(GENERATE(2, 3)));
    CHECK_THAT(said(), Catch::EndsWith("is damaged: its base is not older than it is"));
  }
  SECTION("its base is no number") {
    with_base(0);
    CHECK_THAT(said(), Catch::EndsWith("is damaged: its base is missing"));
  }
  SECTION("its base is a delta") {
    at.put_row(Table::Object, number_key(1), value);
    CHECK_THAT(said(), Catch::EndsWith("is damaged: its base is a delta"));
  }
  SECTION("its base is another one") {
    at.put_row(Table::Object, number_key(1),
               head_of_value(Codec::Raw, ObjectType::Blob, 3000) + text(3000, 7));
    CHECK_THAT(said(), Catch::EndsWith("is damaged: its content does not have its hash"));
  }
  SECTION("its base cannot be read") {
    at.put_row(Table::Object, number_key(1),
               head_of_value(Codec::Zstd, ObjectType::Blob, 3000) + "x");
    CHECK_THAT(said(), Catch::EndsWith("'s base is damaged: it cannot be decompressed"));
  }
  SECTION("it is cut off") {
    at.put_row(Table::Object, number_key(2), value.substr(0, value.size() - 1));
    CHECK_THAT(said(), Catch::EndsWith("is damaged: it cannot be made from its base"));
  }
  // A base that cannot be read is none for others, and goes like any other object.
  const std::string more = changed(first, "z");
  CHECK(payload_of(at.store, put(at.store, more, &delta)) == more);
  SECTION("a damaged delta does not keep its base") {
    with_base(1);
    at.put_row(Table::Object, number_key(2), value.substr(0, value.size() - 1));
    remove(at.store, base);
    CHECK(payload_of(at.store, other) == changed(first, "y"));
  }
}
