#include "plumbing/session_hash.h"

#include <catch2/catch.hpp>

namespace roar::plumbing {
namespace {

CanonicalSession published_example() {
  return {.creator = "",
          .repository = "https://github.com/test/repo",
          .commit = "deadbeef",
          .branch = "main",
          .jobs = {{.command = "python train.py",
                    .type = "run",
                    .step = 1,
                    .parent_step = std::nullopt,
                    .inputs = {{std::string(64, 'a'), "data/input.csv"}},
                    .outputs = {{std::string(64, 'b'), "models/output.bin"}},
                    .metadata = R"({"lr":0.01,"note":"caf\u00e9","runner":"python"})"}}};
}

TEST_CASE("a session has the hash that the protocol's example has", "[plumbing]") {
  CHECK(session_hash(published_example()) ==
        "1002438b8086b75a8f59232c081cf4c5c8f254cda105e9fbd454cf02562e2dae");
}

TEST_CASE("the order of jobs and files does not matter", "[plumbing]") {
  CanonicalSession session = published_example();
  session.jobs.front().inputs.push_back({std::string(64, 'a'), "another"});
  session.jobs.push_back(session.jobs.front());
  session.jobs.back().step = 2;
  CanonicalSession other = session;
  std::ranges::reverse(other.jobs);
  for (CanonicalJob& job : other.jobs) std::ranges::reverse(job.inputs);
  CHECK(canonical_text(other) == canonical_text(session));
}

TEST_CASE("text is ASCII, with what is not UTF-8 as lone surrogates", "[plumbing]") {
  CanonicalSession session;
  session.branch = "\xc3\xa9\xf0\x9f\xa6\x96\xff\"\\\n\r\t\b\f\x01\x7f\xe2\x82";
  CHECK(canonical_text(session) ==
        "{\"canonical_version\":1,\"creator_identity\":\"anonymous\",\"git\":{\"branch\":"
        "\"\\u00e9\\ud83e\\udd96\\udcff\\\"\\\\\\n\\r\\t\\b\\f\\u0001\x7f\\udce2\\udc82\","
        "\"commit\":null,\"repo\":null},\"jobs\":[]}");
}

}  // namespace
}  // namespace roar::plumbing
