#include "objects/spooled_job.h"

#include <catch2/catch.hpp>
#include <string>

#include "objects/base/error.h"
#include "objects/environment.h"
#include "objects/packages.h"
#include "objects/processes.h"
#include "tests/unit/objects/code_of.h"

using namespace roar;  // NOLINT(google-build-using-namespace): the test is about all of it

namespace {

NewJob sample(std::size_t edges) {
  NewJob job;
  job.job.uid = std::string(32, 'a');
  job.job.argv = {"cp", "a\xff", ""};
  job.job.started = {100, 1};
  job.job.ended = {200, 2};
  job.job.tracing.backend = "preload";
  for (std::size_t i = 0; i < edges; ++i) {
    Edge edge;
    edge.path = "file" + std::to_string(100'000 + i);
    edge.size = i;
    edge.role = i % 2 == 0 ? EdgeRole::Input : EdgeRole::Output;
    const Artifact artifact{std::string(64, "0123456789abcdef"[i % 16]), i};
    edge.artifact = object_id_of(artifact);
    job.edges.push_back(edge);
    job.artifacts.push_back(artifact);
  }
  job.environment_payload = encode(Environment{});
  job.packages_payload = encode(Packages{{{"dpkg", "coreutils", "9.1"}}});
  JobProcesses processes;
  processes.processes.emplace_back().argv = {"cp"};
  job.processes_payload = encode(processes);
  job.blobs = {std::string("\0binary\n", 8), ""};
  job.labels = {{"acc", "0.9"}, {"note", "\"x\""}};
  return job;
}

bool same(const NewJob& a, const NewJob& b) {
  return a.job == b.job && a.edges == b.edges && a.artifacts == b.artifacts &&
         a.digests == b.digests && a.environment_payload == b.environment_payload &&
         a.packages_payload == b.packages_payload && a.processes_payload == b.processes_payload &&
         a.blobs == b.blobs && a.labels == b.labels;
}

}  // namespace

TEST_CASE("a spooled job comes back as it was", "[spool]") {
  NewJob job = sample(GENERATE(as<std::size_t>{}, 0, 1, 1024, 1025, 5000));
  if (!job.edges.empty())
    job.digests.push_back({*job.edges[0].artifact, "md5", std::string(32, 'd')});
  CHECK(same(decode_spooled(encode_spooled(job)), job));
  CHECK(same(decode_spooled(encode_spooled_fast(job)), job));
}

TEST_CASE("a job that is not compressed is not smaller", "[spool]") {
  const NewJob job = sample(1000);
  CHECK(encode_spooled(job).size() < encode_spooled_fast(job).size() / 2);
}

TEST_CASE("every byte of a spooled job counts", "[spool]") {
  const std::string bytes = GENERATE(encode_spooled(sample(3)), encode_spooled_fast(sample(3)));
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    std::string changed = bytes;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    const Errc code = code_of([&] { decode_spooled(changed); });
    CHECK((code == Errc::Corrupt || (code == Errc::Unsupported && (i == 11 || i == 12))));
    CHECK(code_of([&] { decode_spooled(bytes.substr(0, i)); }) == Errc::Corrupt);
  }
  CHECK(code_of([&] { decode_spooled(bytes + " "); }) == Errc::Corrupt);
}

TEST_CASE("a spooled job of another version is left to it", "[spool]") {
  std::string bytes = encode_spooled(sample(1));
  bytes[11] = '2';
  CHECK(code_of([&] { decode_spooled(bytes); }) == Errc::Unsupported);
}
