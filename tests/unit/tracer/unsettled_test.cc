#include "tracer/notify/unsettled.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

namespace roar::tracer {
namespace {

using Outcome = UnsettledCall::Outcome;

// A directory, and calls of this process in it, as the supervisor sees them before they run.
class Scene {
 public:
  Scene() {
    std::string name = std::filesystem::temp_directory_path() / "roar-unsettled.XXXXXX";
    directory_ = ::mkdtemp(name.data());
  }
  ~Scene() { std::filesystem::remove_all(directory_); }
  Scene(const Scene&) = delete;
  Scene& operator=(const Scene&) = delete;

  std::string path(const std::string& name) const { return directory_ + "/" + name; }
  void write(const std::string& name, const std::string& text) const {
    const Fd file(::open(path(name).c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    REQUIRE(::write(file.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size()));
  }
  UnsettledCall call(Operation operation, const std::string& name, const std::string& name2 = {},
                     std::uint64_t flags = 0) {
    const auto calls = traced_calls();
    Tracee tracee{::getpid(), ::getpid(), {}};
    tracee.pending.call = &*std::find_if(calls.begin(), calls.end(), [&](const Call& candidate) {
      return candidate.operation == operation;
    });
    tracee.pending.flags = flags;
    tracee.pending.path = {path(name), path(name)};
    if (!name2.empty()) tracee.pending.path2 = {path(name2), path(name2)};
    const bool replaces = operation == Operation::Rename;
    tracee.pending.before = look_at(path(replaces ? name2 : name), operation == Operation::Open);
    return {tracee, log_, 0, {}};
  }
  std::vector<Fact> facts() {
    std::vector<Fact> found;
    CHECK(log_.drain([&](const Fact& fact) { found.push_back(fact); }) == 0);
    return found;
  }

 private:
  std::string directory_;
  Log log_;
};

}  // namespace

TEST_CASE("a file is created when it is there", "[tracer]") {
  Scene scene;
  UnsettledCall call = scene.call(Operation::Open, "new", {}, O_CREAT | O_WRONLY);
  CHECK(call.settle(false) == Outcome::Unknown);
  scene.write("new", "text");
  CHECK(call.settle(false) == Outcome::Happened);
  const std::vector<Fact> facts = scene.facts();
  REQUIRE(facts.size() == 1);
  CHECK(facts[0].kind == wire::Kind::Open);
  CHECK(facts[0].has(wire::kProbedBefore));
  CHECK_FALSE(facts[0].has(wire::kHasBefore));
  CHECK(facts[0].has(wire::kHasStamp));
}

TEST_CASE("a file that is not there when the call is over was looked for in vain", "[tracer]") {
  Scene scene;
  UnsettledCall call = scene.call(Operation::Open, "new", {}, O_CREAT | O_WRONLY);
  CHECK(call.settle(true) == Outcome::Failed);
  CHECK(scene.facts().at(0).kind == wire::Kind::Absent);
}

TEST_CASE("truncating tells itself by the state of the file", "[tracer]") {
  Scene scene;
  scene.write("old", "text");
  UnsettledCall opening = scene.call(Operation::Open, "old", {}, O_TRUNC | O_WRONLY);
  UnsettledCall refused = scene.call(Operation::Open, "old", {}, O_TRUNC | O_WRONLY);
  CHECK(refused.settle(true) == Outcome::Failed);
  scene.write("old", "");
  CHECK(opening.settle(false) == Outcome::Happened);
  const std::vector<Fact> facts = scene.facts();
  REQUIRE(facts.size() == 2);
  CHECK(facts[0].kind == wire::Kind::Open);
  CHECK(facts[0].before.size == 4);
  CHECK(facts[1].kind == wire::Kind::Nothing);
}

TEST_CASE("a rename is known by the file that has the new name", "[tracer]") {
  Scene scene;
  scene.write("one", "text");
  scene.write("two", "other text");
  UnsettledCall call = scene.call(Operation::Rename, "one", "two");
  CHECK(call.settle(false) == Outcome::Unknown);
  std::filesystem::rename(scene.path("one"), scene.path("two"));
  CHECK(call.settle(false) == Outcome::Happened);
  UnsettledCall missing = scene.call(Operation::Rename, "one", "two");
  CHECK(missing.settle(true) == Outcome::Failed);
  const std::vector<Fact> facts = scene.facts();
  CHECK(facts.at(0).stamp.size == 4);
  CHECK(facts.at(0).before.size == 10);
  CHECK(facts.at(1).kind == wire::Kind::Nothing);
}

TEST_CASE("links and removals", "[tracer]") {
  Scene scene;
  scene.write("one", "text");
  UnsettledCall link = scene.call(Operation::Link, "one", "two");
  UnsettledCall symbolic = scene.call(Operation::Symlink, "one", "soft");
  UnsettledCall removal = scene.call(Operation::Unlink, "one");
  CHECK(removal.settle(false) == Outcome::Unknown);
  std::filesystem::create_hard_link(scene.path("one"), scene.path("two"));
  std::filesystem::create_symlink("one", scene.path("soft"));
  std::filesystem::remove(scene.path("one"));
  for (UnsettledCall* call : {&link, &symbolic, &removal})
    CHECK(call->settle(false) == Outcome::Happened);
  UnsettledCall again = scene.call(Operation::Link, "two", "soft");
  CHECK(again.settle(true) == Outcome::Failed);
  const std::vector<Fact> facts = scene.facts();
  CHECK(facts.at(0).kind == wire::Kind::Link);
  CHECK(facts.at(1).kind == wire::Kind::Symlink);
  CHECK(facts.at(2).kind == wire::Kind::Unlink);
  CHECK(facts.at(3).kind == wire::Kind::Nothing);
}

TEST_CASE("a call keeps its place among the facts", "[tracer]") {
  Log log;
  Fact fact;
  fact.kind = wire::Kind::Rename;
  fact.path = "/first";
  wire::Record* record = log.claim(fact);
  Fact other;
  other.kind = wire::Kind::Absent;
  other.path = "/second";
  log.append(other);
  std::vector<std::string> paths;
  const auto read = [&] {
    paths.clear();
    return log.read([&](const Fact& found) { paths.emplace_back(found.path); });
  };
  CHECK(read() == 1);  // lost, as far as anyone can tell now
  CHECK(paths == std::vector<std::string>{"/second"});
  Log::complete(record, fact);
  CHECK(read() == 0);
  CHECK(paths == std::vector<std::string>{"/first", "/second"});
}

TEST_CASE("who supervises is waited for", "[tracer]") {
  Log log;
  CHECK(log.wait_for_supervisors(0));
  log.enter_supervision();
  CHECK_FALSE(log.wait_for_supervisors(1));
  log.leave_supervision();
  CHECK(log.wait_for_supervisors(0));
}

TEST_CASE("another process's view of the log", "[tracer]") {
  Log log;
  const auto attached = Log::attach(log.address(::getpid()));
  Fact fact;
  fact.kind = wire::Kind::Absent;
  fact.path = "/there";
  attached->append(fact);
  int facts = 0;
  CHECK(log.read([&](const Fact& found) { facts += found.path == "/there" ? 1 : 0; }) == 0);
  CHECK(facts == 1);
  CHECK_THROWS(Log::attach("/dev/null"));
  CHECK_THROWS(Log::attach("/nowhere"));
}

}  // namespace roar::tracer
