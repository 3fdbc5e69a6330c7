#include "plumbing/graph/differences.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "objects/edge_tree.h"
#include "plumbing/graph/argument_differences.h"
#include "plumbing/graph/environment_differences.h"
#include "plumbing/record_job.h"
#include "plumbing/unpacked/same_unpacked.h"

namespace roar::plumbing {
namespace {

// How likely a difference explains another result, as far as its kind tells.
constexpr int kDataWeight = 90;
constexpr int kParameterWeight = 85;
constexpr int kCodeWeight = 80;
constexpr int kVariableWeight = 70;
constexpr int kInputSetWeight = 65;
constexpr int kNotedVariableWeight = 40;
constexpr int kDirectoryWeight = 30;
constexpr int kCommitWeight = 15;
constexpr int kPathVariableWeight = 10;
constexpr int kOutcomeWeight = 5;

bool is_compared(const Edge& edge) noexcept {
  return is_shown(edge) || edge.path_class == PathClass::Code;
}

std::string_view file_name(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

// One side may be missing.
struct FilePair {
  const UpstreamFile* before = nullptr;
  const UpstreamFile* after = nullptr;
};

// Inputs by path; what is left by content, and then by the name of the file alone: results of one
// run often go to a directory of its own.
class InputMatch {
 public:
  InputMatch(const std::vector<UpstreamFile>& before, const std::vector<UpstreamFile>& after) {
    for (const UpstreamFile& file : before) add(file, before_);
    for (const UpstreamFile& file : after) add(file, after_);
    match([](const UpstreamFile& file) { return file.edge.path; });
    match([](const UpstreamFile& file) { return file.edge.artifact->hex(); });
    match([](const UpstreamFile& file) { return std::string(file_name(file.edge.path)); });
    for (const UpstreamFile* file : before_) pairs_.push_back({.before = file, .after = nullptr});
    for (const UpstreamFile* file : after_) pairs_.push_back({.before = nullptr, .after = file});
  }

  const std::vector<FilePair>& pairs() const noexcept { return pairs_; }

 private:
  static void add(const UpstreamFile& file, std::vector<const UpstreamFile*>& files) {
    if (is_compared(file.edge)) files.push_back(&file);
  }

  template <typename KeyOf>
  void match(const KeyOf& key_of) {
    std::map<std::string, std::vector<const UpstreamFile*>> waiting;
    for (const UpstreamFile* file : before_) waiting[key_of(*file)].push_back(file);
    std::set<const UpstreamFile*> matched;
    std::erase_if(after_, [&](const UpstreamFile* file) {
      const auto found = waiting.find(key_of(*file));
      if (found == waiting.end() || found->second.empty()) return false;
      pairs_.push_back({.before = found->second.back(), .after = file});
      matched.insert(found->second.back());
      found->second.pop_back();
      return true;
    });
    std::erase_if(before_, [&](const UpstreamFile* file) { return matched.contains(file); });
  }

  std::vector<const UpstreamFile*> before_;
  std::vector<const UpstreamFile*> after_;
  std::vector<FilePair> pairs_;
};

class Comparing {
 public:
  explicit Comparing(const ReadTransaction& transaction)
      : transaction_(transaction), upstream_(transaction) {}

  Comparison compare(const std::vector<JobPair>& pairs) {
    std::vector<JobPair> level;
    for (const JobPair& pair : pairs) meet(pair, level);
    for (distance_ = 0; !level.empty(); ++distance_) {
      for (const JobPair& pair : std::exchange(level, {})) visit(pair, level);
    }
    std::ranges::stable_sort(result_.differences, [](const Difference& a, const Difference& b) {
      return a.weight != b.weight ? a.weight > b.weight : a.distance < b.distance;
    });
    return std::move(result_);
  }

 private:
  void meet(const JobPair& pair, std::vector<JobPair>& level) {
    if (pair.before == pair.after) return;
    if (seen_.emplace(pair.before, pair.after).second) level.push_back(pair);
  }

  void visit(const JobPair& pair, std::vector<JobPair>& next) {
    ++result_.jobs;
    const UpstreamJob before = upstream_.job(pair.before);
    const UpstreamJob after = upstream_.job(pair.after);
    before_ = job_summary(transaction_, pair.before, before.job);
    after_ = job_summary(transaction_, pair.after, after.job);
    const std::size_t differences = result_.differences.size();
    const std::size_t consequences = result_.consequences.size();
    compare_inputs(before, after, next);
    compare_commands(before.job, after.job);
    compare_variables(before.job, after.job);
    compare_commits(before.job, after.job);
    for (Difference& difference : environment_differences(transaction_, before.job, after.job)) {
      add(std::move(difference));
    }
    const bool explained =
        result_.differences.size() > differences || result_.consequences.size() > consequences;
    if (!explained && outputs_differ(before, after)) {
      result_.unexplained.emplace_back(before_, after_);
    }
    if (before.job.exit.code != after.job.exit.code ||
        before.job.exit.signal != after.job.exit.signal) {
      add({.kind = DifferenceKind::Outcome,
           .subject = "exit",
           .before = exit_value(before.job.exit),
           .after = exit_value(after.job.exit),
           .weight = kOutcomeWeight});
    }
  }

  static std::string exit_value(const JobExit& exit) {
    if (exit.unknown) return "unknown";
    return exit.signal != 0 ? "signal " + std::to_string(exit.signal) : std::to_string(exit.code);
  }

  void add(Difference difference) {
    difference.job_before = before_;
    difference.job_after = after_;
    difference.distance = distance_;
    result_.differences.push_back(std::move(difference));
  }

  std::string digest_of(const UpstreamFile* file) const {
    if (file == nullptr) return {};
    const auto digests = digests_of(transaction_, *file->edge.artifact);
    return digests.empty() ? std::string() : digests.front().digest;
  }

  void compare_inputs(const UpstreamJob& before, const UpstreamJob& after,
                      std::vector<JobPair>& next) {
    const InputMatch match(before.inputs, after.inputs);
    for (const FilePair& pair : match.pairs()) compare_files(pair, next);
  }

  bool holds_the_same(const FilePair& pair) const {
    const auto before = recorded_unpacked_digest(transaction_, *pair.before->edge.artifact);
    return before && before == recorded_unpacked_digest(transaction_, *pair.after->edge.artifact);
  }

  void compare_files(const FilePair& pair, std::vector<JobPair>& next) {
    const bool both = pair.before != nullptr && pair.after != nullptr;
    if (both && pair.before->edge.artifact == pair.after->edge.artifact) return;
    const Edge& edge = pair.after != nullptr ? pair.after->edge : pair.before->edge;
    const bool made = both && pair.before->producer && pair.after->producer &&
                      pair.before->producer->job != pair.after->producer->job;
    if (made) {
      const JobPair makers{.before = pair.before->producer->job,
                           .after = pair.after->producer->job};
      result_.consequences.push_back({.path = edge.path,
                                      .before = pair.before->edge.artifact,
                                      .after = pair.after->edge.artifact,
                                      .made_before = job_summary(transaction_, makers.before),
                                      .made_after = job_summary(transaction_, makers.after),
                                      .reader_after = after_.id,
                                      .distance = distance_,
                                      .repacked = holds_the_same(pair)});
      return meet(makers, next);
    }
    const bool code = edge.path_class == PathClass::Code;
    add({.kind = code ? DifferenceKind::Code : DifferenceKind::Data,
         .subject = edge.path,
         .before = digest_of(pair.before),
         .after = digest_of(pair.after),
         .weight = both ? (code ? kCodeWeight : kDataWeight) : kInputSetWeight});
  }

  void compare_commands(const Job& before, const Job& after) {
    for (const ArgumentDifference& one : argument_differences(before.argv, after.argv)) {
      add({.kind = DifferenceKind::Parameters,
           .subject = one.name,
           .before = one.was && one.before.empty() ? "given" : one.before,
           .after = one.is && one.after.empty() ? "given" : one.after,
           .weight = kParameterWeight});
    }
    if (before.cwd != after.cwd) {
      add({.kind = DifferenceKind::Pipeline,
           .subject = "working directory",
           .before = before.cwd.empty() ? "." : before.cwd,
           .after = after.cwd.empty() ? "." : after.cwd,
           .weight = kDirectoryWeight});
    }
  }

  void compare_variables(const Job& before, const Job& after) {
    const std::map<std::string, std::string> was(before.variables.begin(), before.variables.end());
    const std::map<std::string, std::string> is(after.variables.begin(), after.variables.end());
    std::set<std::string> names;
    for (const auto* variables : {&was, &is}) {
      for (const auto& [name, value] : *variables) names.insert(name);
    }
    for (const std::string& name : names) {
      const auto old = was.find(name);
      const auto now = is.find(name);
      if (old != was.end() && now != is.end() && old->second == now->second) continue;
      int weight = is_noted_variable(name) ? kNotedVariableWeight : kVariableWeight;
      if (name == "PATH") weight = kPathVariableWeight;
      add({.kind = DifferenceKind::Parameters,
           .subject = "$" + name,
           .before = old == was.end() ? std::string() : old->second,
           .after = now == is.end() ? std::string() : now->second,
           .weight = weight});
    }
  }

  void compare_commits(const Job& before, const Job& after) {
    const std::string was = before.git ? before.git->commit : std::string();
    const std::string is = after.git ? after.git->commit : std::string();
    if (was != is) {
      add({.kind = DifferenceKind::Commit,
           .subject = "commit",
           .before = was,
           .after = is,
           .weight = kCommitWeight});
    }
    const auto patch_of = [](const Job& job) {
      return job.git && job.git->patch ? job.git->patch->hex() : std::string();
    };
    if (patch_of(before) == patch_of(after)) return;
    add({.kind = DifferenceKind::Commit,
         .subject = "uncommitted changes",
         .before = patch_of(before),
         .after = patch_of(after),
         .weight = kCommitWeight});
  }

  static bool outputs_differ(const UpstreamJob& before, const UpstreamJob& after) {
    std::map<std::string, std::optional<ObjectId>> was;
    for (const UpstreamFile& file : before.outputs) {
      if (is_shown(file.edge)) was[file.edge.path] = file.edge.artifact;
    }
    return std::ranges::any_of(after.outputs, [&](const UpstreamFile& file) {
      const auto old = was.find(file.edge.path);
      return is_shown(file.edge) && old != was.end() && old->second != file.edge.artifact;
    });
  }

  const ReadTransaction& transaction_;
  Upstream upstream_;
  std::set<std::pair<ObjectId, ObjectId>> seen_;
  Comparison result_;
  std::uint64_t distance_ = 0;
  JobSummary before_;  // the pair that is being compared
  JobSummary after_;
};

}  // namespace

std::string_view difference_name(DifferenceKind kind) noexcept {
  constexpr std::array<std::string_view, 8> kNames = {
      "data", "code", "parameters", "pipeline", "packages", "environment", "commit", "outcome"};
  return kNames.at(static_cast<std::size_t>(kind));
}

Comparison compare_jobs(const ReadTransaction& transaction, const std::vector<JobPair>& pairs) {
  return Comparing(transaction).compare(pairs);
}

}  // namespace roar::plumbing
