#include "plumbing/care/fsck.h"

#include <fcntl.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>

#include "objects/base/error.h"
#include "objects/base/fd.h"
#include "objects/base/file.h"
#include "objects/json.h"
#include "objects/store.h"
#include "objects/transaction.h"
#include "plumbing/care/fsck_checks.h"
#include "plumbing/care/in_child.h"
#include "plumbing/resolve.h"

// The child says one JSON object for each finding, and a line that begins with a digit for its
// progress.

namespace roar::plumbing {
namespace {

json::Object json_of(const StoreFinding& finding) {
  json::Object object{{"damage", static_cast<int>(finding.damage)}, {"message", finding.message}};
  json::put_bytes(object, "subject", finding.subject);
  json::put_bytes(object, "text", finding.text);
  if (!finding.object.empty()) object.emplace("object", finding.object);
  return object;
}

StoreFinding finding_of(std::string_view line) {
  const json::Object object = json::decode(line);
  StoreFinding finding;
  finding.damage = static_cast<Damage>(*object.at("damage").integer());
  finding.message = *object.at("message").string();
  finding.subject = json::take_bytes(object, "subject");
  finding.text = json::take_bytes(object, "text");
  if (const auto id = object.find("object"); id != object.end())
    finding.object = *id->second.string();
  return finding;
}

// What cannot be read is told of by another check.
void keep_lost(const ReadTransaction& transaction, const ObjectInfo& info,
               const std::filesystem::path& directory) {
  constexpr mode_t kMode = 0666;
  std::string content = info.id.hex() + "\n";
  if (info.type == ObjectType::Blob) {
    try {
      content = transaction.payload(info.id, info.type);
    } catch (const Error&) {
      return;
    }
  }
  const auto place = directory / (info.type == ObjectType::Job ? "job" : "other");
  make_directories(place);
  AtomicFile file(place / info.id.hex(), kMode);
  file.write(content);
  file.commit();
}

void check_names(const ReadTransaction& transaction, const FsckOptions& options,
                 FsckChecks& checks) {
  std::vector<ObjectId> roots;
  for (const std::string& name : options.names)
    roots.push_back(resolve(transaction, *options.workspace, name).id);
  checks.check_below(roots, options.depth == FsckDepth::Full);
  checks.report_missing();
}

void check_store(const ReadTransaction& transaction, const FsckOptions& options,
                 FsckChecks& checks) {
  if (!options.names.empty()) {
    check_names(transaction, options, checks);
    return;
  }
  checks.check_refs();
  if (options.depth == FsckDepth::Connectivity) checks.check_connectivity();
  if (options.depth == FsckDepth::Quick) checks.check_sessions();
  if (options.depth != FsckDepth::Connectivity)
    checks.check_counts(options.depth == FsckDepth::Quick);
  // Through wrong ids every index looks wrong.
  const bool compare = options.depth == FsckDepth::Full && checks.check_objects();
  checks.report_missing();
  if (compare) checks.check_indexes();
  if (options.depth == FsckDepth::Full) checks.check_tables();
  if (options.unreachable || options.dangling)
    checks.list_unreachable(!options.unreachable, [&](const ObjectInfo& info) {
      if (options.lost_found) keep_lost(transaction, info, *options.lost_found);
    });
}

// Without them a sound store cannot be opened. Throws Errc::Io.
void require_descriptors(const std::filesystem::path& directory) {
  constexpr std::size_t kDescriptors = 12;  // of the store's files, and to look at them
  std::vector<Fd> descriptors;
  for (std::size_t i = 0; i < kDescriptors; ++i) {
    descriptors.emplace_back(::open("/", O_PATH | O_CLOEXEC));
    if (!descriptors.back()) throw_errno(errno, "open the files of", directory.string());
  }
}

void work(const std::filesystem::path& directory, const FsckOptions& options, const Say& say) {
  const auto report = [&](const StoreFinding& finding) { say(json::encode(json_of(finding))); };
  const auto progress = [&](std::uint64_t done, std::uint64_t all) {
    say(std::to_string(done) + " " + std::to_string(all));
  };
  require_descriptors(directory);
  try {
    const Store store(directory, Store::Mode::ReadOnly);
    store.read([&](const ReadTransaction& transaction) {
      FsckChecks checks(transaction, report, progress);
      check_store(transaction, options, checks);
    });
  } catch (const Error& error) {
    if (error.code() != Errc::Corrupt && error.code() != Errc::Io) throw;
    report({"badFile", Damage::Structure, "file", error.what(), {}});
  }
}

Severity severity_of(const StoreFinding& finding, const FsckPolicy& policy) {
  if (finding.damage == Damage::None) return Severity::Notice;
  if (finding.damage == Damage::Structure) return Severity::Error;
  if (policy.skipped.contains(finding.object)) return Severity::Ignore;
  const auto asked = policy.severities.find(finding.message);
  return asked == policy.severities.end() ? Severity::Error : asked->second;
}

void show_progress(const FsckOptions& options, std::string_view line) {
  if (!options.progress) return;
  std::uint64_t done = 0;
  std::uint64_t all = 0;
  const char* const end = line.data() + line.size();
  const char* const space = std::from_chars(line.data(), end, done).ptr;
  if (space != end) std::from_chars(space + 1, end, all);
  options.progress(done, all);
}

}  // namespace

std::string_view severity_name(Severity severity) noexcept {
  constexpr std::array<std::string_view, 4> kNames = {"ignore", "notice", "warning", "error"};
  return kNames[static_cast<std::size_t>(severity)];
}

std::string finding_line(const StoreFinding& finding) {
  std::string line(severity_name(finding.severity));
  line += " " + finding.message + " " + finding.subject;
  if (!finding.text.empty()) line += ": " + finding.text;
  std::ranges::replace_if(
      line, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; }, ' ');
  return line;
}

FsckReport fsck(const std::filesystem::path& store_directory, const FsckOptions& options) {
  FsckReport report;
  const auto add = [&](StoreFinding finding) {
    finding.severity = severity_of(finding, options.policy);
    if (finding.severity == Severity::Ignore) return;
    if (finding.severity == Severity::Error)
      report.damage |= static_cast<std::uint8_t>(finding.damage);
    report.findings.push_back(std::move(finding));
  };
  const int signal = in_child([&](const Say& say) { work(store_directory, options, say); },
                              [&](std::string_view line) {
                                if (line.starts_with('{'))
                                  add(finding_of(line));
                                else
                                  show_progress(options, line);
                              });
  if (signal != 0)
    add({"crash",
         Damage::Structure,
         "file",
         "reading it ended by signal " + std::to_string(signal),
         {}});
  return report;
}

}  // namespace roar::plumbing
