#include "plumbing/graph/written_contents.h"

#include <catch2/catch.hpp>
#include <optional>
#include <random>
#include <vector>

namespace roar::plumbing {
namespace {

struct Written {
  ArtifactNumber content = 0;
  PathNumber path = 0;
  Timestamp started;
};

// The same by looking at all of them.
template <typename Accept>
std::optional<std::uint32_t> latest(const std::vector<Written>& jobs, const Accept& accept) {
  for (std::size_t i = jobs.size(); i-- > 0;) {
    if (accept(jobs[i], i)) return static_cast<std::uint32_t>(i);
  }
  return std::nullopt;
}

}  // namespace

TEST_CASE("of the jobs that wrote a content the last is found that had been started", "[graph]") {
  std::mt19937 random(7);  // NOLINT(cert-msc32-c,cert-msc51-cpp): the same every time
  const auto below = [&](unsigned end) { return static_cast<std::uint32_t>(random() % end); };
  for (int round = 0; round < 200; ++round) {
    WrittenContents contents;
    std::vector<Written> jobs;
    for (std::uint32_t i = 0; i < 1 + below(30); ++i) {
      // Jobs end, and are recorded, in another order than they were started in.
      jobs.push_back({.content = below(3), .path = below(3), .started = {i + below(9), 0}});
      contents.add(jobs[i].content, jobs[i].path, contents.add_job(jobs[i].started));
    }
    contents.arrange();
    for (int question = 0; question < 50; ++question) {
      const ArtifactNumber content = below(4);
      const PathNumber path = below(4);
      const Timestamp when{below(40), 0};
      const std::uint32_t refused = below(30);
      const auto accept = [&](std::uint32_t job) { return job != refused; };
      const auto is_one = [&](const Written& job, std::size_t i) {
        return job.content == content && job.started < when && i != refused;
      };
      CHECK(contents.latest_anywhere(content, when, accept) == latest(jobs, is_one));
      CHECK(contents.latest_at(content, path, when, accept) ==
            latest(jobs, [&](const Written& job, std::size_t i) {
              return job.path == path && is_one(job, i);
            }));
    }
  }
}

TEST_CASE("where nothing was written nobody is found", "[graph]") {
  WrittenContents contents;
  contents.arrange();
  const auto all = [](std::uint32_t) { return true; };
  CHECK_FALSE(contents.latest_at(0, 0, {1, 0}, all));
  CHECK_FALSE(contents.latest_anywhere(kNoNumber, {1, 0}, all));
}

}  // namespace roar::plumbing
