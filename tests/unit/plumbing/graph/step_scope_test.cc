#include "plumbing/graph/step_scope.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "objects/base/hex.h"
#include "objects/base/random.h"
#include "objects/blake3.h"
#include "plumbing/graph/staleness.h"
#include "tests/unit/temp_dir.h"

namespace roar::plumbing {
namespace {

// Jobs that read and write few files with few contents, so that all that can happen does.
class RandomHistory {
 public:
  RandomHistory(unsigned seed, const Workspace& workspace, Store& store)
      : random_(seed), workspace_(workspace), store_(store) {}

  void make() {
    const std::uint32_t jobs = 5 + below(25);
    for (std::uint32_t i = 0; i < jobs; ++i) append(i);
    for (std::uint32_t path = 0; path < kPaths; ++path) {
      if (below(4) == 0) continue;
      std::ofstream(workspace_.root / path_name(path)) << content_at(path);
    }
  }

 private:
  static constexpr std::uint32_t kPaths = 8;

  std::uint32_t below(unsigned end) { return static_cast<std::uint32_t>(random_() % end); }
  static std::string path_name(std::uint32_t path) { return "f" + std::to_string(path); }
  // Mostly what is there.
  std::string content_at(std::uint32_t path) {
    if (below(6) == 0 || !contents_.contains(path)) return std::string(below(6), 'x');
    return contents_.at(path);
  }

  void add(NewJob& job, std::uint32_t path, EdgeRole role, const std::string& content) {
    Edge edge;
    edge.path = path_name(path);
    edge.role = role;
    edge.path_class = path == 0 ? PathClass::Code : PathClass::Data;
    if (role != EdgeRole::Absent) {
      const Artifact artifact{.blake3 = to_hex(blake3_of(content)), .size = content.size()};
      edge.artifact = object_id_of(artifact);
      edge.size = content.size();
      job.artifacts.push_back(artifact);
    }
    job.edges.push_back(std::move(edge));
  }

  void append(std::uint32_t number) {
    NewJob job;
    job.job.uid = random_hex(16);
    job.job.argv = {"c" + std::to_string(below(9))};
    job.job.started = {10 * number + below(25), 0};
    job.job.ended = {job.job.started.seconds + 5, 0};
    job.job.exit.code = below(8) == 0 ? 1 : 0;
    job.job.tracing.backend = "preload";
    for (std::uint32_t path = 0; path < kPaths; ++path) {
      const std::uint32_t role = below(12);
      if (role < 2) add(job, path, EdgeRole::Input, content_at(path));
      if (role == 3) add(job, path, EdgeRole::Absent, {});
      if (role != 4 && role != 1) continue;
      const std::string content(1 + below(9), 'x');
      contents_[path] = content;
      add(job, path, EdgeRole::Output, content);
    }
    store_.write([&](WriteTransaction& transaction) { append_job(transaction, job); });
  }

  std::mt19937 random_;
  const Workspace& workspace_;
  Store& store_;
  std::map<std::uint32_t, std::string> contents_;
};

// Why a step and each that it comes from is stale, by reference.
using Reasons = std::map<std::string, std::vector<std::string>>;

void add_reasons(const Dag& dag, std::size_t position, Reasons& reasons) {
  const DagNode& node = dag.nodes[position];
  const auto [entry, added] = reasons.try_emplace(reference_of(node));
  if (!added) return;
  // What is there now is not compared: whether more than its size is known depends on who asked.
  for (const StaleReason& reason : node.reasons) {
    std::string text(cause_name(reason.cause));
    text.append(" ").append(change_name(reason.change)).append(" ").append(reason.subject);
    entry->second.push_back(text.append(" ").append(reason.was).append(" ").append(reason.step));
  }
  for (const DagDependency& dependency : node.dependencies)
    add_reasons(dag, dependency.node, reasons);
}

std::vector<std::string> reasons_of(const Dag& dag, const StepReference& step) {
  Reasons reasons;
  for (std::size_t i = 0; i < dag.nodes.size(); ++i) {
    const Step& candidate = dag.nodes[i].step;
    if (candidate.kind == step.kind && candidate.number == step.number)
      add_reasons(dag, i, reasons);
  }
  std::vector<std::string> lines;
  for (const auto& [reference, texts] : reasons) {
    lines.push_back(reference);
    for (const std::string& text : texts) lines.push_back(reference + ": " + text);
  }
  return lines;
}

}  // namespace

TEST_CASE("the scope of a step has all that its staleness needs", "[graph]") {
  const unsigned seed = GENERATE(range(0U, 60U));
  INFO(seed);
  const TempDir directory;
  const Workspace workspace{.root = directory.path(), .directory = directory.path()};
  std::filesystem::create_directories(workspace.cache_directory());
  Store store = Store::in_memory();
  RandomHistory(seed, workspace, store).make();
  store.read([&](const ReadTransaction& transaction) {
    const std::string session = *active_session(transaction);
    EdgeTable edges(transaction);
    Dag whole = dag_of_session(edges, session);
    find_stale(edges, workspace, whole);
    for (const DagNode& node : whole.nodes) {
      const StepReference step{.kind = node.step.kind, .number = node.step.number};
      EdgeTable own(transaction);
      const auto scope = scope_of_step(own, workspace, session, step);
      REQUIRE(scope);
      Dag part = dag_of_session(own, session, {.scope = &*scope});
      find_stale(own, workspace, part);
      INFO(reference_of(node));
      CHECK(reasons_of(part, step) == reasons_of(whole, step));
    }
  });
}

TEST_CASE("what a step has nothing from is not in its scope", "[graph]") {
  const TempDir directory;
  const Workspace workspace{.root = directory.path(), .directory = directory.path()};
  Store store = Store::in_memory();
  const auto append = [&](const std::string& command, const std::string& from,
                          const std::string& to) {
    NewJob job;
    job.job.uid = random_hex(16);
    job.job.argv = {command};
    job.job.tracing.backend = "preload";
    for (const std::string& path : {from, to}) {
      const Artifact artifact{.blake3 = to_hex(blake3_of(path)), .size = path.size()};
      Edge edge;
      edge.path = path;
      edge.role = path == to ? EdgeRole::Output : EdgeRole::Input;
      edge.artifact = object_id_of(artifact);
      edge.size = artifact.size;
      job.artifacts.push_back(artifact);
      job.edges.push_back(edge);
    }
    store.write([&](WriteTransaction& transaction) { append_job(transaction, job); });
  };
  append("a", "raw", "a");
  append("b", "a", "b");
  append("other", "raw", "other");
  append("after", "b", "c");
  for (const char* name : {"raw", "a", "b", "c", "other"})
    std::ofstream(workspace.root / name) << name;
  store.read([&](const ReadTransaction& transaction) {
    EdgeTable edges(transaction);
    const auto scope = scope_of_step(edges, workspace, *active_session(transaction),
                                     {.kind = JobKind::Run, .number = 2});
    REQUIRE(scope);
    REQUIRE(scope->judged.size() == 2);
    CHECK(scope->judged[0].step == 1);
    CHECK(scope->judged[1].step == 2);
    CHECK(scope->beside.empty());
  });
}

}  // namespace roar::plumbing
