#include "objects/history.h"

#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <set>

#include "objects/base/hex.h"
#include "objects/base/random.h"
#include "objects/blake3.h"
#include "objects/environment.h"
#include "objects/packages.h"
#include "objects/processes.h"
#include "tests/unit/objects/code_of.h"
#include "tests/unit/objects/new_store.h"

using namespace roar;  // NOLINT(google-build-using-namespace): the test is about all of it

namespace {

Artifact artifact_of(std::string_view content) {
  return {to_hex(blake3_of(content)), content.size()};
}

NewJob job_of(std::vector<std::string> argv) {
  NewJob job;
  job.job.uid = random_hex(16);
  job.job.argv = std::move(argv);
  job.job.started = {100, 1};
  job.job.ended = {200, 2};
  job.job.tracing = {.backend = "preload",
                     .complete = true,
                     .gaps = {},
                     .dropped = 0,
                     .processes = 1,
                     .temporaries = 0,
                     .credentials = 0,
                     .ignored = 0};
  return job;
}

void add_edge(NewJob& job, EdgeRole role, const std::string& path, std::string_view content) {
  Edge edge;
  edge.path = path;
  edge.role = role;
  edge.evidence = 1;
  const Artifact artifact = artifact_of(content);
  edge.artifact = object_id_of(artifact);
  edge.size = artifact.size;
  job.edges.push_back(edge);
  if (std::ranges::find(job.artifacts, artifact) == job.artifacts.end())
    job.artifacts.push_back(artifact);
}

AppendedJob append(Store& store, const NewJob& job) {
  AppendedJob appended;
  store.write([&](WriteTransaction& transaction) { appended = append_job(transaction, job); });
  return appended;
}

std::uint32_t step_of(Store& store, const NewJob& job) {
  return append(store, job).step;
}

}  // namespace

TEST_CASE("the first job starts a session, and each entry names the one before", "[history]") {
  const NewStore at;
  Store store(at.path, Store::Mode::ReadWrite);
  const AppendedJob first = append(store, job_of({"a"}));
  const AppendedJob second = append(store, job_of({"b"}));
  CHECK(first.step == 1);
  CHECK(second.step == 2);
  CHECK(first.session == second.session);
  store.read([&](const ReadTransaction& transaction) {
    CHECK(active_session(transaction) == first.session);
    const std::string ref = "refs/sessions/" + first.session;
    CHECK(transaction.ref("HEAD")->symbolic == ref);
    ObjectId id = *transaction.resolve_ref("HEAD");
    SessionEntry entry = decode_session(transaction.payload(id, ObjectType::Session));
    CHECK(entry.job == second.job);
    entry = decode_session(transaction.payload(*entry.previous, ObjectType::Session));
    CHECK(entry.job == first.job);
    entry = decode_session(transaction.payload(*entry.previous, ObjectType::Session));
    CHECK_FALSE(entry.previous);
    CHECK(entry.created == Timestamp{200, 2});
    CHECK(transaction.reflog(ref).size() == 3);
    CHECK(transaction.reflog(ref).back().after == id);
    REQUIRE(sessions(transaction).size() == 1);
    CHECK(sessions(transaction)[0].active);
    CHECK(sessions(transaction)[0].head == id);
    CHECK(sessions(transaction)[0].created == Timestamp{200, 2});
  });
}

TEST_CASE("a new session becomes the active one and counts its steps from one", "[history]") {
  const NewStore at;
  Store store(at.path, Store::Mode::ReadWrite);
  const AppendedJob first = append(store, job_of({"a"}));
  std::string session;
  store.write([&](WriteTransaction& transaction) {
    session = start_session(transaction, {300, 0});
  });
  const AppendedJob second = append(store, job_of({"a"}));
  CHECK(second.session == session);
  CHECK(second.session != first.session);
  CHECK(second.step == 1);
  store.read([&](const ReadTransaction& transaction) {
    const std::vector<SessionSummary> all = sessions(transaction);
    REQUIRE(all.size() == 2);
    CHECK(all[0].id == first.session);
    CHECK_FALSE(all[0].active);
    CHECK(all[1].id == session);
    CHECK(all[1].active);
    CHECK(jobs_of_session(transaction, first.session).size() == 1);
    CHECK(jobs_of_session(transaction, session).at(0).job == second.job);
    CHECK(code_of([&] { jobs_of_session(transaction, "zz"); }) == Errc::Usage);
  });
}

TEST_CASE("an empty store has no session", "[history]") {
  const NewStore at;
  const Store store(at.path, Store::Mode::ReadOnly);
  store.read([](const ReadTransaction& transaction) {
    CHECK_FALSE(active_session(transaction));
    CHECK(sessions(transaction).empty());
  });
}

