#include "plumbing/graph/environment_differences.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "objects/edge_tree.h"
#include "objects/environment.h"
#include "objects/packages.h"
#include "plumbing/graph/stale_environment.h"

namespace roar::plumbing {
namespace {

constexpr int kVersionWeight = 55;       // of a package that both used
constexpr int kProgramWeight = 50;       // a program or library
constexpr int kOtherPackageWeight = 25;  // that one of them did not use
constexpr std::size_t kFilesMax = 8;     // a distribution upgrade changes a thousand

using Names = std::map<std::string, std::string>;  // package -> version

Names packages_of(const ReadTransaction& transaction, const Job& job) {
  Names names;
  if (!job.packages) return names;
  const Packages packages =
      decode_packages(transaction.payload(*job.packages, ObjectType::Packages));
  for (const Package& package : packages.packages) {
    names[package.manager + ":" + package.name] =
        package.version.empty() ? "unknown version" : package.version;
  }
  return names;
}

Difference difference(DifferenceKind kind, std::string subject, std::string before,
                      std::string after, int weight) {
  return {.kind = kind,
          .subject = std::move(subject),
          .before = std::move(before),
          .after = std::move(after),
          .weight = weight};
}

// Whether a version differs.
bool compare_packages(const Names& was, const Names& is, std::vector<Difference>& differences) {
  bool versions = false;
  for (const auto& [name, version] : was) {
    const auto now = is.find(name);
    if (now != is.end() && now->second == version) continue;
    versions = versions || now != is.end();
    differences.push_back(difference(DifferenceKind::Packages, name, version,
                                     now == is.end() ? std::string() : now->second,
                                     now == is.end() ? kOtherPackageWeight : kVersionWeight));
  }
  for (const auto& [name, version] : is) {
    if (was.contains(name)) continue;
    differences.push_back(
        difference(DifferenceKind::Packages, name, {}, version, kOtherPackageWeight));
  }
  return versions;
}

std::map<std::string, ObjectId> system_files(const ReadTransaction& transaction,
                                             const std::optional<ObjectId>& root) {
  std::map<std::string, ObjectId> files;
  if (!root) return files;
  for_each_edge(transaction, *root, [&](const Edge& edge) {
    if (is_environment(edge)) files.emplace(edge.path, *edge.artifact);
    return true;
  });
  return files;
}

std::string digest(const ReadTransaction& transaction, const ObjectId& artifact) {
  const auto digests = digests_of(transaction, artifact);
  return digests.empty() ? std::string() : digests.front().digest;
}

// Programs and libraries that both used, in another version.
void compare_files(const ReadTransaction& transaction, const Job& before, const Job& after,
                   std::vector<Difference>& differences) {
  constexpr auto kSystem = static_cast<std::size_t>(EdgeGroup::System);
  if (before.edges.at(kSystem) == after.edges.at(kSystem)) return;
  const auto was = system_files(transaction, before.edges.at(kSystem));
  const auto is = system_files(transaction, after.edges.at(kSystem));
  std::size_t found = 0;
  for (const auto& [path, artifact] : was) {
    const auto now = is.find(path);
    if (now == is.end() || now->second == artifact || found++ >= kFilesMax) continue;
    differences.push_back(difference(DifferenceKind::Environment, path,
                                     digest(transaction, artifact),
                                     digest(transaction, now->second), kProgramWeight));
  }
}

struct Fact {
  const char* name;
  std::string before;
  std::string after;
  int weight;
};

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

std::string runtimes_text(const Environment& environment) {
  std::vector<std::string> words;
  for (const auto& [name, version] : environment.runtimes) words.push_back(name + " " + version);
  return joined(words);
}

void compare_machines(const Environment& was, const Environment& is,
                      std::vector<Difference>& differences) {
  const std::vector<Fact> facts = {
      {"runtimes", runtimes_text(was), runtimes_text(is), 35},
      {"gpus", joined(was.gpus), joined(is.gpus), 30},
      {"machine", was.machine, is.machine, 30},
      {"cpu model", was.cpu_model, is.cpu_model, 15},
      {"distribution", was.distribution, is.distribution, 12},
      {"container", was.container, is.container, 8},
      {"kernel", was.release, is.release, 6},
      {"cpu count", std::to_string(was.cpu_count), std::to_string(is.cpu_count), 6},
      {"host", was.hostname, is.hostname, 4},
      {"memory", std::to_string(was.memory_bytes), std::to_string(is.memory_bytes), 2},
  };
  for (const Fact& fact : facts) {
    if (fact.before == fact.after) continue;
    differences.push_back(
        difference(DifferenceKind::Environment, fact.name, fact.before, fact.after, fact.weight));
  }
}

}  // namespace

std::vector<Difference> environment_differences(const ReadTransaction& transaction,
                                                const Job& before, const Job& after) {
  std::vector<Difference> differences;
  bool versions = false;
  if (before.packages != after.packages) {
    versions = compare_packages(packages_of(transaction, before), packages_of(transaction, after),
                                differences);
  }
  if (!versions) compare_files(transaction, before, after, differences);
  if (before.environment != after.environment && before.environment && after.environment) {
    const auto read = [&](const ObjectId& id) {
      return decode_environment(transaction.payload(id, ObjectType::Environment));
    };
    compare_machines(read(*before.environment), read(*after.environment), differences);
  }
  return differences;
}

}  // namespace roar::plumbing
