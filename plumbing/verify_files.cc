#include "plumbing/verify_files.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <unordered_set>
#include <utility>

#include "objects/base/error.h"
#include "objects/hash.h"
#include "objects/newest_uses.h"
#include "objects/session.h"
#include "plumbing/hash_with_progress.h"
#include "plumbing/quote.h"
#include "plumbing/record_job.h"
#include "plumbing/resolve.h"

namespace roar::plumbing {
namespace {

// A directory that the name is, on disk or in what was recorded: absolute.
std::optional<std::string> directory_named(const ReadTransaction& transaction,
                                           const Workspace& workspace, std::string_view name) {
  if (name.empty()) return std::nullopt;
  const std::filesystem::path path = workspace.directory / name;
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) {
    std::string directory = std::filesystem::canonical(path, error).string();
    if (!error) return directory;
  }
  std::string directory = path.lexically_normal().string();
  if (directory.ends_with('/')) directory.pop_back();
  const std::string below = stored_path(workspace, directory) + '/';
  if (tracked_paths(transaction, below, 1).empty()) return std::nullopt;
  return directory;
}

// Gathers files from one snapshot.
class Gathering {
 public:
  Gathering(const ReadTransaction& transaction, const Workspace& workspace)
      : transaction_(transaction), workspace_(workspace) {}

  void add_name(std::string_view name);
  // What the session's jobs left, up to this entry of it.
  void add_session(const ObjectId& entry);
  // The newest version of each file below a directory, which is absolute; of all sessions.
  void add_below(const std::string& directory);
  // The same for one that was named: throws Errc::NotFound if there is none.
  void add_named_directory(const std::string& directory, std::string_view name);

  // By path.
  std::vector<RecordedFile> files() &&;

 private:
  void add(std::string_view path, const std::optional<ObjectId>& artifact, const ObjectId& job);
  void add_newest(const std::string& path);
  void add_job(const ObjectId& id);
  void add_artifact(const ObjectId& id, std::string_view name);
  void add_unless_seen(const ObjectId& job, std::string_view prefix);
  // A job's files, each as the job left it.
  std::map<std::string, std::optional<ObjectId>> left_by(const ObjectId& job) const;
  // What the last job that read or wrote the path left there.
  std::optional<Use> newest_use(const std::string& path) const;

  const ReadTransaction& transaction_;
  const Workspace& workspace_;
  std::map<std::pair<std::string, std::optional<ObjectId>>, RecordedFile> files_;
  std::unordered_set<std::string> seen_;  // paths, while jobs are gone through from the newest back
};

void Gathering::add(std::string_view path, const std::optional<ObjectId>& artifact,
                    const ObjectId& job) {
  const auto [place, is_new] = files_.try_emplace({std::string(path), artifact});
  if (!is_new) return;
  RecordedFile& file = place->second;
  file.path = path;
  file.artifact = artifact;
  file.job = job;
  if (!artifact) return;
  file.size = read_artifact(transaction_, *artifact).size;
  for (DigestRecord& digest : digests_of(transaction_, *artifact))
    if (algorithm_from_name(digest.algorithm)) file.digests.push_back(std::move(digest));
}

std::optional<Use> Gathering::newest_use(const std::string& path) const {
  std::optional<Use> newest;
  // A job that read a file and wrote it left what it wrote: outputs come first.
  for_each_path_use_newest_first(transaction_, path, [&](const NumberedPathUse& use) {
    newest = {.job = id_of_numbered(transaction_, use.job),
              .role = use.role,
              .artifact = std::nullopt,
              .path = path};
    if (use.artifact != 0) newest->artifact = id_of_numbered(transaction_, use.artifact);
    return false;
  });
  return newest;
}

void Gathering::add_newest(const std::string& path) {
  if (const auto newest = newest_use(path)) add(path, newest->artifact, newest->job);
}

std::map<std::string, std::optional<ObjectId>> Gathering::left_by(const ObjectId& job) const {
  std::map<std::string, std::optional<ObjectId>> left;
  for_each_edge_of(transaction_, read_job(transaction_, job), [&](const Edge& edge) {
    if (!is_shown(edge)) return true;
    if (edge.role == EdgeRole::Output) left[edge.path] = edge.artifact;
    if (edge.role == EdgeRole::Input) left.try_emplace(edge.path, edge.artifact);
    return true;
  });
  return left;
}

void Gathering::add_job(const ObjectId& id) {
  for (const auto& [path, artifact] : left_by(id)) add(path, artifact, id);
}

void Gathering::add_unless_seen(const ObjectId& job, std::string_view prefix) {
  for (const auto& [path, artifact] : left_by(job))
    if (absolute_path(workspace_, path).starts_with(prefix) && seen_.insert(path).second)
      add(path, artifact, job);
}

void Gathering::add_session(const ObjectId& entry) {
  seen_.clear();
  for (std::optional<ObjectId> next = entry; next;) {
    const SessionEntry one = decode_session(transaction_.payload(*next, ObjectType::Session));
    if (one.job) add_unless_seen(*one.job, {});
    next = one.previous;
  }
}

void Gathering::add_below(const std::string& directory) {
  const std::string prefix = directory.ends_with('/') ? directory : directory + '/';
  seen_.clear();
  for_each_job_by_start(transaction_, [&](const ObjectId& job) {
    add_unless_seen(job, prefix);
    return true;
  });
}

void Gathering::add_named_directory(const std::string& directory, std::string_view name) {
  add_below(directory);
  if (!seen_.empty()) return;
  throw Error(Errc::NotFound, quoted_subject(name) +
                                  " names nothing to compare: no job has read data below it, " +
                                  "or written any file there");
}

void Gathering::add_artifact(const ObjectId& id, std::string_view name) {
  const std::vector<std::string> paths = paths_of_artifact(transaction_, id);
  bool found = false;
  for (const std::string& path : paths) {
    const std::optional<Use> newest = newest_use(path);
    if (!newest || newest->artifact != id) continue;
    add(path, id, newest->job);
    found = true;
  }
  if (found) return;
  throw Error(Errc::NotFound,
              "no file has the content '" + std::string(name) + "' any more" +
                  (paths.empty() ? "" : ": '" + paths.front() + "' was overwritten since"));
}

std::vector<RecordedFile> Gathering::files() && {
  std::vector<RecordedFile> files;
  files.reserve(files_.size());
  for (auto& [key, file] : files_) files.push_back(std::move(file));
  return files;
}

void Gathering::add_name(std::string_view name) {
  ResolvedName resolved;
  try {
    resolved = resolve(transaction_, workspace_, name);
  } catch (const Error& error) {
    const auto directory = error.code() == Errc::NotFound
                               ? directory_named(transaction_, workspace_, name)
                               : std::nullopt;
    if (!directory) throw;
    return add_named_directory(*directory, name);
  }
  if (!resolved.path.empty()) return add_newest(resolved.path);
  switch (resolved.type) {
    case ObjectType::Job:
      return add_job(resolved.id);
    case ObjectType::Artifact:
      return add_artifact(resolved.id, name);
    case ObjectType::Session:
      return add_session(resolved.id);
    default:
      throw Error(Errc::Usage, "'" + std::string(name) + "' is " +
                                   std::string(type_name(resolved.type)) +
                                   " data, which stands for no files");
  }
}

std::vector<RecordedFile> gathered(
    const Store& store, const Workspace& workspace,
    const std::function<void(Gathering&, const ReadTransaction&)>& body) {
  std::vector<RecordedFile> files;
  store.read([&](const ReadTransaction& transaction) {
    Gathering gathering(transaction, workspace);
    body(gathering, transaction);
    files = std::move(gathering).files();
  });
  return files;
}

FileState state_of(const HashResult& result, const RecordedFile& file) {
  if (result.status == HashResult::Status::Vanished) return FileState::Missing;
  if (result.status == HashResult::Status::NotRegular) return FileState::Changed;
  if (result.status != HashResult::Status::Hashed) return FileState::Unreadable;
  const bool same = std::ranges::equal(file.digests, result.digests, {}, &DigestRecord::digest);
  return same ? FileState::Same : FileState::Changed;
}

}  // namespace

