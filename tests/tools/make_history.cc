// Writes a long history into the store of a project, for measurements:
//
//   test_make_history PROJECT chain N   N jobs, each of which reads what the one before wrote
//   test_make_history PROJECT fan N     N edges: jobs that write a thousand files each, and one
//   that
//                                       reads them all
//   test_make_history PROJECT jobs N    jobs of ten files until the store has N objects
//   test_make_history PROJECT shared N  a job that writes data/all.csv, and all others of N jobs
//                                       read it
//   test_make_history PROJECT steps N   N jobs in chains of ten, and the last chain once more with
//                                       another source
//
// A project is what "roar init" left.

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

#include "objects/base/error.h"
#include "objects/base/hex.h"
#include "objects/blake3.h"
#include "objects/history.h"

namespace roar {
namespace {

constexpr std::uint64_t kAtOnce = 500;  // jobs in a transaction
constexpr std::uint64_t kFilesOfFan = 1000;

std::string digest_of(const std::string& text) {
  return to_hex(blake3_of(text));
}

// A file of the history: its content depends on its path alone.
void add_file(NewJob& job, const std::string& path, EdgeRole role,
              PathClass path_class = PathClass::Data, const std::string& version = {}) {
  const Artifact artifact{.blake3 = digest_of(path + version), .size = path.size()};
  job.artifacts.push_back(artifact);
  Edge edge;
  edge.path = path;
  edge.role = role;
  edge.path_class = path_class;
  edge.evidence = 1;
  edge.artifact = object_id_of(artifact);
  edge.size = path.size();
  job.edges.push_back(std::move(edge));
}

NewJob job_number(std::uint64_t number) {
  constexpr std::int64_t kStart = 1'700'000'000;
  const std::string text = std::to_string(number);
  NewJob job;
  job.job.uid = digest_of("job " + text).substr(0, 32);
  job.job.argv = {"python3", "step.py", "--number", text};
  job.job.started = {kStart + static_cast<std::int64_t>(number), 0};
  job.job.ended = {kStart + static_cast<std::int64_t>(number), 500'000'000};
  job.job.tracing.backend = "preload";
  job.job.tracing.complete = true;
  job.job.tracing.processes = 1;
  job.job.variables = {{"HOME", "/home/user"}, {"LANG", "C.UTF-8"}, {"OMP_NUM_THREADS", "4"}};
  add_file(job, "step.py", EdgeRole::Input, PathClass::Code);
  return job;
}

std::string file_name(const std::string& folder, std::uint64_t number) {
  return folder + "/" + std::to_string(number) + ".csv";
}

NewJob chained(std::uint64_t number) {
  NewJob job = job_number(number);
  if (number > 0) add_file(job, file_name("chain", number - 1), EdgeRole::Input);
  add_file(job, file_name("chain", number), EdgeRole::Output);
  return job;
}

NewJob step_of_chain(std::uint64_t number, const std::string& version) {
  constexpr std::uint64_t kSteps = 10;
  NewJob job = job_number(number);
  const std::string source = number % kSteps == 0 ? "raw/" + std::to_string(number / kSteps)
                                                  : file_name("steps", number - 1);
  add_file(job, source, EdgeRole::Input, PathClass::Data, version);
  add_file(job, file_name("steps", number), EdgeRole::Output, PathClass::Data, version);
  if (version.empty()) return job;
  job.job.uid = digest_of("job " + std::to_string(number) + version).substr(0, 32);
  job.job.started.seconds += 1'000'000;
  job.job.ended.seconds += 1'000'000;
  return job;
}

NewJob writer_of_fan(std::uint64_t number) {
  NewJob job = job_number(number);
  for (std::uint64_t i = 0; i < kFilesOfFan; ++i)
    add_file(job, file_name("fan", number * kFilesOfFan + i), EdgeRole::Output);
  return job;
}

NewJob reader_of_fan(std::uint64_t files) {
  NewJob job = job_number(files);
  for (std::uint64_t i = 0; i < files; ++i) add_file(job, file_name("fan", i), EdgeRole::Input);
  return job;
}

// Reads something of the job before, and something that is always there.
NewJob usual(std::uint64_t number) {
  constexpr std::uint64_t kOutputs = 7;
  NewJob job = job_number(number);
  add_file(job, "data/all.csv", EdgeRole::Input);
  if (number > 0) add_file(job, file_name("out", (number - 1) * kOutputs), EdgeRole::Input);
  for (std::uint64_t i = 0; i < kOutputs; ++i)
    add_file(job, file_name("out", number * kOutputs + i), EdgeRole::Output);
  return job;
}

NewJob sharing(std::uint64_t number) {
  NewJob job = job_number(number);
  add_file(job, "data/all.csv", number == 0 ? EdgeRole::Output : EdgeRole::Input);
  if (number > 0) add_file(job, file_name("out", number), EdgeRole::Output);
  return job;
}

template <typename Make>
void append_jobs(Store& store, std::uint64_t first, std::uint64_t end, Make make) {
  for (std::uint64_t start = first; start < end; start += kAtOnce)
    store.write([&](WriteTransaction& transaction) {
      for (std::uint64_t i = start; i < std::min(end, start + kAtOnce); ++i)
        append_job(transaction, make(i));
    });
}

std::uint64_t objects_in(const Store& store) {
  std::uint64_t count = 0;
  store.read([&](const ReadTransaction& transaction) { count = transaction.counts().by_number; });
  return count;
}

void make(const std::string& project, const std::string& shape, std::uint64_t count) {
  Store store(project + "/.roar/objects", Store::Mode::ReadWrite);
  if (shape == "chain") {
    append_jobs(store, 0, count, chained);
  } else if (shape == "fan") {
    const std::uint64_t jobs = count / 2 / kFilesOfFan;
    append_jobs(store, 0, jobs, writer_of_fan);
    append_jobs(store, jobs * kFilesOfFan, jobs * kFilesOfFan + 1, reader_of_fan);
  } else if (shape == "jobs") {
    for (std::uint64_t start = 0; objects_in(store) < count; start += kAtOnce)
      append_jobs(store, start, start + kAtOnce, usual);
  } else if (shape == "shared") {
    append_jobs(store, 0, count, sharing);
  } else if (shape == "steps") {
    append_jobs(store, 0, count, [](std::uint64_t i) { return step_of_chain(i, ""); });
    append_jobs(store, count - 10, count, [](std::uint64_t i) { return step_of_chain(i, " 2"); });
  } else {
    throw Error(Errc::Usage, "there are chain, fan, jobs, shared and steps");
  }
  std::cout << objects_in(store) << " objects\n";
}

}  // namespace
}  // namespace roar

int main(int argc, char** argv) {
  if (argc != 4) {
    std::cerr << "usage: test_make_history PROJECT chain|fan|jobs|shared|steps N\n";
    return 2;
  }
  try {
    roar::make(argv[1], argv[2], std::strtoull(argv[3], nullptr, 10));
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}
