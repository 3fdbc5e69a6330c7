#include "plumbing/graph/stale_environment.h"

#include <algorithm>
#include <array>
#include <map>
#include <string_view>

#include "objects/artifact.h"
#include "objects/packages.h"
#include "plumbing/debian_packages.h"
#include "plumbing/python_packages.h"

namespace roar::plumbing {
namespace {

// A distribution upgrade changes a thousand files; who has read eight of them knows.
constexpr std::size_t kReasonsMax = 8;

constexpr std::string_view kSite = "-packages/";

bool has(const Edge& edge, Evidence evidence) noexcept {
  return (edge.evidence & static_cast<std::uint8_t>(evidence)) != 0;
}

struct Group {
  std::vector<const SystemFile*> changed;
  std::vector<const SystemFile*> gone;

  bool only_bytecode() const {
    const auto bytecode = [](const SystemFile* file) { return file->bytecode; };
    return std::ranges::all_of(changed, bytecode) && std::ranges::all_of(gone, bytecode);
  }
};

// What is installed as one thing: of Python modules the directory, or module, below site-packages;
// else the file.
std::string group_of_path(const std::string& path) {
  const std::size_t site = path.rfind(kSite);
  if (site == std::string::npos) return path;
  std::size_t begin = site + kSite.size();
  constexpr std::string_view kCompiled = "__pycache__/";
  if (path.compare(begin, kCompiled.size(), kCompiled) == 0) begin += kCompiled.size();
  return path.substr(0, site + kSite.size()) +
         path.substr(begin, path.find_first_of("/.", begin) - begin);
}

std::string version_in(const Packages& packages, const Package& package) {
  const auto found = std::ranges::find_if(packages.packages, [&](const Package& other) {
    return other.manager == package.manager && other.name == package.name;
  });
  return found == packages.packages.end() ? std::string() : found->version;
}

class Explainer {
 public:
  Explainer(const ReadTransaction& transaction, const Workspace& workspace, Cache& cache,
            const DiskFiles& disk, Packages recorded)
      : transaction_(transaction),
        workspace_(workspace),
        cache_(cache),
        disk_(disk),
        recorded_(std::move(recorded)) {}

  void explain(const Group& group) {
    const auto& first = group.changed.empty() ? group.gone : group.changed;
    if (const auto package = package_of(group.changed)) {
      const std::string was = version_in(recorded_, *package);
      if (was == package->version && group.only_bytecode()) return;
      const bool other = was != package->version;
      add({.cause = StaleCause::Environment,
           .change = StaleChange::Changed,
           .subject = package->manager + ":" + package->name,
           .was = other ? was : std::string(),
           .is = package->version,
           .step = {}});
      return;
    }
    if (group.only_bytecode()) return;
    const SystemFile& file = *first.front();
    const FileNow& now = disk_.answer(file.question);
    const bool gone = now.state == FileNow::State::Gone;
    add({.cause = StaleCause::Environment,
         .change = gone ? StaleChange::Gone : StaleChange::Changed,
         .subject = absolute_path(workspace_, file.path),
         .was = read_artifact(transaction_, file.artifact).blake3,
         .is = now.blake3,
         .step = {}});
  }

  std::vector<StaleReason> take() && { return std::move(reasons_); }

 private:
  std::optional<Package> package_of(const std::vector<const SystemFile*>& files) {
    for (const SystemFile* file : files) {
      const std::array path{absolute_path(workspace_, file->path)};
      auto packages = python_packages(path);
      if (packages.empty()) packages = debian_packages(path, cache_, "/var/lib/dpkg");
      if (!packages.empty()) return packages.front();
    }
    return std::nullopt;
  }

  void add(StaleReason reason) {
    const bool known = std::ranges::any_of(
        reasons_, [&](const StaleReason& other) { return other.subject == reason.subject; });
    if (!known && reasons_.size() < kReasonsMax) reasons_.push_back(std::move(reason));
  }

  const ReadTransaction& transaction_;
  const Workspace& workspace_;
  Cache& cache_;
  const DiskFiles& disk_;
  Packages recorded_;
  std::vector<StaleReason> reasons_;
};

}  // namespace

bool is_environment(const Edge& edge) noexcept {
  if (edge.role != EdgeRole::Input || !edge.artifact) return false;
  if (edge.path_class == PathClass::Package) return true;
  if (edge.path_class == PathClass::Cache) return edge.path.find(kSite) != std::string::npos;
  if (edge.path_class != PathClass::System) return false;
  if (!has(edge, Evidence::Executed) && !has(edge, Evidence::Mapped)) return false;
  constexpr std::array<std::string_view, 6> kVolatile = {"/etc/", "/proc/", "/sys/",
                                                         "/dev/", "/run/",  "/var/"};
  return std::ranges::none_of(
      kVolatile, [&](std::string_view prefix) { return edge.path.starts_with(prefix); });
}

bool is_changed(const FileNow& now, const SystemFile& file) noexcept {
  if (now.state == FileNow::State::Gone) return true;
  return now.state == FileNow::State::Regular && !now.has(file.artifact);
}

std::vector<StaleReason> environment_reasons(const ReadTransaction& transaction,
                                             const Workspace& workspace, Cache& cache,
                                             const DiskFiles& disk,
                                             std::span<const SystemFile* const> files,
                                             const std::optional<ObjectId>& packages) {
  std::map<std::string, Group> groups;
  for (const SystemFile* file : files) {
    const FileNow& now = disk.answer(file->question);
    if (!is_changed(now, *file)) continue;
    Group& group = groups[group_of_path(file->path)];
    (now.state == FileNow::State::Gone ? group.gone : group.changed).push_back(file);
  }
  if (groups.empty()) return {};
  Packages recorded;
  if (packages) recorded = decode_packages(transaction.payload(*packages, ObjectType::Packages));
  Explainer explainer(transaction, workspace, cache, disk, std::move(recorded));
  for (const auto& [path, group] : groups) explainer.explain(group);
  return std::move(explainer).take();
}

}  // namespace roar::plumbing
