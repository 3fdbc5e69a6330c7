// The store against SQLite with the same objects, in one process and in turns:
//
//   bench_store_sqlite DIRECTORY [OBJECTS [ROUNDS [JOBS]]]
//
// DIRECTORY must be empty. OBJECTS is a number, of objects of made-up jobs, or the directory of a
// store whose objects are taken. SQLite runs with a write-ahead log and synchronous=FULL, and does
// the same hashing and compression as the store. Prints a line for each pair of measurements:
//
//   <what> <roar> <SQLite> <ratio>      per second, or bytes

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <functional>
#include <iostream>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "objects/artifact.h"
#include "objects/base/hex.h"
#include "objects/base/random.h"
#include "objects/compression.h"
#include "objects/environment.h"
#include "objects/history.h"
#include "objects/rebuild.h"
#include "objects/store.h"

namespace {

using roar::ObjectId;
using roar::ObjectType;

constexpr std::size_t kBatch = 5000;  // objects in a commit, as `roar unpack-objects` has it

struct Object {
  ObjectType type = ObjectType::Artifact;
  ObjectId id;
  std::string payload;
};

// --- SQLite --------------------------------------------------------------------------------------

[[noreturn]] void fail(sqlite3* database, const char* action) {
  throw std::runtime_error(std::string("cannot ") + action + ": " + sqlite3_errmsg(database));
}

class Statement {
 public:
  Statement(sqlite3* database, const char* text) : database_(database) {
    if (sqlite3_prepare_v2(database, text, -1, &statement_, nullptr) != SQLITE_OK)
      fail(database, text);
  }
  ~Statement() { sqlite3_finalize(statement_); }
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  Statement& bytes(int place, std::string_view value) {
    sqlite3_bind_blob64(statement_, place, value.data(), value.size(), SQLITE_STATIC);
    return *this;
  }
  Statement& number(int place, std::int64_t value) {
    sqlite3_bind_int64(statement_, place, value);
    return *this;
  }
  // Whether there is a row.
  bool step() {
    const int code = sqlite3_step(statement_);
    if (code != SQLITE_ROW && code != SQLITE_DONE) fail(database_, "step");
    return code == SQLITE_ROW;
  }
  void run() {
    step();
    reset();
  }
  void reset() { sqlite3_reset(statement_); }
  std::int64_t number_of(int column) { return sqlite3_column_int64(statement_, column); }
  std::string_view bytes_of(int column) {
    const auto* data = static_cast<const char*>(sqlite3_column_blob(statement_, column));
    return {data, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
  }

 private:
  sqlite3* database_;
  sqlite3_stmt* statement_ = nullptr;
};

class Database {
 public:
  explicit Database(const std::filesystem::path& file) {
    if (sqlite3_open(file.c_str(), &database_) != SQLITE_OK) fail(database_, "open");
    execute("PRAGMA journal_mode=WAL");
    execute("PRAGMA synchronous=FULL");
    execute("PRAGMA mmap_size=4294967296");
    execute("PRAGMA cache_size=-262144");
    execute(
        "CREATE TABLE object(seq INTEGER PRIMARY KEY, id BLOB UNIQUE NOT NULL, type INTEGER,"
        " size INTEGER, codec INTEGER, bytes BLOB)");
    for (const char* table :
         {"job", "uid", "step", "place", "act", "holder", "path", "edge", "alt", "reflog"})
      execute(("CREATE TABLE " + std::string(table) + "(k BLOB PRIMARY KEY, v BLOB) WITHOUT ROWID")
                  .c_str());
    execute("CREATE TABLE ref(name BLOB PRIMARY KEY, id BLOB) WITHOUT ROWID");
  }
  ~Database() { sqlite3_close(database_); }
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  void execute(const char* text) {
    if (sqlite3_exec(database_, text, nullptr, nullptr, nullptr) != SQLITE_OK)
      fail(database_, text);
  }
  sqlite3* get() noexcept { return database_; }

 private:
  sqlite3* database_ = nullptr;
};

class Objects {
 public:
  Objects(Database& database, bool compresses)
      : compresses_(compresses),
        insert_(database.get(),
                "INSERT INTO object(id, type, size, codec, bytes) VALUES(?,?,?,?,?)"),
        find_(database.get(), "SELECT type, size FROM object WHERE id = ?"),
        read_(database.get(), "SELECT type, size, codec, bytes FROM object WHERE id = ?") {}