TEST_CASE("a job belongs to the step of the same name, command or outputs", "[history]") {
  const NewStore at;
  Store store(at.path, Store::Mode::ReadWrite);
  NewJob train = job_of({"python", "train.py"});
  train.job.name = "train";
  add_edge(train, EdgeRole::Output, "model", "weights");
  CHECK(step_of(store, train) == 1);
  CHECK(step_of(store, job_of({"python", "other.py"})) == 2);

  SECTION("same name, another command") {
    NewJob job = job_of({"python", "train.py", "--fast"});
    job.job.name = "train";
    CHECK(step_of(store, job) == 1);
    CHECK(step_of(store, job_of({"python", "train.py", "--fast"})) == 1);
  }
  SECTION("same command, no name") {
    const AppendedJob again = append(store, job_of({"python", "train.py"}));
    CHECK(again.step == 1);
    store.read([&](const ReadTransaction& transaction) {
      CHECK(places_of_job(transaction, again.job).at(0).step_name == "train");
    });
  }
  SECTION("same command in another directory") {
    NewJob job = job_of({"python", "train.py"});
    job.job.cwd = "sub";
    CHECK(step_of(store, job) == 3);
  }
  SECTION("arguments are not joined") {
    CHECK(step_of(store, job_of({"pythontrain.py"})) == 3);
  }
  SECTION("a build is counted apart") {
    NewJob job = job_of({"python", "train.py"});
    job.job.kind = JobKind::Build;
    CHECK(step_of(store, job) == 1);
    store.read([&](const ReadTransaction& transaction) {
      const std::string session = *active_session(transaction);
      CHECK(jobs_of_step(transaction, session, JobKind::Build, 1).size() == 1);
      CHECK(jobs_of_step(transaction, session, JobKind::Run, 1).size() == 1);
    });
  }
  SECTION("same outputs, another command") {
    NewJob job = job_of({"make"});
    add_edge(job, EdgeRole::Output, "model", "weights");
    CHECK(step_of(store, job) == 1);
  }
  SECTION("the same content at another path") {
    NewJob job = job_of({"make"});
    add_edge(job, EdgeRole::Output, "model2", "weights");
    CHECK(step_of(store, job) == 3);
  }
  SECTION("same outputs of a job that failed") {
    NewJob job = job_of({"make"});
    add_edge(job, EdgeRole::Output, "model", "weights");
    job.job.exit.code = 1;
    CHECK(step_of(store, job) == 3);
  }
  SECTION("more outputs") {
    NewJob job = job_of({"make"});
    add_edge(job, EdgeRole::Output, "model", "weights");
    add_edge(job, EdgeRole::Output, "log", "lines");
    CHECK(step_of(store, job) == 3);
  }
  SECTION("the same as input only") {
    NewJob job = job_of({"make"});
    add_edge(job, EdgeRole::Input, "model", "weights");
    CHECK(step_of(store, job) == 3);
  }
  SECTION("the same by way of a nested job") {
    NewJob job = job_of({"make"});
    add_edge(job, EdgeRole::Output, "model", "weights");
    job.edges.back().via = train.job.uid;
    CHECK(step_of(store, job) == 3);
  }
}

TEST_CASE("empty outputs do not make two jobs one step", "[history]") {
  const NewStore at;
  Store store(at.path, Store::Mode::ReadWrite);
  for (const std::uint32_t step : {1U, 2U}) {
    NewJob job = job_of({"touch", std::to_string(step)});
    add_edge(job, EdgeRole::Output, std::to_string(step), "");
    CHECK(step_of(store, job) == step);
  }
}

TEST_CASE("executions of a step are listed oldest first", "[history]") {
  const NewStore at;
  Store store(at.path, Store::Mode::ReadWrite);
  const AppendedJob first = append(store, job_of({"a"}));
  append(store, job_of({"b"}));
  const AppendedJob third = append(store, job_of({"a"}));
  store.read([&](const ReadTransaction& transaction) {
    const std::vector<JobPlace> runs = jobs_of_step(transaction, first.session, JobKind::Run, 1);
    REQUIRE(runs.size() == 2);
    CHECK(runs[0].job == first.job);
    CHECK(runs[1].job == third.job);
    CHECK(jobs_of_step(transaction, first.session, JobKind::Run, 3).empty());
    CHECK(jobs_of_step(transaction, first.session, JobKind::Build, 1).empty());
    const std::vector<JobPlace> all = jobs_of_session(transaction, first.session);
    REQUIRE(all.size() == 3);
    CHECK(all[2].job == third.job);
    CHECK(places_of_job(transaction, third.job) == std::vector{all[2]});
    CHECK(places_of_job(transaction, ObjectId()).empty());
  });
}

