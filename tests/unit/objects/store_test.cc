#include "objects/store.h"

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <fstream>
#include <set>

#include "objects/base/error.h"
#include "objects/base/file.h"
#include "objects/lmdb.h"
#include "objects/lmdb_file.h"
#include "objects/ref_name.h"
#include "objects/transaction.h"
#include "tests/unit/objects/code_of.h"
#include "tests/unit/objects/new_store.h"

using namespace roar;  // NOLINT(google-build-using-namespace): the test is about all of it

namespace {

ObjectId put_blob(Store& store, std::string_view content) {
  ObjectId id;
  store.write(
      [&](WriteTransaction& transaction) { id = transaction.put(ObjectType::Blob, content); });
  return id;
}

std::optional<RawObject> object_of(const Store& store, const ObjectId& id) {
  std::optional<RawObject> found;
  store.read([&](const ReadTransaction& transaction) { found = transaction.object(id); });
  return found;
}

std::size_t count_objects(const Store& store) {
  std::size_t count = 0;
  store.read([&](const ReadTransaction& transaction) {
    transaction.for_each_object([&](const ObjectInfo&) { return ++count > 0; });
  });
  return count;
}

}  // namespace

TEST_CASE("an object comes back as it was put, whatever its size", "[store]") {
  const NewStore at;
  const auto size =
      GENERATE(as<std::size_t>{}, 0, 1, 127, 128, 1998, 2024, 4079, 4090, 65'536, 16'777'216);
  const bool compressible = GENERATE(true, false);
  std::string content(size, 'x');
  std::uint32_t random = 1;
  if (!compressible)
    for (char& c : content)
      c = static_cast<char>((random = random * 1'664'525 + 1'013'904'223) >> 24U);
  ObjectId id;
  {
    Store store(at.path, Store::Mode::ReadWrite);
    id = put_blob(store, content);
    CHECK(object_of(store, id)->payload == content);
  }
  const Store store(at.path, Store::Mode::ReadOnly);
  const std::optional<RawObject> found = object_of(store, id);
  REQUIRE(found);
  CHECK(found->type == ObjectType::Blob);
  CHECK(found->payload == content);
  store.read([&](const ReadTransaction& transaction) {
    CHECK(transaction.info(id)->size == size);
    CHECK(transaction.payload(id, ObjectType::Blob) == content);
  });
}

TEST_CASE("an object that is too large is refused", "[store]") {
  const NewStore at;
  Store store(at.path, Store::Mode::ReadWrite);
  const std::string content(kObjectSizeMax + 1, 'x');
  CHECK(code_of([&] { put_blob(store, content); }) == Errc::Usage);
}

TEST_CASE("an object is stored once", "[store]") {
  const NewStore at;
  Store store(at.path, Store::Mode::ReadWrite);
  CHECK(put_blob(store, "a") == put_blob(store, "a"));
  CHECK(count_objects(store) == 1);
  store.write([&](WriteTransaction& transaction) {
    transaction.put(ObjectType::Blob, "b");
    transaction.put(ObjectType::Blob, "b");
    CHECK(transaction.object(object_id_of(ObjectType::Blob, "b"))->payload == "b");
  });
  CHECK(count_objects(store) == 2);
}

TEST_CASE("what is not there is absent, and an error only if it must be there", "[store]") {
  const NewStore at;
  Store store(at.path, Store::Mode::ReadWrite);
  const ObjectId id = put_blob(store, "a");
  store.read([&](const ReadTransaction& transaction) {
    CHECK_FALSE(transaction.object(ObjectId()));
    CHECK_FALSE(transaction.info(ObjectId()));
    CHECK(code_of([&] { transaction.payload(ObjectId(), ObjectType::Blob); }) == Errc::NotFound);
    CHECK(code_of([&] { transaction.payload(id, ObjectType::Job); }) == Errc::Corrupt);
  });
}

TEST_CASE("a transaction whose body throws leaves no trace", "[store]") {
  const NewStore at;
  Store store(at.path, Store::Mode::ReadWrite);
  CHECK(code_of([&] {
          store.write([](WriteTransaction& transaction) {
            transaction.put(ObjectType::Blob, "a");
            throw Error(Errc::Conflict, "enough");
          });
        }) == Errc::Conflict);
  CHECK(count_objects(store) == 0);
  put_blob(store, "b");
  CHECK(count_objects(store) == 1);
}

TEST_CASE("objects are found by every prefix of their id", "[store]") {
  const NewStore at;
  Store store(at.path, Store::Mode::ReadWrite);
  std::set<std::string> ids;
  store.write([&](WriteTransaction& transaction) {
    for (int i = 0; i < 500; ++i)
      ids.insert(transaction.put(ObjectType::Blob, std::to_string(i)).hex());
  });
  store.read([&](const ReadTransaction& transaction) {
    for (const std::string& id : {*ids.begin(), *ids.rbegin()})
      for (std::size_t length = 0; length <= id.size(); ++length) {
        const std::string prefix = id.substr(0, length);
        std::vector<std::string> wanted;
        for (const std::string& other : ids)
          if (other.starts_with(prefix)) wanted.push_back(other);
        std::vector<std::string> found;
        for (const ObjectInfo& info : transaction.with_prefix(prefix, 1000))
          found.push_back(info.id.hex());
        CHECK(found == wanted);
      }
    CHECK(transaction.with_prefix("", 7).size() == 7);
    CHECK(transaction.with_prefix("xyz", 7).empty());
    CHECK(transaction.with_prefix(std::string(65, '0'), 7).empty());
    CHECK(transaction.with_prefix(std::string(64, 'f'), 7).empty());
  });
}

TEST_CASE("refs move only from where they are expected, and keep a log", "[store]") {
  const NewStore at;
  Store store(at.path, Store::Mode::ReadWrite);
  const ObjectId a = put_blob(store, "a");
  const ObjectId b = put_blob(store, "b");
  const auto set = [&](const std::optional<ObjectId>& expected, const ObjectId& target) {
    store.write([&](WriteTransaction& transaction) {
      transaction.set_ref("refs/sessions/1", target, expected, {1, 2}, "why");
    });
  };
  CHECK(code_of([&] { set(a, b); }) == Errc::Conflict);
  set(std::nullopt, a);
  CHECK(code_of([&] { set(std::nullopt, b); }) == Errc::Conflict);
  CHECK(code_of([&] { set(b, a); }) == Errc::Conflict);
  CHECK(code_of([&] { set(a, ObjectId()); }) == Errc::NotFound);
  set(a, b);
  store.read([&](const ReadTransaction& transaction) {
    CHECK(transaction.ref("refs/sessions/1")->target == b);
    CHECK_FALSE(transaction.ref("refs/sessions"));
    const std::vector<ReflogEntry> log = transaction.reflog("refs/sessions/1");
    REQUIRE(log.size() == 2);
    CHECK(log[0].before == ObjectId());
    CHECK(log[0].after == a);
    CHECK(log[1].before == a);
    CHECK(log[1].after == b);
    CHECK(log[1].when == Timestamp{1, 2});
    CHECK(log[1].reason == "why");
    CHECK(transaction.reflog("refs/sessions/").empty());
  });
}

TEST_CASE("symbolic refs are followed", "[store]") {
  const NewStore at;
  Store store(at.path, Store::Mode::ReadWrite);
  const ObjectId a = put_blob(store, "a");
  store.write([&](WriteTransaction& transaction) {
    transaction.set_symbolic_ref("HEAD", "refs/sessions/1", {}, "start");
    CHECK_FALSE(transaction.resolve_ref("HEAD"));
    transaction.set_ref("refs/sessions/1", a, std::nullopt, {}, "start");
    transaction.set_ref("refs/tags/x", a, std::nullopt, {}, "start");
  });
  store.read([&](const ReadTransaction& transaction) {
    CHECK(transaction.ref("HEAD")->symbolic == "refs/sessions/1");
    CHECK(transaction.resolve_ref("HEAD") == a);
    CHECK(transaction.refs("").size() == 3);
    CHECK(transaction.refs("refs/").size() == 2);
    CHECK(transaction.refs("refs/sessions/").at(0).name == "refs/sessions/1");
  });
  CHECK(code_of([&] {
          store.write([](WriteTransaction& transaction) {
            transaction.set_symbolic_ref("refs/a", "refs/b", {}, "");
            transaction.set_symbolic_ref("refs/b", "refs/a", {}, "");
            transaction.resolve_ref("refs/a");
          });
        }) == Errc::Corrupt);
}

TEST_CASE("names of refs follow git's rules", "[store]") {
  CHECK(is_ref_name("HEAD"));
  CHECK(is_ref_name("refs/sessions/0a"));
  CHECK(is_ref_name("refs/tags/\xc3\xa9"));
  const std::string name =
      GENERATE(as<std::string>{}, "", "head", "refs", "refs/", "refs//a", "refs/a/", "refs/.a",
               "refs/a..b", "refs/a.lock", "refs/a.lock/b", "refs/a b", "refs/a\n", "refs/a~",
               "refs/a^", "refs/a:", "refs/a?", "refs/a*", "refs/a[", "refs/a\\", "refs/a\x7f",
               "refs/a@{b", "refs/a.", "tags/a");
  INFO(name);
  CHECK_FALSE(is_ref_name(name));
  CHECK_FALSE(is_ref_name("refs/" + std::string(396, 'a')));
}

TEST_CASE("a store is made once, and opened once per process", "[store]") {
  const NewStore at;
  CHECK(code_of([&] { Store::create(at.path); }) == Errc::Conflict);
  CHECK(code_of([&] { Store(at.temp.path() / "none", Store::Mode::ReadOnly); }) == Errc::NotFound);
  const std::filesystem::path other = at.temp.path() / "link";
  std::filesystem::create_symlink(at.path, other);
  {
    const Store store(at.path, Store::Mode::ReadWrite);
    CHECK(code_of([&] { Store(at.path, Store::Mode::ReadOnly); }) == Errc::Conflict);
    CHECK(code_of([&] { Store(other, Store::Mode::ReadOnly); }) == Errc::Conflict);
  }
  const Store store(other, Store::Mode::ReadOnly);
}

TEST_CASE("a store that is opened for reading is not written", "[store]") {
  const NewStore at;
  Store store(at.path, Store::Mode::ReadOnly);
  CHECK(code_of([&] { put_blob(store, "a"); }) == Errc::Io);
}

TEST_CASE("a small map grows under a large transaction, whose body runs again", "[store]") {
  const NewStore at;
  Store store(at.path, Store::Mode::ReadWrite, {.map_bytes = std::size_t{1} << 20U});
  int runs = 0;
  store.write([&](WriteTransaction& transaction) {
    ++runs;
    for (int i = 0; i < 20'000; ++i)
      transaction.put(ObjectType::Blob,
                      "a blob of some length, so that it fills pages " + std::to_string(i));
  });
  CHECK(runs > 1);
  CHECK(count_objects(store) == 20'000);
  CHECK(store.usage().map_bytes > std::size_t{1} << 20U);
}

TEST_CASE("a store that another process made larger than our map is mapped anew", "[store]") {
  const NewStore at;
  std::array<int, 2> ends{};
  REQUIRE(::pipe(ends.data()) == 0);
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    char byte = 0;
    const bool told = ::read(ends[0], &byte, 1) == 1;
    Store store(at.path, Store::Mode::ReadWrite);
    store.write([](WriteTransaction& transaction) {
      for (int i = 0; i < 20'000; ++i)
        transaction.put(ObjectType::Blob,
                        "a blob of some length, so that it fills pages " + std::to_string(i));
    });
    ::_exit(told ? 0 : 1);
  }
  Store store(at.path, Store::Mode::ReadWrite, {.map_bytes = std::size_t{1} << 20U});
  const ObjectId first = put_blob(store, "first");
  REQUIRE(::write(ends[1], "x", 1) == 1);
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  REQUIRE(status == 0);
  ::close(ends[0]);
  ::close(ends[1]);
  SECTION("for reading") {
    CHECK(count_objects(store) == 20'001);
  }
  SECTION("for writing") {
    put_blob(store, "last");
  }
  CHECK(object_of(store, first)->payload == "first");
}

TEST_CASE("a store whose file lacks only pages that nothing needs is sound", "[store]") {
  const NewStore at;
  ObjectId id;
  {
    Store store(at.path, Store::Mode::ReadWrite);
    id = put_blob(store, "kept");
  }
  const std::vector<std::string_view> tables{"obj", "extra"};
  {
    LmdbEnv env(at.path / "gen-000001", {}, tables);
    env.write([&](TableTransaction& txn) { txn.put(1, "k", std::string(1'000'000, 'x')); });
    env.write([&](TableTransaction& txn) { txn.erase(1, "k"); });
    // What is still needed moves to the lowest free pages, away from the end.
    for (int i = 0; i < 6; ++i)
      env.write([&](TableTransaction& txn) { txn.put(1, "k", std::to_string(i)); });
  }
  const std::filesystem::path file = at.path / "gen-000001" / "data.mdb";
  std::filesystem::resize_file(file, std::filesystem::file_size(file) - 100'000);
  Store store(at.path, Store::Mode::ReadWrite);
  CHECK(object_of(store, id)->payload == "kept");
  for (int i = 0; i < 100; ++i) put_blob(store, std::string(9000, 'y') + std::to_string(i));
  CHECK(count_objects(store) == 101);
}

TEST_CASE("network file systems are told by their magic number", "[store]") {
  CHECK(network_file_system_name(0x6969) == "nfs");
  CHECK(network_file_system_name(0xFF534D42) == "cifs");
  CHECK(network_file_system_name(0x01021994).empty());  // tmpfs
  CHECK(network_file_system_name(0xEF53).empty());      // ext4
}

TEST_CASE("a handler in the body does not hide that the map was full", "[store]") {
  const NewStore at;
  Store store(at.path, Store::Mode::ReadWrite, {.map_bytes = std::size_t{1} << 20U});
  store.write([&](WriteTransaction& transaction) {
    for (int i = 0; i < 20'000; ++i) {
      try {
        transaction.put(ObjectType::Blob,
                        "a blob of some length, so that it fills pages " + std::to_string(i));
      } catch (...) {  // NOLINT(bugprone-empty-catch): this is what must do no harm
      }
    }
  });
  CHECK(count_objects(store) == 20'000);
}

TEST_CASE("an object whose bytes were changed is an error that names it", "[store]") {
  const NewStore at;
  ObjectId id;
  const std::string content = "content that can be found in the file: 0123456789";
  {
    Store store(at.path, Store::Mode::ReadWrite);
    id = put_blob(store, content);
  }
  const std::filesystem::path file = at.path / "gen-000001" / "data.mdb";
  std::string bytes = *read_file(file);
  const std::size_t found = bytes.find(content);
  REQUIRE(found != std::string::npos);
  const std::size_t place = GENERATE(as<std::size_t>{}, 0, 20, 48);
  bytes[found + place] = static_cast<char>(bytes[found + place] ^ 4);
  std::ofstream(file, std::ios::binary) << bytes;
  const Store store(at.path, Store::Mode::ReadOnly);
  try {
    object_of(store, id);
    FAIL("read a damaged object");
  } catch (const Error& error) {
    CHECK(error.code() == Errc::Corrupt);
    CHECK(std::string(error.what()).find(id.hex()) != std::string::npos);
  }
}

TEST_CASE("a store whose file was cut off is damaged, and does not crash", "[store]") {
  const NewStore at;
  {
    Store store(at.path, Store::Mode::ReadWrite);
    store.write([](WriteTransaction& transaction) {
      for (int i = 0; i < 2000; ++i) transaction.put(ObjectType::Blob, std::to_string(i));
    });
  }
  const std::filesystem::path file = at.path / "gen-000001" / "data.mdb";
  const auto size = std::filesystem::file_size(file);
  const auto left = GENERATE_COPY(as<std::uintmax_t>{}, 0, 1, 100, 4095, 4096, 8191, 8192,
                                  size / 10, size / 2, size * 9 / 10);
  INFO(left << " bytes of " << size);
  std::filesystem::resize_file(file, left);
  CHECK(code_of([&] { Store(at.path, Store::Mode::ReadWrite); }) == Errc::Corrupt);
  CHECK(code_of([&] { Store(at.path, Store::Mode::ReadOnly); }) == Errc::Corrupt);
}

TEST_CASE("a store of a newer version is refused as such", "[store]") {
  const NewStore at;
  const auto set = [&](std::string_view name, std::string_view value) {
    const std::vector<std::string_view> tables{"meta"};
    LmdbEnv env(at.path / "gen-000001", {}, tables);
    env.write([&](TableTransaction& txn) { txn.put(0, name, value); });
  };
  const auto open = [&](Store::Mode mode) { const Store store(at.path, mode); };
  SECTION("that can be read") {
    set("min_writer", "5");
    CHECK(code_of([&] { open(Store::Mode::ReadWrite); }) == Errc::Unsupported);
    open(Store::Mode::ReadOnly);
  }
  SECTION("that cannot be read") {
    set("min_reader", "5");
    CHECK(code_of([&] { open(Store::Mode::ReadOnly); }) == Errc::Unsupported);
  }
  SECTION("that has an extension") {
    set("extensions", "packs");
    CHECK(code_of([&] { open(Store::Mode::ReadOnly); }) == Errc::Unsupported);
  }
  SECTION("that is damaged rather than new") {
    set("min_reader", "x");
    CHECK(code_of([&] { open(Store::Mode::ReadOnly); }) == Errc::Corrupt);
  }
}

TEST_CASE("a store keeps to the codecs of its format", "[store]") {
  const NewStore at;
  const std::vector<std::string_view> tables{"obj", "meta"};
  const std::string payload(200, 'a');
  const bool is_old = GENERATE(true, false);
  if (is_old) {
    LmdbEnv env(at.path / "gen-000001", {}, tables);
    env.write([&](TableTransaction& txn) { txn.put(1, "format", "1"); });
  }
  {
    Store store(at.path, Store::Mode::ReadWrite);
    put_blob(store, payload);
  }
  {
    LmdbEnv env(at.path / "gen-000001", {}, tables);
    env.read([&](const TableTransaction& txn) {
      TableCursor cursor(txn, 0);
      REQUIRE(cursor.first());
      CHECK(cursor.value().front() == (is_old ? 1 : 2));
    });
    // A codec that nobody knows yet.
    const bool is_newer = GENERATE(false, true);
    if (!is_newer) return;
    env.write([&](TableTransaction& txn) {
      TableCursor cursor(txn, 0);
      REQUIRE(cursor.first());
      std::string value(cursor.value());
      value.front() = 4;
      const std::string key(cursor.key());
      txn.put(0, key, value);
    });
  }
  const Store store(at.path, Store::Mode::ReadOnly);
  CHECK(code_of([&] {
          store.read([&](const ReadTransaction& transaction) {
            transaction.object(object_id_of(ObjectType::Blob, payload));
          });
        }) == Errc::Corrupt);
}

TEST_CASE("CURRENT must name a generation", "[store]") {
  const NewStore at;
  const std::string text = GENERATE(as<std::string>{}, "", "gen-000001", "gen-\n", "../x\n",
                                    "gen-1x\n", "gen-000001\n\n");
  INFO(text);
  std::ofstream(at.path / "CURRENT") << text;
  CHECK(code_of([&] { Store(at.path, Store::Mode::ReadOnly); }) == Errc::Corrupt);
}

TEST_CASE("a replaced generation is not written to", "[store]") {
  const NewStore at;
  Store store(at.path, Store::Mode::ReadWrite);
  std::ofstream(at.path / "CURRENT") << "gen-000002\n";  // which is not there
  CHECK(code_of([&] { put_blob(store, "a"); }) == Errc::NotFound);
}

TEST_CASE("no descriptor of an open store reaches a program that we start", "[store]") {
  const NewStore at;
  const Store store(at.path, Store::Mode::ReadWrite);
  const std::filesystem::path list = at.temp.path() / "descriptors";
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    const std::string command = "ls -l /proc/self/fd >'" + list.string() + "'";
    ::execl("/bin/sh", "sh", "-c", command.c_str(), nullptr);
    ::_exit(127);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  REQUIRE(status == 0);
  const std::string open = *read_file(list);
  INFO(open);
  CHECK(open.find("/proc/") != std::string::npos);
  CHECK(open.find(".mdb") == std::string::npos);
}
