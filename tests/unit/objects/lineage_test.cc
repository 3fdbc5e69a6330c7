// The graph of who made what, found in both ways, against a model that compares every job with
// every other one.

#include "objects/lineage.h"

#include <array>
#include <catch2/catch.hpp>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "objects/check_indexes.h"
#include "objects/history.h"
#include "tests/unit/objects/indexed_jobs.h"

using namespace roar;  // NOLINT(google-build-using-namespace): the test is about all of it

namespace {

using Numbers = std::set<std::uint64_t>;

struct ModelFile {
  EdgeRole role;
  std::string path;
  std::string content;
  PathClass path_class;
};
using ModelJob = std::vector<ModelFile>;

constexpr std::array kClasses = {PathClass::Data, PathClass::Data, PathClass::Code,
                                 PathClass::System};

// Few paths and contents, so that they meet often; some jobs repeat another one, or use so many
// files that they need several nodes.
std::vector<ModelJob> random_history(std::mt19937& random, std::size_t jobs) {
  std::vector<ModelJob> history;
  for (std::size_t i = 0; i < jobs; ++i) {
    if (i > 0 && random() % 5 == 0) {
      history.push_back(history[random() % i]);
      continue;
    }
    ModelJob job;
    std::set<std::pair<std::string, EdgeRole>> used;
    const std::size_t files = random() % 11 == 0 ? 300 : random() % 7;
    for (std::size_t file = 0; file < files; ++file) {
      const EdgeRole role = random() % 2 == 0 ? EdgeRole::Input : EdgeRole::Output;
      const std::size_t paths = files > 100 ? 1000 : 8;
      const std::size_t number = random() % paths;
      const std::string path = "f" + std::to_string(number);
      if (!used.emplace(path, role).second) continue;
      // Now and then what another path has, or nothing.
      const std::size_t source = random() % 4 == 0 ? random() % paths : number;
      const std::size_t content = random() % 6;
      job.push_back({role, path,
                     content == 0 ? "" : std::to_string(source) + ":" + std::to_string(content),
                     kClasses[number % kClasses.size()]});
    }
    history.push_back(std::move(job));
  }
  return history;
}

NewJob made_of(const ModelJob& model, std::size_t number) {
  std::vector<File> files;
  for (const ModelFile& file : model) files.push_back({file.role, file.path, file.content});
  NewJob job = job_of({"job", std::to_string(number)}, {}, files);
  for (std::size_t i = 0; i < model.size(); ++i) job.edges[i].path_class = model[i].path_class;
  job.job.started = {100 + static_cast<std::int64_t>(number), 1};
  return job;
}

// The number of the job that an input came from, counted from 1; 0 if there is none.
std::size_t origin_of(const std::vector<ModelJob>& history, std::size_t reader,
                      const ModelFile& input) {
  std::size_t same = 0;
  std::size_t any = 0;
  for (std::size_t job = 0; job < reader; ++job)
    for (const ModelFile& output : history[job]) {
      if (output.role != EdgeRole::Output || output.content != input.content) continue;
      any = job + 1;
      if (output.path == input.path) same = job + 1;
    }
  return same != 0 || input.content.empty() ? same : any;
}

class Compared {
 public:
  explicit Compared(const std::vector<ModelJob>& history, int format = kStoreFormat)
      : history_(history) {
    store_.write([&](WriteTransaction& transaction) {
      IndexAccess::of(transaction).put(Table::Meta, "format", std::to_string(format));
    });
    for (std::size_t i = 0; i < history.size(); ++i)
      store_.write([&](WriteTransaction& transaction) {
        ids_.push_back(append_job(transaction, made_of(history[i], i)).job);
      });
  }

  Store& store() { return store_; }
  const ObjectId& id(std::size_t job) const { return ids_[job]; }

  void check(LineageReach reach) {
    store_.read([&](const ReadTransaction& transaction) {
      for (const ObjectId& id : ids_) numbers_.push_back(transaction.info(id)->sequence);
      LineageGraph graph(transaction, reach);
      for (std::size_t job = 0; job < history_.size(); ++job) {
        CAPTURE(job);
        check_job(graph, job);
        check_files(transaction, reach, job);
      }
    });
    numbers_.clear();
  }

  // Only the newest format says in its tables which leaves are of which group.
  void check_indexes_of(int format) {
    std::set<std::string> groups;
    const auto tables = derived_tables(store_);
    for (const auto& [key, value] : tables.at("holder")) groups.insert(value);
    CHECK(groups.contains("\1") == (format >= 3));
    CHECK(groups.contains("\3") == (format >= 3));
    store_.read([&](const ReadTransaction& transaction) {
      check_indexes(
          transaction,
          [](const IndexFault& fault) { FAIL_CHECK(std::string(fault.table) + " " + fault.entry); },
          [](const std::string& subject, const Error&) { FAIL_CHECK(subject); });
    });
  }

