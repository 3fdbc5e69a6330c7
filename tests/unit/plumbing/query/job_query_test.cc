#include "plumbing/query/job_query.h"

#include <catch2/catch.hpp>
#include <string>

#include "objects/base/error.h"
#include "tests/unit/objects/code_of.h"

namespace roar::plumbing {
namespace {

constexpr Timestamp kNow{1'700'000'000, 0};

// A job that took 90 s and ended a day ago.
struct Sample {
  Job job;
  JobPlace place{.job = {}, .session = {}, .kind = JobKind::Run, .step = 3, .step_name = "train"};
  LabelDocument labels{{"acc", "0.95"},      {"deep.er", "1"}, {"gold", "true"},
                       {"list", "[1,2]"},    {"no", "false"},  {"note", "\"a (b)\""},
                       {"version", "\"10\""}};

  Sample() {
    job.uid = "0123";
    job.argv = {"./train", "--lr", "0.1", "--lr=0.2", "--verbose", "data dir/in"};
    job.started = {kNow.seconds - 86'490, 0};
    job.ended = {kNow.seconds - 86'400, 0};
    job.exit.code = 2;
    job.inputs = 4;
    job.tracing.complete = true;
    job.git.emplace().branch = "main";
  }
};

bool holds(std::string_view query, const Sample& sample = {}) {
  return JobQuery(query, kNow)
      .matches({.job = sample.job, .place = sample.place, .labels = sample.labels});
}

TEST_CASE("a query compares numbers as numbers and text as text", "[query]") {
  CHECK(holds("label.acc > 0.9"));
  CHECK_FALSE(holds("label.acc > 0.95"));
  CHECK(holds("label.acc>=0.950 and label.acc<=0.95 and label.acc == 0.95"));
  CHECK(holds("label.acc != 1"));
  CHECK(holds("label.note = 'a (b)'"));
  CHECK(holds("label.note < b"));
  CHECK(holds("label.version = 10"));
  CHECK(holds("label.version = '10'"));
  CHECK_FALSE(holds("label.version < 9"));
  CHECK_FALSE(holds("label.acc = '0.95'"));
  CHECK_FALSE(holds("label.acc > gold"));
  CHECK(holds("label.list = '[1,2]'"));
}

TEST_CASE("true and false are equal or not, and stand alone", "[query]") {
  CHECK(holds("label.gold"));
  CHECK(holds("label.gold = true"));
  CHECK_FALSE(holds("label.gold = 'true'"));
  CHECK_FALSE(holds("label.no"));
  CHECK(holds("label.no = false"));
  CHECK(holds("label.no != true"));
  CHECK_FALSE(holds("label.gold > false"));
  CHECK(holds("complete and not label.no"));
}

TEST_CASE("what is not there compares with nothing", "[query]") {
  CHECK_FALSE(holds("label.none = 1"));
  CHECK_FALSE(holds("label.none != 1"));
  CHECK_FALSE(holds("label.none !~ x"));
  CHECK(holds("not label.none = 1"));
  CHECK_FALSE(holds("label.none"));
  CHECK(holds("label.deep"));
  CHECK_FALSE(holds("label.dee"));
  CHECK_FALSE(holds("commit = ''"));
  CHECK_FALSE(holds("signal > 0"));
}

TEST_CASE("any of several parameters of one name counts", "[query]") {
  CHECK(holds("param.lr = 0.1 and param.lr = 0.2"));
  CHECK_FALSE(holds("param.lr = 0.3"));
  CHECK(holds("param.verbose = 'data dir/in'"));
}

TEST_CASE("fields have literals of their own", "[query]") {
  CHECK(holds("duration = 90 and duration = 1.5min and duration < 2m and duration > 89000ms"));
  CHECK(holds("time < '1 day ago' and ended <= yesterday and time > 2020-01-01"));
  CHECK(holds("exit = 2 and exit != 0 and status = FAIL and kind = run and inputs = 4"));
  CHECK(holds("step = 3 and step = @3 and step < 4 and step != @B3"));
  CHECK_FALSE(holds("step = @B3"));
  CHECK_FALSE(holds("step < @B9"));
  CHECK(holds("name = train and branch and uid ~ ^01"));
  CHECK(holds("command ~ '--lr 0\\.1' and command !~ 'x{3}' and label.acc ~ '^0\\.95$'"));
}

TEST_CASE("a signal is an exit status beyond 128", "[query]") {
  Sample sample;
  sample.job.exit = {.code = 0, .signal = 9};
  CHECK(holds("exit = 137 and signal = 9", sample));
  sample.job.exit = {.unknown = true};
  CHECK_FALSE(holds("exit = 0 or exit != 0", sample));
  sample.place.kind = JobKind::Build;
  CHECK(holds("step = @B3 and step = b3 and not step = 3", sample));
}

TEST_CASE("not binds closer than and, and that closer than or", "[query]") {
  CHECK(holds("exit = 2 or exit = 0 and exit = 1"));
  CHECK_FALSE(holds("(exit = 2 or exit = 0) and exit = 1"));
  CHECK(holds("not exit = 1 and exit = 2"));
  CHECK_FALSE(holds("NOT (exit = 1 OR exit = 2)"));
  CHECK(holds("not not exit = 2"));
  CHECK(holds("\"label.acc\" = 0.95"));
  CHECK(holds("label.note = \"a (b\\)\""));
}

std::string failure(std::string_view query) {
  try {
    const JobQuery parsed(query, kNow);
  } catch (const Error& error) {
    CHECK(error.code() == Errc::Usage);
    return error.what();
  }
  return "none";
}

TEST_CASE("a failure names the place", "[query]") {
  CHECK(failure("exit = ") ==
        "query, line 1, column 8: expected a value; the query ends here\n  exit = \n         ^");
  CHECK(failure("exit = 0 and\n  foo = 1")
            .starts_with("query, line 2, column 3: there is no field "));
  CHECK(failure("label.\xc3\xa9 = )").starts_with("query, line 1, column 11: expected a value\n"));
  CHECK(failure("(exit = 0").starts_with("query, line 1, column 1: this ( is never closed"));
  CHECK(failure("exit = 0)").starts_with("query, line 1, column 9: there is no ( for this one"));
  CHECK(failure("exit = 'a").starts_with("query, line 1, column 8: this string has no end"));
  CHECK(failure("name ~ '('").find("invalid expression") != std::string::npos);
}

TEST_CASE("what is no query is refused", "[query]") {
  for (const char* query : {"",
                            " ",
                            "exit",
                            "exit 0",
                            "= 0",
                            "exit = = 0",
                            "exit =! 0",
                            "exit = 0 exit = 1",
                            "and",
                            "not",
                            "exit = 0 and",
                            "()",
                            "exit = x",
                            "exit ~ 0",
                            "duration > 5 parsecs",
                            "duration > soon",
                            "time > soon",
                            "step = x",
                            "status = good",
                            "status < ok",
                            "complete = 1",
                            "complete < true",
                            "label. = 1",
                            "param.",
                            "label",
                            "inputs = nan",
                            "\xff = 1"}) {
    CAPTURE(query);
    CHECK(code_of([&] { JobQuery(query, kNow); }) == Errc::Usage);
  }
  CHECK(code_of([] { JobQuery(std::string(100'000, '('), kNow); }) == Errc::Usage);
  std::string many = "exit = 2";
  for (int i = 0; i < 10'000; ++i) many += " and exit = 2";
  CHECK(holds(many));
}

TEST_CASE("labels are asked for only if the query names one", "[query]") {
  CHECK_FALSE(JobQuery("exit = 0 and param.x = 1", kNow).asks_labels());
  CHECK(JobQuery("exit = 0 or (not label.x = 1)", kNow).asks_labels());
}

}  // namespace
}  // namespace roar::plumbing