std::vector<RecordedFile> recorded_files(const Store& store, const Workspace& workspace,
                                         std::span<const std::string_view> names) {
  return gathered(store, workspace, [&](Gathering& gathering, const ReadTransaction&) {
    for (const std::string_view name : names) gathering.add_name(name);
  });
}

std::vector<RecordedFile> recorded_files_of_active_session(const Store& store,
                                                           const Workspace& workspace) {
  return gathered(store, workspace, [](Gathering& gathering, const ReadTransaction& transaction) {
    const auto session = active_session(transaction);
    const auto summary = session ? session_summary(transaction, *session) : std::nullopt;
    if (!summary) throw Error(Errc::NotFound, "no active session\nhint: run 'roar init' first");
    gathering.add_session(summary->head);
  });
}

std::vector<RecordedFile> recorded_files_of_all(const Store& store, const Workspace& workspace) {
  return gathered(store, workspace,
                  [](Gathering& gathering, const ReadTransaction&) { gathering.add_below("/"); });
}

int verify_files(const Workspace& workspace, std::span<const RecordedFile> files,
                 const std::function<void(const VerifiedFile&)>& visit) {
  std::vector<std::vector<Algorithm>> algorithms;
  std::vector<HashRequest> requests;
  std::vector<const RecordedFile*> known;
  algorithms.reserve(files.size());
  for (const RecordedFile& file : files) {
    if (file.digests.empty()) continue;
    std::vector<Algorithm>& each = algorithms.emplace_back();
    for (const DigestRecord& digest : file.digests)
      each.push_back(algorithm_from_name(digest.algorithm).value());
    requests.push_back({absolute_path(workspace, file.path), each});
    known.push_back(&file);
  }
  auto next = files.begin();
  std::size_t done = 0;
  const auto skip_unknown = [&] {
    for (; next != files.end() && next->digests.empty(); ++next)
      visit({.file = &*next, .state = FileState::Unknown, .problem = {}, .found = {}});
  };
  const int signal = hash_with_progress(
      requests,
      [&](const HashRequest&, const HashResult& result) {
        skip_unknown();
        const RecordedFile& file = *known[done++];
        const FileState state = state_of(result, file);
        visit({.file = &file,
               .state = state,
               .problem = state == FileState::Same || state == FileState::Missing
                              ? std::string()
                              : problem_of(result),
               .found = result.digests});
        ++next;
      },
      Interrupted::Anew);
  if (signal == 0) skip_unknown();
  return signal;
}

}  // namespace roar::plumbing
