#include "porcelain/git_text.h"

#include <ostream>
#include <utility>

#include "plumbing/quote.h"
#include "porcelain/text.h"

namespace roar::porcelain {
namespace {

using plumbing::quoted_path;

constexpr std::size_t kShortCommit = 7;
constexpr std::size_t kShortId = 12;

std::string branch_text(const GitState& git) {
  if (git.unknown == "failed") return "(git failed)";
  return git.branch.empty() ? "detached" : git.branch;
}

std::string state_text(const GitState& git) {
  if (!git.unknown.empty()) return "unknown (" + git.unknown + ")";
  return git.dirty ? "dirty" : "clean";
}

void print_patch(std::ostream& out, const GitState& git, const plumbing::PatchStat& patch) {
  out << "  patch:    " << count_text(patch.files, "file") << ", +" << patch.insertions << " -"
      << patch.deletions << '\n';
  out << "  restore:  ";
  if (!git.commit.empty()) out << "git checkout " << git.commit.substr(0, kShortId) << " && ";
  out << "roar cat-object -p " << git.patch->hex().substr(0, kShortId) << " | git apply\n";
}

json::Object patch_json(const plumbing::PatchStat& patch) {
  return {{"files", patch.files}, {"insertions", patch.insertions}, {"deletions", patch.deletions}};
}

}  // namespace

std::string git_summary(const GitState& git) {
  const std::string commit = git.commit.empty() ? "no commit" : git.commit.substr(0, kShortCommit);
  std::string text = branch_text(git) + " @ " + commit + " · " + state_text(git);
  if (git.patch) text += " · patch kept";
  if (!git.code.empty()) text += " · " + count_text(git.code.size(), "code file") + " kept";
  return text;
}

void print_git(std::ostream& out, const GitState& git,
               const std::optional<plumbing::PatchStat>& patch) {
  out << "Source:    " << (git.branch.empty() ? "(detached)" : git.branch) << " @ "
      << (git.commit.empty() ? "no commit" : git.commit.substr(0, kShortCommit));
  if (!git.unknown.empty()) out << "  (state unknown: " << git.unknown << ")";
  out << (git.dirty ? "  (dirty)" : "") << '\n';
  if (git.patch && patch) print_patch(out, git, *patch);
  for (const KeptCode& kept : git.code) {
    out << "  kept:     " << quoted_path(kept.path) << "  (roar cat-object -p "
        << kept.blob.hex().substr(0, kShortId) << ")\n";
  }
  for (const WithheldCode& one : git.withheld) {
    out << "  withheld: " << quoted_path(one.path) << "  (" << one.reason << ")\n";
  }
  for (const std::string& path : git.drifted) {
    out << "  drifted:  " << quoted_path(path) << "  (read, and not as in the commit)\n";
  }
}

json::Object git_json(const GitState& git) {
  // The payload's words, but that "dirty" is always said where it is known.
  const json::Value payload = json_of(git);
  json::Object object = *payload.object();
  if (git.unknown.empty()) object.insert_or_assign("dirty", git.dirty);
  return object;
}

json::Object git_json(const GitState& git, const std::optional<plumbing::PatchStat>& patch) {
  json::Object object = git_json(git);
  if (patch) object.emplace("patch", patch_json(*patch));
  return object;
}

}  // namespace roar::porcelain
