// The short answers of history.h against the long ones.

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "objects/base/hex.h"
#include "objects/base/random.h"
#include "objects/blake3.h"
#include "objects/history.h"

using namespace roar;  // NOLINT(google-build-using-namespace): the test is about all of it

namespace {

NewJob job_of(JobKind kind, const std::string& command, const std::vector<std::string>& paths) {
  NewJob job;
  job.job.kind = kind;
  job.job.uid = random_hex(16);
  job.job.argv = {command};
  job.job.started = {100, 1};
  job.job.ended = {200, 2};
  job.job.tracing.backend = "preload";
  const Artifact artifact{to_hex(blake3_of(command)), command.size()};
  job.artifacts.push_back(artifact);
  for (const std::string& path : paths) {
    Edge edge;
    edge.path = path;
    edge.role = EdgeRole::Input;
    edge.evidence = 1;
    edge.artifact = object_id_of(artifact);
    edge.size = artifact.size;
    job.edges.push_back(edge);
  }
  return job;
}

void append(Store& store, const NewJob& job) {
  store.write([&](WriteTransaction& transaction) { append_job(transaction, job); });
}

std::vector<std::string> paths_of(Store& store, const std::string& prefix, std::size_t limit) {
  std::vector<std::string> paths;
  store.read([&](const ReadTransaction& transaction) {
    paths = tracked_paths(transaction, prefix, limit);
  });
  return paths;
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("a session read from its end is the session read from its start", "[history]") {
  Store store = Store::in_memory();
  for (const char* command : {"a", "b", "a", "c", "b", "b"})
    append(store, job_of(JobKind::Run, command, {}));
  append(store, job_of(JobKind::Build, "a", {}));
  store.write([](WriteTransaction& transaction) { start_session(transaction, {300, 0}); });
  append(store, job_of(JobKind::Run, "other", {}));

  store.read([](const ReadTransaction& transaction) {
    const std::string session = sessions(transaction).front().id;
    std::vector<JobPlace> forwards = jobs_of_session(transaction, session);
    REQUIRE(forwards.size() == 7);
    std::vector<JobPlace> backwards;
    for_each_job_newest_first(transaction, session, [&](const JobPlace& place) {
      backwards.insert(backwards.begin(), place);
      return true;
    });
    CHECK(forwards == backwards);

    std::vector<JobPlace> of_step;
    for_each_job_of_step(transaction, session, JobKind::Run, 2, [&](const JobPlace& place) {
      of_step.insert(of_step.begin(), place);
      return true;
    });
    CHECK(of_step == jobs_of_step(transaction, session, JobKind::Run, 2));

    std::vector<std::string> tips;
    for (const StepTip& tip : step_tips(transaction, session))
      tips.push_back((tip.kind == JobKind::Build ? "B" : "") + std::to_string(tip.step));
    CHECK(tips == Names{"B1", "2", "3", "1"});
    const StepSurvey survey = survey_steps(transaction, session, 2);
    CHECK(survey.run_steps == 3);
    CHECK(survey.build_steps == 1);
    REQUIRE(survey.tips.size() == 2);
    CHECK(survey.tips[0].kind == JobKind::Build);
    CHECK(survey.tips[1].step == 2);
    CHECK(survey_steps(transaction, session, 0).tips.empty());
    CHECK(survey_steps(transaction, random_hex(16), 9).run_steps == 0);
    CHECK(session_summary(transaction, session)->created == sessions(transaction)[0].created);
    CHECK_FALSE(session_summary(transaction, session)->active);
    CHECK_FALSE(session_summary(transaction, random_hex(16)));
  });
}

TEST_CASE("of many steps the ones that ran last are found, however often they ran", "[history]") {
  Store store = Store::in_memory();
  std::mt19937 random(5);
  std::vector<std::string> newest;  // the last first
  std::map<std::string, unsigned> numbers;
  for (int i = 0; i < 120; ++i) {
    const std::string command = "c" + std::to_string(random() % 30);
    append(store, job_of(JobKind::Run, command, {}));
    numbers.try_emplace(command, numbers.size() + 1);
    std::erase(newest, command);
    newest.insert(newest.begin(), command);
  }
  store.write([](WriteTransaction& transaction) { start_session(transaction, {300, 0}); });
  append(store, job_of(JobKind::Run, "other", {}));
  store.read([&](const ReadTransaction& transaction) {
    const std::string session = sessions(transaction).front().id;
    for (const std::size_t tips :
         {std::size_t{0}, std::size_t{1}, std::size_t{7}, newest.size(), newest.size() + 1}) {
      const StepSurvey survey = survey_steps(transaction, session, tips);
      CHECK(survey.run_steps == newest.size());
      CHECK(survey.build_steps == 0);
      REQUIRE(survey.tips.size() == std::min(tips, newest.size()));
      for (std::size_t i = 0; i < survey.tips.size(); ++i)
        CHECK(survey.tips[i].step == numbers.at(newest[i]));
    }
  });
}

TEST_CASE("a visitor that has seen enough is not asked again", "[history]") {
  Store store = Store::in_memory();
  for (int i = 0; i < 3; ++i) append(store, job_of(JobKind::Run, "a", {}));
  store.read([](const ReadTransaction& transaction) {
    const std::string session = *active_session(transaction);
    int visits = 0;
    const auto once = [&](const JobPlace&) { return ++visits < 1; };
    for_each_job_newest_first(transaction, session, once);
    CHECK(visits == 1);
    visits = 0;
    for_each_job_of_step(transaction, session, JobKind::Run, 1, once);
    CHECK(visits == 1);
    CHECK(job_uids(transaction, "", 2).size() == 2);
    CHECK(job_uids(transaction, "", 9).size() == 3);
    CHECK(job_uids(transaction, "zz", 9).empty());
  });
}

TEST_CASE("tracked paths are listed level by level", "[history]") {
  Store store = Store::in_memory();
  const std::string at_limit(400, 'l');
  const std::string too_long(401, 'm');
  append(store, job_of(JobKind::Run, "a",
                       {"data", "data/a", "data/b/c", "data/b/d", "data-2", "x\xff", "x\xff\xff",
                        "/etc/hosts", at_limit, too_long}));
  append(store, job_of(JobKind::Run, "b", {"data", "data/a"}));
  CHECK(paths_of(store, "", 99) ==
        Names{"/", "data", "data-2", "data/", at_limit, "x\xff", "x\xff\xff"});
  CHECK(paths_of(store, "data", 99) == Names{"data", "data-2", "data/"});
  CHECK(paths_of(store, "data/", 99) == Names{"data/a", "data/b/"});
  CHECK(paths_of(store, "data/b/", 99) == Names{"data/b/c", "data/b/d"});
  CHECK(paths_of(store, "/e", 99) == Names{"/etc/"});
  CHECK(paths_of(store, "x\xff", 99) == Names{"x\xff", "x\xff\xff"});
  CHECK(paths_of(store, "nothing", 99).empty());
}

TEST_CASE("a list of tracked paths that is cut off starts and ends like the whole", "[history]") {
  Store store = Store::in_memory();
  append(store, job_of(JobKind::Run, "a", {"f1", "f2", "f3", "g/x", "h", "i"}));
  CHECK(paths_of(store, "", 3) == Names{"f1", "f2", "i"});
  CHECK(paths_of(store, "f", 2) == Names{"f1", "f3"});
  CHECK(paths_of(store, "f", 3) == Names{"f1", "f2", "f3"});
  CHECK(paths_of(store, "f", 0).empty());
}
