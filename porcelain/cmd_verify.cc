#include <signal.h>

#include <array>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "objects/base/error.h"
#include "objects/json.h"
#include "plumbing/options.h"
#include "plumbing/quote.h"
#include "plumbing/verify_files.h"
#include "porcelain/commands.h"
#include "porcelain/json_views.h"
#include "porcelain/text.h"

namespace roar::porcelain {
namespace {

using plumbing::FileState;
using plumbing::RecordedFile;
using plumbing::VerifiedFile;

constexpr std::array<std::string_view, 5> kStateNames{"same", "changed", "missing", "unreadable",
                                                      "unknown"};

std::string_view name_of(FileState state) noexcept {
  return kStateNames[static_cast<std::size_t>(state)];
}

// How many files are in each state.
class Tally {
 public:
  void add(FileState state) noexcept { ++counts_[static_cast<std::size_t>(state)]; }
  std::uint64_t of(FileState state) const noexcept {
    return counts_[static_cast<std::size_t>(state)];
  }
  bool is_all_well() const noexcept {
    return of(FileState::Changed) + of(FileState::Missing) + of(FileState::Unreadable) == 0;
  }

 private:
  std::array<std::uint64_t, kStateNames.size()> counts_{};
};

std::string summary_of(const Tally& tally) {
  std::string text = count_text(tally.of(FileState::Same), "file") + " as recorded";
  for (const FileState state : {FileState::Changed, FileState::Missing, FileState::Unreadable})
    if (tally.of(state) != 0)
      text += ", " + std::to_string(tally.of(state)) + " " + std::string(name_of(state));
  if (tally.of(FileState::Unknown) != 0)
    text += ", " + std::to_string(tally.of(FileState::Unknown)) + " of unknown content";
  return text;
}

json::Object file_json(const VerifiedFile& verified) {
  const RecordedFile& file = *verified.file;
  json::Object object;
  json::put_bytes(object, "path", file.path);
  object.emplace("state", name_of(verified.state));
  object.emplace("job_oid", file.job.hex());
  if (file.artifact) {
    object.emplace("artifact_oid", file.artifact->hex());
    object.emplace("size", file.size);
  }
  json::Array digests;
  for (std::size_t i = 0; i < file.digests.size(); ++i) {
    json::Object digest;
    digest.emplace("algorithm", file.digests[i].algorithm);
    digest.emplace("recorded", file.digests[i].digest);
    if (i < verified.found.size()) digest.emplace("found", verified.found[i]);
    digests.emplace_back(std::move(digest));
  }
  object.emplace("digests", std::move(digests));
  if (!verified.problem.empty()) object.emplace("problem", verified.problem);
  return object;
}

void print_file(std::ostream& out, const VerifiedFile& verified, const plumbing::JobSummary& job) {
  std::string state(name_of(verified.state));
  state.resize(12, ' ');
  out << state << plumbing::quoted_path(verified.file->path) << "  (as of " << job_reference(job)
      << ' ' << job.short_uid;
  if (!verified.problem.empty()) out << "; " << verified.problem;
  out << ")\n";
}

std::vector<RecordedFile> files_to_verify(const Context& context,
                                          std::span<const std::string_view> names, bool all) {
  if (all) return plumbing::recorded_files_of_all(*context.store, *context.workspace);
  if (names.empty())
    return plumbing::recorded_files_of_active_session(*context.store, *context.workspace);
  return plumbing::recorded_files(*context.store, *context.workspace, names);
}

}  // namespace

int cmd_verify(Context& context, Arguments arguments) {
  bool all = false;
  bool quiet = false;
  bool json = false;
  Options options("verify [-q | --json] [--all | <name>...]");
  options.flag(0, "all", all, "the files of all sessions")
      .flag('q', "quiet", quiet, "print nothing; the exit status tells")
      .flag(0, "json", json, "print JSON");
  const auto operands = options.parse(arguments);
  if (all && !operands.empty()) throw options.usage_error("--all goes with no names");
  if (quiet && json) throw options.usage_error("specify only one of --quiet and --json");

  const std::vector<RecordedFile> files = files_to_verify(context, operands, all);
  Tally tally;
  json::Array listed;
  const int signal =
      plumbing::verify_files(*context.workspace, files, [&](const VerifiedFile& verified) {
        tally.add(verified.state);
        if (json) listed.emplace_back(file_json(verified));
        if (json || quiet || verified.state == FileState::Same) return;
        print_file(context.out, verified,
                   plumbing::summary_of_job(*context.store, verified.file->job));
      });
  if (signal != 0) {
    context.out.flush();
    ::raise(signal);
    return 1;
  }
  if (json) {
    json::Object object;
    object.emplace("type", "verification");
    object.emplace("files", std::move(listed));
    for (const FileState state : {FileState::Same, FileState::Changed, FileState::Missing,
                                  FileState::Unreadable, FileState::Unknown})
      object.emplace(std::string(name_of(state)), tally.of(state));
    print_json(context.out, std::move(object));
  } else if (!quiet) {
    context.out << summary_of(tally) << '\n';
  }
  return tally.is_all_well() ? 0 : 1;
}

}  // namespace roar::porcelain