TEST_CASE("jobs are found by every prefix of their uid", "[history]") {
  const NewStore at;
  Store store(at.path, Store::Mode::ReadWrite);
  NewJob job = job_of({"a"});
  job.job.uid = "0123456789abcdef0123456789abcdef";
  const ObjectId id = append(store, job).job;
  job = job_of({"a"});
  job.job.uid = "0123f00000000000000000000000000f";
  append(store, job);
  store.read([&](const ReadTransaction& transaction) {
    CHECK(jobs_with_uid(transaction, "0123", 9).size() == 2);
    CHECK(jobs_with_uid(transaction, "0123", 1).size() == 1);
    CHECK(jobs_with_uid(transaction, "", 9).size() == 2);
    CHECK(jobs_with_uid(transaction, "01234", 9) == std::vector{id});
    CHECK(jobs_with_uid(transaction, "0123456789ABCDEF0123456789abcdef", 9) == std::vector{id});
    CHECK(jobs_with_uid(transaction, "1", 9).empty());
    CHECK(jobs_with_uid(transaction, "x", 9).empty());
    CHECK(jobs_with_uid(transaction, std::string(33, '0'), 9).empty());
  });
}

TEST_CASE("what a job read and wrote is found by path and by artifact", "[history]") {
  const NewStore at;
  Store store(at.path, Store::Mode::ReadWrite);
  const std::string long_path = std::string(400, 'p') + "/one";
  const std::string other_path = std::string(400, 'p') + "/two";
  const std::string copied_path = std::string(400, 'p') + "/three";
  NewJob make = job_of({"make"});
  add_edge(make, EdgeRole::Output, "data", "x");
  add_edge(make, EdgeRole::Output, "copy", "x");
  add_edge(make, EdgeRole::Output, long_path, "y");
  add_edge(make, EdgeRole::Output, copied_path, "y");
  add_edge(make, EdgeRole::Output, std::string(400, 'p'), "z");
  add_edge(make, EdgeRole::Output, std::string("da\xff\n"), "z");
  Edge absent;
  absent.path = "data";
  absent.role = EdgeRole::Absent;
  make.edges.push_back(absent);
  NewJob use = job_of({"use"});
  add_edge(use, EdgeRole::Input, "data", "x");
  add_edge(use, EdgeRole::Input, other_path, "y");
  use.edges.push_back({.path = "gone",
                       .spelled = {},
                       .role = EdgeRole::Input,
                       .path_class = PathClass::System,
                       .evidence = 1,
                       .artifact = {},
                       .size = 0,
                       .executable = false,
                       .unchanged = false,
                       .changed = false,
                       .missing = "vanished",
                       .via = {}});
  const ObjectId make_id = append(store, make).job;
  const ObjectId use_id = append(store, use).job;
  const ObjectId x = object_id_of(artifact_of("x"));
  const ObjectId y = object_id_of(artifact_of("y"));
  store.read([&](const ReadTransaction& transaction) {
    const auto of_path = [&](const std::string& path) {
      std::vector<std::pair<ObjectId, EdgeRole>> found;
      for (const Use& found_use : uses_of_path(transaction, path)) {
        CHECK(found_use.path == path);
        found.emplace_back(found_use.job, found_use.role);
      }
      return found;
    };
    using Uses = std::vector<std::pair<ObjectId, EdgeRole>>;
    CHECK(of_path("data") == Uses{{make_id, EdgeRole::Output}, {use_id, EdgeRole::Input}});
    CHECK(of_path(long_path) == Uses{{make_id, EdgeRole::Output}});
    CHECK(of_path(copied_path) == Uses{{make_id, EdgeRole::Output}});
    CHECK(of_path(other_path) == Uses{{use_id, EdgeRole::Input}});
    CHECK(of_path(std::string(400, 'p')) == Uses{{make_id, EdgeRole::Output}});
    CHECK(of_path("da\xff\n") == Uses{{make_id, EdgeRole::Output}});
    CHECK(of_path("gone") == Uses{{use_id, EdgeRole::Input}});
    CHECK(of_path("dat").empty());
    CHECK(uses_of_path(transaction, "data")[1].artifact == x);
    CHECK_FALSE(uses_of_path(transaction, "gone")[0].artifact);

    const std::vector<Use> uses = uses_of_artifact(transaction, x);
    REQUIRE(uses.size() == 3);
    CHECK(uses[0].path == "copy");
    CHECK(uses[1].path == "data");
    CHECK(uses[2].job == use_id);
    CHECK(uses_of_artifact(transaction, x, EdgeRole::Output).size() == 2);
    CHECK(uses_of_artifact(transaction, y, EdgeRole::Input).at(0).path == other_path);
    CHECK(uses_of_artifact(transaction, ObjectId()).empty());

    std::set<std::string> paths;
    for_each_edge_of(transaction, read_job(transaction, make_id), [&](const Edge& edge) {
      paths.insert(std::string(role_name(edge.role)) + edge.path);
      return true;
    });
    CHECK(paths.size() == 7);
    CHECK(paths.contains("absentdata"));
    int seen = 0;
    for_each_edge_of(transaction, read_job(transaction, use_id),
                     [&](const Edge&) { return ++seen < 1; });
    CHECK(seen == 1);
  });
}