  void put(const Object& object) {
    const ObjectId id = roar::object_id_of(object.type, object.payload);
    std::optional<std::string> small;
    if (compresses_ && object.payload.size() >= 32)
      small = compression_.compress(object.payload, roar::Dictionary::First);
    insert_.bytes(1, id.bytes())
        .number(2, static_cast<int>(object.type))
        .number(3, static_cast<std::int64_t>(object.payload.size()))
        .number(4, small ? 1 : 0)
        .bytes(5, small ? *small : object.payload)
        .run();
  }
  std::uint64_t size(const ObjectId& id) {
    find_.bytes(1, id.bytes());
    const std::uint64_t size = find_.step() ? static_cast<std::uint64_t>(find_.number_of(1)) : 0;
    find_.reset();
    return size;
  }
  std::string payload(const ObjectId& id) {
    read_.bytes(1, id.bytes());
    if (!read_.step()) throw std::runtime_error("an object is missing");
    const auto type = static_cast<ObjectType>(read_.number_of(0));
    std::string payload(read_.bytes_of(3));
    if (read_.number_of(2) == 1)
      payload = compression_
                    .decompress(payload, static_cast<std::size_t>(read_.number_of(1)),
                                roar::Dictionary::First)
                    .value_or(std::string());
    read_.reset();
    if (roar::object_id_of(type, payload) != id) throw std::runtime_error("an object is damaged");
    return payload;
  }

