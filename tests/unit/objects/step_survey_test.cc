#include "objects/step_survey.h"

#include <catch2/catch.hpp>
#include <random>
#include <string>
#include <tuple>
#include <vector>

#include "objects/base/random.h"

using namespace roar;  // NOLINT(google-build-using-namespace): the test is about all of it

namespace {

AppendedJob append(Store& store, const std::string& command, JobKind kind) {
  NewJob job;
  job.job.kind = kind;
  job.job.uid = random_hex(16);
  job.job.argv = {command};
  job.job.tracing.backend = "preload";
  AppendedJob appended;
  store.write([&](WriteTransaction& transaction) { appended = append_job(transaction, job); });
  return appended;
}

using Tips = std::vector<std::tuple<JobKind, std::uint32_t, std::string>>;

Tips tips_of(const StepSurvey& survey) {
  Tips tips;
  for (const StepTip& tip : survey.tips) tips.emplace_back(tip.kind, tip.step, tip.step_name);
  return tips;
}

// Checks the short answer against the long one, and returns it.
SurveySince survey(Store& store, const std::string& session, std::size_t tips_max,
                   const StepCounts& known) {
  SurveySince since;
  store.read([&](const ReadTransaction& transaction) {
    since = survey_steps_since(transaction, session, tips_max, known);
    const StepSurvey all = survey_steps(transaction, session, tips_max);
    CHECK(since.survey.run_steps == all.run_steps);
    CHECK(since.survey.build_steps == all.build_steps);
    CHECK(tips_of(since.survey) == tips_of(all));
    CHECK(since.counts.run_steps == all.run_steps);
    CHECK(since.counts.build_steps == all.build_steps);
  });
  return since;
}

}  // namespace

TEST_CASE("steps are counted from what was known of a session", "[history]") {
  std::mt19937 random(3);  // NOLINT(cert-msc32-c,cert-msc51-cpp): the same every time
  Store store = Store::in_memory();
  StepCounts known;
  std::string session;
  for (int job = 0; job < 300; ++job) {
    const std::string command = std::to_string(random() % 120);
    const JobKind kind = random() % 5 == 0 ? JobKind::Build : JobKind::Run;
    session = append(store, command, kind).session;
    const SurveySince since = survey(store, session, random() % 25, known);
    if (random() % 10 == 0) known = since.counts;
  }
}

TEST_CASE("of a known session only what came after is read", "[history]") {
  Store store = Store::in_memory();
  std::string session;
  for (int job = 0; job < 100; ++job)
    session = append(store, std::to_string(job), JobKind::Run).session;
  const StepCounts known = survey(store, session, 20, {}).counts;
  CHECK(survey(store, session, 20, known).behind == 0);
  append(store, "7", JobKind::Run);
  append(store, "new", JobKind::Run);
  append(store, "new", JobKind::Run);
  CHECK(survey(store, session, 20, known).behind == 3);
  // Counts that are older than what is read back, or of a session that went another way, are no
  // use.
  for (int job = 0; job < 100; ++job) append(store, "again", JobKind::Run);
  CHECK(survey(store, session, 20, known).behind > 100);
  CHECK(survey(store, session, 20, {.head = object_id_of(ObjectType::Blob, "x"), .run_steps = 9})
            .behind > 100);
}

TEST_CASE("a job that was taken back is counted no more", "[history]") {
  Store store = Store::in_memory();
  std::string session;
  for (int job = 0; job < 10; ++job)
    session = append(store, std::to_string(job), JobKind::Run).session;
  const AppendedJob last = append(store, "last", JobKind::Run);
  const StepCounts known = survey(store, session, 5, {}).counts;
  store.write([&](WriteTransaction& transaction) { pop_job(transaction, last.job, {9, 0}); });
  const SurveySince since = survey(store, session, 5, known);
  CHECK(since.survey.run_steps == 10);
}

TEST_CASE("the highest number of a step is found", "[history]") {
  Store store = Store::in_memory();
  append(store, "a", JobKind::Build);
  append(store, "a", JobKind::Run);
  const std::string session = append(store, "b", JobKind::Run).session;
  store.read([&](const ReadTransaction& transaction) {
    CHECK(highest_step(transaction, session) == 2);
    CHECK(highest_step(transaction, random_hex(16)) == 0);
  });
}