TEST_CASE("a job that repeats another one is found too, and costs next to nothing", "[history]") {
  const NewStore at;
  Store store(at.path, Store::Mode::ReadWrite);
  NewJob train = job_of({"train"});
  for (int i = 0; i < 3000; ++i) {
    const std::string number = std::to_string(i);
    add_edge(train, EdgeRole::Input, "images/" + number, "image " + number);
  }
  train.job.uid.replace(0, 2, "00");  // it is random, and must be none of those below
  std::vector<ObjectId> jobs{append(store, train).job};
  const std::size_t first = store.usage().file_bytes;
  for (int i = 0; i < 20; ++i) {
    train.job.uid.replace(0, 2, std::to_string(10 + i));
    jobs.push_back(append(store, train).job);
  }
  CHECK(store.usage().file_bytes < first + first / 2);

  // One file of many is another one: both versions of its node have their jobs.
  add_edge(train, EdgeRole::Output, "images/2000.out", "result");
  train.job.uid.replace(0, 2, "ff");
  const ObjectId last = append(store, train).job;
  store.read([&](const ReadTransaction& transaction) {
    for (const std::string path : {"images/0", "images/2000", "images/2999"}) {
      const std::vector<Use> uses = uses_of_path(transaction, path);
      REQUIRE(uses.size() == jobs.size() + 1);
      for (std::size_t i = 0; i < jobs.size(); ++i) CHECK(uses[i].job == jobs[i]);
      CHECK(uses.back().job == last);
    }
    const ObjectId image = object_id_of(artifact_of("image 2000"));
    CHECK(uses_of_artifact(transaction, image).size() == jobs.size() + 1);
    CHECK(uses_of_path(transaction, "images/2000.out").size() == 1);
  });
}

TEST_CASE("artifacts are found by every digest", "[history]") {
  const NewStore at;
  Store store(at.path, Store::Mode::ReadWrite);
  NewJob job = job_of({"a"});
  add_edge(job, EdgeRole::Output, "x", "x");
  add_edge(job, EdgeRole::Output, "y", "y");
  const ObjectId x = object_id_of(artifact_of("x"));
  const ObjectId y = object_id_of(artifact_of("y"));
  job.digests = {{x, "sha256", std::string(64, 'a'), DigestOrigin::Computed},
                 {y, "md5", std::string(32, 'a'), DigestOrigin::Computed},
                 {x, "etag", "aa00-12", DigestOrigin::Claimed},
                 {y, "etag", std::string(500, 'a') + "-x", DigestOrigin::Claimed},
                 {x, "crc", "AA", DigestOrigin::Claimed}};
  append(store, job);
  append(store, job);
  store.read([&](const ReadTransaction& transaction) {
    const auto find = [&](std::string_view algorithm, std::string_view prefix) {
      std::vector<std::pair<ObjectId, std::string>> found;
      for (const DigestMatch& match : artifacts_with_digest(transaction, algorithm, prefix, 100))
        found.emplace_back(match.artifact, match.algorithm);
      return found;
    };
    using Matches = std::vector<std::pair<ObjectId, std::string>>;
    const std::string blake3 = artifact_of("x").blake3;
    for (std::size_t length = 8; length <= blake3.size(); ++length)
      CHECK(find("", blake3.substr(0, length)) == Matches{{x, "blake3"}});
    CHECK(find("blake3", "").size() == 2);
    CHECK(find("sha256", "aaa") == Matches{{x, "sha256"}});
    CHECK(find("md5", "AAAA") == Matches{{y, "md5"}});
    CHECK(find("etag", "aa") == Matches{{x, "etag"}, {y, "etag"}});
    CHECK(find("", "aaaaaaaa") == Matches{{y, "etag"}, {y, "md5"}, {x, "sha256"}});
    CHECK(find("etag", "aa0") == Matches{{x, "etag"}});
    CHECK(find("sha1", "aaa").empty());
    CHECK(find("", "xyz").empty());
    CHECK(artifacts_with_digest(transaction, "", "aaaaaaaa", 2).size() == 2);
    CHECK(artifacts_with_digest(transaction, "etag", "aaa", 1).at(0).digest ==
          std::string(500, 'a') + "-x");

    const std::vector<DigestRecord> digests = digests_of(transaction, x);
    REQUIRE(digests.size() == 4);
    CHECK(digests[0].algorithm == "blake3");
    CHECK(digests[0].digest == blake3);
    CHECK(digests[1].algorithm == "crc");
    CHECK(digests[2].origin == DigestOrigin::Claimed);
    CHECK(digests[3].digest == std::string(64, 'a'));
    CHECK(digests_of(transaction, ObjectId()).empty());
  });
}