 private:
  bool compresses_;
  roar::Compression compression_;
  Statement insert_;
  Statement find_;
  Statement read_;
};

// --- what is stored ------------------------------------------------------------------------------

std::string digest_text(std::mt19937_64& random) {
  std::array<std::uint8_t, 32> bytes{};
  for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(random());
  return roar::to_hex(bytes);
}

roar::Job job_of(std::mt19937_64& random, std::uint64_t number) {
  roar::Job job;
  job.uid = digest_text(random).substr(0, 32);
  job.argv = {"python3",  "train.py",
              "--epochs", std::to_string(number % 100),
              "--data",   "data/part-" + std::to_string(number) + ".csv"};
  job.cwd = "experiments/" + std::to_string(number % 40);
  job.git.emplace();
  job.git->commit = digest_text(random).substr(0, 40);
  job.git->branch = "main";
  job.started = {1'700'000'000 + static_cast<std::int64_t>(number), 5};
  job.ended = {1'700'000'100 + static_cast<std::int64_t>(number), 7};
  job.tracing.backend = "preload";
  job.variables = {{"CUDA_VISIBLE_DEVICES", "0"}, {"LANG", "C.UTF-8"}, {"PATH", "/usr/bin:/bin"}};
  return job;
}

roar::NewJob new_job(std::mt19937_64& random, std::uint64_t number) {
  roar::NewJob next;
  next.job = job_of(random, number);
  next.environment_payload = roar::encode(roar::Environment());
  for (int i = 0; i < 6; ++i) {
    roar::Edge edge;
    edge.path = "data/" + std::to_string(number) + "/part-" + std::to_string(i);
    edge.role = i < 4 ? roar::EdgeRole::Input : roar::EdgeRole::Output;
    edge.evidence = i < 4 ? static_cast<std::uint8_t>(roar::Evidence::Read) : std::uint8_t{0};
    edge.size = 1000;
    const roar::Artifact artifact{.blake3 = digest_text(random), .size = 1000};
    edge.artifact = roar::object_id_of(ObjectType::Artifact, roar::encode(artifact));
    next.artifacts.push_back(artifact);
    next.edges.push_back(std::move(edge));
  }
  return next;
}

// What is in a store, in the order of writing, from the object of this number on.
void append_objects(const roar::ReadTransaction& transaction, std::uint64_t from,
                    std::vector<Object>& objects) {
  transaction.for_each_object([&](const roar::ObjectInfo& info) {
    if (info.sequence >= from)
      objects.push_back({info.type, info.id, transaction.object(info.id)->payload});
    return true;
  });
}

std::vector<Object> objects_of_store(const roar::Store& store) {
  std::vector<Object> objects;
  store.read(
      [&](const roar::ReadTransaction& transaction) { append_objects(transaction, 0, objects); });
  return objects;
}

// Those that a store of many small jobs is made of.
std::vector<Object> objects_of_jobs(const std::filesystem::path& directory, std::uint64_t count) {
  constexpr std::uint64_t kObjectsOfJob = 10;
  constexpr std::uint64_t kJobsAtOnce = 500;
  std::mt19937_64 random(1);
  roar::Store::create(directory);
  roar::Store store(directory, roar::Store::Mode::ReadWrite);
  for (std::uint64_t job = 0; job < count / kObjectsOfJob + 1; job += kJobsAtOnce)
    store.write([&](roar::WriteTransaction& transaction) {
      for (std::uint64_t i = job; i < job + kJobsAtOnce; ++i)
        roar::append_job(transaction, new_job(random, i));
    });
  std::vector<Object> objects = objects_of_store(store);
  objects.resize(std::min<std::size_t>(objects.size(), count));
  return objects;
}

// --- measuring -----------------------------------------------------------------------------------

double seconds_of(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

void report(const char* what, double ours, double theirs) {
  std::printf("%-22s %12.0f %12.0f %8.3f\n", what, ours, theirs, ours / theirs);
  std::fflush(stdout);
}

struct Both {
  double ours = 0;
  double theirs = 0;
};

// Each side first in every other round, so that what the other leaves behind weighs on both.
Both in_turns(bool ours_first, const std::function<void()>& ours,
              const std::function<void()>& theirs) {
  Both both;
  if (ours_first) both.ours = seconds_of(ours);
  both.theirs = seconds_of(theirs);
  if (!ours_first) both.ours = seconds_of(ours);
  return both;
}

class Benchmark {
 public:
  Benchmark(const std::filesystem::path& directory, std::vector<Object> objects)
      : directory_(directory),
        objects_(std::move(objects)),
        packed_file_(directory / "packed.db"),
        packed_objects_(packed_file_, true) {
    roar::Store::create(directory / "store");
    store_.emplace(directory / "store", roar::Store::Mode::ReadWrite);
  }

  void import();
  void look_up(bool ours_first);
  void read(bool ours_first);
  void commit(bool ours_first, int jobs);
  void sizes();

 private:
  std::vector<const Object*> some(std::size_t count);

  std::filesystem::path directory_;
  std::vector<Object> objects_;
  std::optional<roar::Store> store_;
  Database packed_file_;
  Objects packed_objects_;
  std::mt19937_64 random_{2};
};

void Benchmark::import() {
  const auto ours = [&] {
    for (std::size_t at = 0; at < objects_.size(); at += kBatch)
      store_->write([&](roar::WriteTransaction& transaction) {
        for (std::size_t i = at; i < std::min(at + kBatch, objects_.size()); ++i)
          transaction.put(objects_[i].type, objects_[i].payload);
      });
  };
  const auto into = [&](Database& file, Objects& rows) {
    for (std::size_t at = 0; at < objects_.size(); at += kBatch) {
      file.execute("BEGIN IMMEDIATE");
      for (std::size_t i = at; i < std::min(at + kBatch, objects_.size()); ++i)
        rows.put(objects_[i]);
      file.execute("COMMIT");
    }
  };
  const Both time = in_turns(true, ours, [&] { into(packed_file_, packed_objects_); });
  const auto count = static_cast<double>(objects_.size());
  report("import/s", count / time.ours, count / time.theirs);
}

std::vector<const Object*> Benchmark::some(std::size_t count) {
  std::vector<const Object*> picked;
  picked.reserve(count);
  for (std::size_t i = 0; i < count; ++i) picked.push_back(&objects_[random_() % objects_.size()]);
  return picked;
}

void Benchmark::look_up(bool ours_first) {
  const auto picked = some(200'000);
  std::uint64_t ours_sum = 0;
  std::uint64_t theirs_sum = 0;
  const Both time = in_turns(
      ours_first,
      [&] {
        store_->read([&](const roar::ReadTransaction& transaction) {
          for (const Object* object : picked) ours_sum += transaction.info(object->id)->size;
        });
      },
      [&] {
        packed_file_.execute("BEGIN");
        for (const Object* object : picked) theirs_sum += packed_objects_.size(object->id);
        packed_file_.execute("COMMIT");
      });
  if (ours_sum != theirs_sum) throw std::runtime_error("the look-ups differ");
  report("look-ups/s", 200'000 / time.ours, 200'000 / time.theirs);
}

void Benchmark::read(bool ours_first) {
  const auto picked = some(100'000);
  std::uint64_t ours_sum = 0;
  std::uint64_t theirs_sum = 0;
  const Both time = in_turns(
      ours_first,
      [&] {
        store_->read([&](const roar::ReadTransaction& transaction) {
          for (const Object* object : picked)
            ours_sum += transaction.object(object->id)->payload.size();
        });
      },
      [&] {
        packed_file_.execute("BEGIN");
        for (const Object* object : picked)
          theirs_sum += packed_objects_.payload(object->id).size();
        packed_file_.execute("COMMIT");
      });
  if (ours_sum != theirs_sum) throw std::runtime_error("the reads differ");
  report("full reads/s", 100'000 / time.ours, 100'000 / time.theirs);
}

// The rows beside the objects that a job of six edges has in the store.
struct IndexRow {
  const char* table;
  int count;
};
constexpr IndexRow kIndexRows[] = {{"job", 1}, {"uid", 1},    {"step", 1}, {"place", 1},
                                   {"act", 2}, {"holder", 2}, {"path", 6}, {"edge", 6},
                                   {"alt", 6}, {"reflog", 1}};

void Benchmark::commit(bool ours_first, int jobs) {
  std::vector<roar::NewJob> next;
  for (int i = 0; i < jobs; ++i) next.push_back(new_job(random_, random_() % 1'000'000));
  // What a job is made of is found out by a store of its own, before the clock runs.
  std::vector<std::vector<Object>> made(next.size());
  const std::filesystem::path probe = directory_ / "probe";
  std::filesystem::remove_all(probe);
  roar::Store::create(probe);
  {
    roar::Store store(probe, roar::Store::Mode::ReadWrite);
    for (std::size_t i = 0; i < next.size(); ++i)
      store.write([&](roar::WriteTransaction& transaction) {
        const std::uint64_t first = transaction.counts().next_number;
        roar::append_job(transaction, next[i]);
        append_objects(transaction, first, made[i]);
      });
  }
  std::vector<std::unique_ptr<Statement>> inserts;
  for (const IndexRow& row : kIndexRows)
    inserts.push_back(std::make_unique<Statement>(
        packed_file_.get(),
        ("INSERT OR REPLACE INTO " + std::string(row.table) + " VALUES(?, ?)").c_str()));
  Statement move_ref(packed_file_.get(), "INSERT OR REPLACE INTO ref VALUES('HEAD', ?)");
  const Both time = in_turns(
      ours_first,
      [&] {
        for (const roar::NewJob& job : next)
          store_->write(
              [&](roar::WriteTransaction& transaction) { roar::append_job(transaction, job); });
      },
      [&] {
        for (const std::vector<Object>& objects : made) {
          packed_file_.execute("BEGIN IMMEDIATE");
          for (const Object& object : objects) {
            if (packed_objects_.size(object.id) == 0) packed_objects_.put(object);
          }
          for (std::size_t table = 0; table < inserts.size(); ++table) {
            for (int i = 0; i < kIndexRows[table].count; ++i) {
              const std::string key =
                  std::string(objects.back().id.bytes()) + "/data/part-" + std::to_string(i);
              inserts[table]->bytes(1, key).bytes(2, "12345678").run();
            }
          }
          move_ref.bytes(1, objects.back().id.bytes()).run();
          packed_file_.execute("COMMIT");
        }
      });
  report("durable jobs/s", jobs / time.ours, jobs / time.theirs);
}

void Benchmark::sizes() {
  const std::filesystem::path file = directory_ / "plain.db";
  Database plain(file);
  {
    Objects rows(plain, false);
    plain.execute("BEGIN");
    for (const Object& object : objects_) rows.put(object);
    plain.execute("COMMIT");
    plain.execute("PRAGMA wal_checkpoint(TRUNCATE)");
  }
  report("bytes, rows unpacked", static_cast<double>(store_->usage().file_bytes),
         static_cast<double>(std::filesystem::file_size(file)));
  store_.reset();
  const roar::RebuildReport rebuilt =
      roar::rebuild_store(directory_ / "store", roar::Rebuild::Compact, {});
  plain.execute("VACUUM");
  plain.execute("PRAGMA wal_checkpoint(TRUNCATE)");
  report("the same, compacted", static_cast<double>(rebuilt.bytes_after),
         static_cast<double>(std::filesystem::file_size(file)));
  store_.emplace(directory_ / "store", roar::Store::Mode::ReadWrite);
}

int run(int argc, char** argv) {
  if (argc < 2) {
    std::cerr << "usage: bench_store_sqlite DIRECTORY [OBJECTS [ROUNDS [JOBS]]]\n";
    return 2;
  }
  const auto number = [&](int index, int otherwise) {
    return argc > index ? std::atoi(argv[index]) : otherwise;
  };
  const int rounds = number(3, 5);
  std::printf("%-22s %12s %12s %8s\n", "", "roar", "SQLite", "ratio");
  const std::filesystem::path directory = argv[1];
  const bool from_store = argc > 2 && std::filesystem::is_directory(argv[2]);
  const auto count = static_cast<std::uint64_t>(from_store ? 0 : number(2, 1'000'000));
  Benchmark benchmark(
      directory, from_store ? objects_of_store(roar::Store(argv[2], roar::Store::Mode::ReadOnly))
                            : objects_of_jobs(directory / "jobs", count));
  benchmark.import();
  benchmark.sizes();
  for (int round = 0; round < rounds; ++round) {
    benchmark.look_up(round % 2 == 0);
    benchmark.read(round % 2 == 1);
    benchmark.commit(round % 2 == 0, number(4, 200));
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}
