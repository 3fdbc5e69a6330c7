#include "plumbing/old_job.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <iterator>
#include <map>
#include <utility>

#include "hooks/git.h"
#include "objects/base/hex.h"
#include "objects/base/utf8.h"
#include "objects/base/variable.h"
#include "objects/blake3.h"
#include "objects/environment.h"
#include "objects/fields.h"
#include "objects/hash.h"
#include "objects/packages.h"
#include "plumbing/claimed_content.h"
#include "plumbing/record_job.h"
#include "plumbing/split_words.h"

namespace roar::plumbing {
namespace {

constexpr std::size_t kIdDigits = 32;

Timestamp timestamp_of(double seconds) {
  constexpr double kNanoseconds = 1e9;
  constexpr double kLargest = 1e11;
  if (!(seconds >= 0) || seconds > kLargest) return {};
  const double whole = std::floor(seconds);
  const auto rest = static_cast<std::uint32_t>((seconds - whole) * kNanoseconds);
  return {static_cast<std::int64_t>(whole), std::min<std::uint32_t>(rest, 999'999'999)};
}

std::string digits_of(std::string_view kind, std::string_view text, double time) {
  std::string whole = "roar.db " + std::string(kind) + '\0' + std::string(text) + '\0';
  whole += std::to_string(std::bit_cast<std::uint64_t>(time));
  return to_hex(blake3_of(whole)).substr(0, kIdDigits);
}

// The words that ran. What cannot be separated stays one text.
std::vector<std::string> argv_of(const OldJob& job) {
  auto words = split_words(job.command);
  if (words && !words->empty()) return *std::move(words);
  if (!job.argv.empty()) return job.argv;
  return {job.command};
}

JobExit exit_of(std::int64_t code) {
  constexpr std::int64_t kSignals = 65;
  constexpr std::int64_t kMask = 0xff;
  // The older program has its language's way to say that a signal ended a process.
  if (code < 0 && code > -kSignals) return {.code = 0, .signal = static_cast<int>(-code)};
  return {.code = static_cast<int>(code & kMask), .signal = 0};
}

std::size_t hex_digits_of(Algorithm algorithm) {
  constexpr std::size_t kMd5 = 32;
  constexpr std::size_t k256 = 64;
  constexpr std::size_t k512 = 128;
  if (algorithm == Algorithm::Md5) return kMd5;
  return algorithm == Algorithm::Sha512 ? k512 : k256;
}

bool is_usable(const std::string& algorithm, const std::string& digest) {
  const DigestRecord record{
      .artifact = {}, .algorithm = algorithm, .digest = digest, .origin = DigestOrigin::Claimed};
  if (digest.empty() || !is_utf8(digest)) return false;
  const auto known = algorithm_from_name(algorithm);
  if (known && !is_lower_hex(digest, hex_digits_of(*known))) return false;
  try {
    encode(record);
  } catch (const Error&) {
    return false;  // no name of an algorithm
  }
  return true;
}

// BLAKE3 first, then by strength, then the rest.
std::size_t rank_of(std::string_view algorithm) {
  constexpr std::array<std::string_view, 4> kOrder{"blake3", "sha512", "sha256", "md5"};
  return static_cast<std::size_t>(std::ranges::find(kOrder, algorithm) - kOrder.begin());
}

std::optional<GitState> git_of(const OldJob& old, Redactor& redactor) {
  if (old.git_commit.empty() && old.git_remote.empty()) return std::nullopt;
  GitState git;
  if (is_hex(old.git_commit)) git.commit = old.git_commit;
  if (is_utf8(old.git_branch)) git.branch = redactor.redact_text(old.git_branch);
  git.remote = redactor.redact_text(hooks::without_credentials(old.git_remote));
  git.dirty = !old.git_clean;
  return git;
}

}  // namespace

std::string session_id_of(const OldSession& session) {
  const std::string start = session.hash.substr(0, kIdDigits);
  return is_lower_hex(start, kIdDigits) ? start
                                        : digits_of("session", session.hash, session.created);
}

std::string job_uid_of(std::string_view uid, double started) {
  constexpr std::size_t kOldDigits = 8;
  std::string digits = digits_of("job", uid, started);
  if (!is_lower_hex(uid, kOldDigits)) return digits;
  return std::string(uid) + digits.substr(kOldDigits);
}

bool is_finished(const OldJob& job) {
  return job.exit_code.has_value() && job.status != "pending";
}

std::optional<KnownContent> known_content(const ReadTransaction& transaction,
                                          const OldArtifact& artifact) {
  auto hashes = artifact.hashes;
  std::erase_if(hashes, [](const auto& hash) { return !is_usable(hash.first, hash.second); });
  if (hashes.empty()) return std::nullopt;
  std::ranges::stable_sort(hashes, {}, [](const auto& hash) { return rank_of(hash.first); });
  KnownContent content;
  const auto seen = seen_artifact(transaction, hashes.front().first, hashes.front().second);
  if (seen) {
    content.id = *seen;
  } else {
    content.artifact = Artifact{.size = artifact.size,
                                .claimed_algorithm = hashes.front().first,
                                .claimed_digest = hashes.front().second};
    content.id = object_id_of(*content.artifact);
  }
  for (const auto& [algorithm, digest] : hashes) {
    if (seen && algorithm == "blake3") continue;
    content.digests.push_back({.artifact = content.id,
                               .algorithm = algorithm,
                               .digest = digest,
                               .origin = DigestOrigin::Claimed});
  }
  return content;
}

OldJobReader::OldJobReader(RoarDb& database, const Workspace& workspace)
    : database_(database), workspace_(workspace), redactor_(workspace) {
  const auto variable = [](const char* name) {
    const char* value = environment_variable(name);
    return std::string(value != nullptr ? value : "");
  };
  context_ = {
      .root = workspace.root.string(), .home = variable("HOME"), .temporary = variable("TMPDIR")};
}

NewJob OldJobReader::read(const ReadTransaction& transaction, const OldJob& old) {
  NewJob next;
  taken_.clear();
  Job& job = next.job;
  job.uid = job_uid_of(old.uid, old.started);
  if (old.parent_started != 0) job.parent_uid = job_uid_of(old.parent_uid, old.parent_started);
  job.kind = old.type == "build" ? JobKind::Build : JobKind::Run;
  job.name = redactor_.redact_text(old.step_name);
  job.argv = redactor_.redact_argv(argv_of(old)).argv;
  job.cwd = redactor_.redact_path(stored_path(workspace_, old.cwd));
  job.git = git_of(old, redactor_);
  job.started = timestamp_of(old.started);
  job.ended = timestamp_of(old.started + std::max(0.0, old.duration));
  job.exit = exit_of(*old.exit_code);
  job.tracing.backend = kImported;
  job.tracing.gaps = {{.reason = std::string(kImported), .program = {}, .count = 1}};
  for (const auto& [name, value] : old.variables) {
    std::string redacted = redactor_.redact_variable(name, value);
    job.variables.emplace_back(name, std::move(redacted));
  }
  std::ranges::sort(job.variables);
  add_edges(transaction, database_.inputs_of(old.id), EdgeRole::Input, next);
  add_edges(transaction, database_.outputs_of(old.id), EdgeRole::Output, next);
  for (const Edge& edge : next.edges) {
    if (is_shown(edge)) ++(edge.role == EdgeRole::Input ? job.inputs : job.outputs);
  }
  if (old.environment != Environment()) next.environment_payload = encode(old.environment);
  if (!old.packages.packages.empty()) next.packages_payload = encode(old.packages);
  return next;
}

Label OldJobReader::read(const OldLabel& old, const ObjectId& target) {
  Label label{.target = target,
              .previous = std::nullopt,
              .document = {},
              .origin = old.origin == "system" ? "system" : "user",
              .when = timestamp_of(old.created)};
  std::map<std::string, std::string> document;
  for (const auto& [key, value] : old.document)
    document[redactor_.redact_text(key)] = redactor_.redact_text(value);
  label.document.assign(document.begin(), document.end());
  return label;
}

void OldJobReader::add_edges(const ReadTransaction& transaction, const std::vector<OldEdge>& edges,
                             EdgeRole role, NewJob& job) {
  const auto kind =
      role == EdgeRole::Input ? tracer::AccessKind::Input : tracer::AccessKind::Output;
  const std::string* previous = nullptr;
  for (const OldEdge& old : edges) {
    if (previous != nullptr && *previous == old.path) {
      ++second_versions;
      continue;
    }
    previous = &old.path;
    Edge edge;
    edge.role = role;
    edge.path_class = tracer::classify_path(old.path, kind, context_).path_class;
    if (edge.path_class == PathClass::Credential) {
      ++job.job.tracing.credentials;
      continue;
    }
    edge.path = redactor_.redact_path(stored_path(workspace_, old.path));
    add_content(transaction, old, edge, job);
  }
}

void OldJobReader::add_content(const ReadTransaction& transaction, const OldEdge& old, Edge& edge,
                               NewJob& job) {
  const auto artifact = database_.artifact(old.artifact);
  if (artifact && artifact->kind == "composite") {
    ++composites;
    return;
  }
  auto content = artifact ? known_content(transaction, *artifact) : std::nullopt;
  if (content) {
    edge.artifact = content->id;
    edge.size = artifact->size;
    if (taken_.insert(content->id).second) {
      if (content->artifact) job.artifacts.push_back(*content->artifact);
      std::ranges::move(content->digests, std::back_inserter(job.digests));
    }
  } else {
    edge.missing = kImported;
    ++unhashed;
  }
  job.edges.push_back(std::move(edge));
}

}  // namespace roar::plumbing