TEST_CASE("a job keeps its environment, packages and processes", "[history]") {
  const NewStore at;
  Store store(at.path, Store::Mode::ReadWrite);
  Environment environment;
  environment.hostname = "h";
  NewJob job = job_of({"a"});
  job.environment_payload = encode(environment);
  job.packages_payload = encode(Packages{{{"dpkg", "a", "1"}}});
  job.processes_payload = encode(JobProcesses{});
  const ObjectId id = append(store, job).job;
  store.read([&](const ReadTransaction& transaction) {
    const Job read = read_job(transaction, id);
    CHECK(decode_environment(transaction.payload(*read.environment, ObjectType::Environment)) ==
          environment);
    CHECK(decode_packages(transaction.payload(*read.packages, ObjectType::Packages))
              .packages.size() == 1);
    CHECK(transaction.payload(*read.processes, ObjectType::Processes) == job.processes_payload);
  });
}

TEST_CASE("an edge to an artifact that is nowhere is refused, and nothing is recorded",
          "[history]") {
  const NewStore at;
  Store store(at.path, Store::Mode::ReadWrite);
  NewJob job = job_of({"a"});
  add_edge(job, EdgeRole::Input, "x", "x");
  job.artifacts.clear();
  CHECK(code_of([&] { append(store, job); }) == Errc::NotFound);
  store.read([](const ReadTransaction& transaction) { CHECK(sessions(transaction).empty()); });
  NewJob twice = job_of({"a"});
  add_edge(twice, EdgeRole::Input, "x", "x");
  add_edge(twice, EdgeRole::Input, "x", "y");
  CHECK(code_of([&] { append(store, twice); }) == Errc::Usage);
}

TEST_CASE("64 processes append at once: every job has its step and its place in the chain",
          "[history]") {
  const NewStore at;
  constexpr int kWriters = 64;
  std::vector<pid_t> children;
  for (int i = 0; i < kWriters; ++i) {
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      int status = 1;
      try {
        Store store(at.path, Store::Mode::ReadWrite);
        NewJob job = job_of({"work", std::to_string(i)});
        add_edge(job, EdgeRole::Input, "in" + std::to_string(i), "in" + std::to_string(i));
        add_edge(job, EdgeRole::Output, "out" + std::to_string(i), "out" + std::to_string(i));
        append(store, job);
        status = 0;
      } catch (const Error& error) {
        ::write(2, error.what(), std::string_view(error.what()).size());
      }
      ::_exit(status);
    }
    children.push_back(child);
  }
  for (const pid_t child : children) {
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    CHECK(status == 0);
  }
  const Store store(at.path, Store::Mode::ReadOnly);
  store.read([&](const ReadTransaction& transaction) {
    REQUIRE(sessions(transaction).size() == 1);
    const std::vector<JobPlace> jobs = jobs_of_session(transaction, *active_session(transaction));
    REQUIRE(jobs.size() == kWriters);
    for (std::size_t i = 0; i < jobs.size(); ++i) CHECK(jobs[i].step == i + 1);
    std::size_t chain = 0;
    std::optional<ObjectId> id = transaction.resolve_ref("HEAD");
    while (id) {
      const SessionEntry entry = decode_session(transaction.payload(*id, ObjectType::Session));
      if (entry.job) CHECK(*entry.job == jobs[jobs.size() - 1 - chain].job);
      if (entry.job) ++chain;
      id = entry.previous;
    }
    CHECK(chain == kWriters);
    for (int i = 0; i < kWriters; ++i) {
      CHECK(uses_of_path(transaction, "in" + std::to_string(i)).size() == 1);
      CHECK(uses_of_path(transaction, "out" + std::to_string(i)).size() == 1);
    }
  });
}