 private:
  void check_job(LineageGraph& graph, std::size_t job) const {
    Numbers parents;
    Numbers children;
    for (const ModelFile& file : history_[job])
      if (file.role == EdgeRole::Input)
        if (const std::size_t origin = origin_of(history_, job, file); origin != 0)
          parents.insert(numbers_[origin - 1]);
    for (std::size_t other = job + 1; other < history_.size(); ++other)
      for (const ModelFile& file : history_[other])
        if (file.role == EdgeRole::Input && origin_of(history_, other, file) == job + 1)
          children.insert(numbers_[other]);
    const auto found = graph.parents(numbers_[job]);
    CHECK(Numbers(found.begin(), found.end()) == parents);
    CHECK(found.size() == parents.size());
    const auto below = graph.children(numbers_[job]);
    CHECK(below == std::vector(children.begin(), children.end()));
    CHECK(graph.started(numbers_[job]) == Timestamp{100 + static_cast<std::int64_t>(job), 1});
  }

  void check_files(const ReadTransaction& transaction, LineageReach reach, std::size_t job) const {
    for (const EdgeRole role : {EdgeRole::Input, EdgeRole::Output}) {
      std::set<ObjectId> expected;
      for (const ModelFile& file : history_[job])
        if (file.role == role && file.path_class != PathClass::System)
          expected.insert(object_id_of(
              Artifact{.blake3 = to_hex(blake3_of(file.content)), .size = file.content.size()}));
      LineageGraph graph(transaction, reach);
      Numbers told;
      graph.for_each_new_file(numbers_[job], role,
                              [&](std::uint64_t artifact) { told.insert(artifact); });
      std::vector<ObjectInfo> files;
      for (const std::uint64_t artifact : told)
        files.push_back({.id = {}, .type = ObjectType::Artifact, .size = 0, .sequence = artifact});
      graph.fill_ids(files);
      std::set<ObjectId> found;
      for (const ObjectInfo& file : files) found.insert(file.id);
      CHECK(found == expected);
      bool again = false;
      graph.for_each_new_file(numbers_[job], role, [&](std::uint64_t) { again = true; });
      CHECK_FALSE(again);
    }
  }

  const std::vector<ModelJob>& history_;
  Store store_ = Store::in_memory();
  std::vector<ObjectId> ids_;
  std::vector<std::uint64_t> numbers_;
};

}  // namespace

TEST_CASE("lineage is what a comparison of all jobs says", "[lineage]") {
  for (unsigned seed = 1; seed <= 3; ++seed) {
    CAPTURE(seed);
    std::mt19937 random(seed);
    const std::vector<ModelJob> history = random_history(random, 40);
    // The older formats with one history, for the time it takes.
    for (int format = seed == 1 ? 1 : kStoreFormat; format <= kStoreFormat; ++format) {
      CAPTURE(format);
      Compared compared(history, format);
      compared.check(LineageReach::Near);
      compared.check(LineageReach::Whole);
      compared.check_indexes_of(format);
    }
  }
}

TEST_CASE("a job that is in no index has its parents all the same", "[lineage]") {
  const ModelFile out{EdgeRole::Output, "a", "1", PathClass::Data};
  ModelFile in = out;
  in.role = EdgeRole::Input;
  const std::vector<ModelJob> history = {{out}, {in}};
  Compared compared(history);
  compared.store().write([&](WriteTransaction& transaction) {
    pop_job(transaction, compared.id(1), {500, 0});
  });
  compared.store().read([&](const ReadTransaction& transaction) {
    const auto first = transaction.info(compared.id(0))->sequence;
    const auto popped = transaction.info(compared.id(1))->sequence;
    for (const LineageReach reach : {LineageReach::Near, LineageReach::Whole}) {
      LineageGraph graph(transaction, reach);
      CHECK(graph.parents(popped) == std::vector{first});
      CHECK(graph.children(first).empty());
      CHECK(graph.started(popped) == Timestamp{101, 1});
      std::size_t files = 0;
      graph.for_each_new_file(popped, EdgeRole::Input, [&](std::uint64_t) { ++files; });
      CHECK(files == 1);
    }
  });
}

TEST_CASE("ids are filled in one by one and all at once", "[lineage]") {
  std::mt19937 random(7);
  const std::vector<ModelJob> history = random_history(random, 60);
  Compared compared(history);
  compared.store().read([&](const ReadTransaction& transaction) {
    std::vector<ObjectInfo> all;
    transaction.for_each_object([&](const ObjectInfo& object) {
      all.push_back(object);
      return true;
    });
    REQUIRE(all.size() > 100);
    const LineageGraph graph(transaction);
    std::vector<ObjectInfo> some(all.begin(), all.begin() + 2);
    for (std::vector<ObjectInfo>* const objects : {&all, &some}) {
      std::vector<ObjectInfo> filled = *objects;
      for (ObjectInfo& object : filled) object.id = {};
      graph.fill_ids(filled);
      for (std::size_t i = 0; i < filled.size(); ++i) CHECK(filled[i].id == (*objects)[i].id);
      filled[1].type = ObjectType::Label;
      CHECK_THROWS_WITH(graph.fill_ids(filled), Catch::Contains("for a label"));
    }
  });
}
