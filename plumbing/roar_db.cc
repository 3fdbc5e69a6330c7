#include "plumbing/roar_db.h"

#include <map>
#include <set>
#include <string_view>

#include "objects/base/error.h"
#include "plumbing/roar_db_copy.h"
#include "plumbing/sqlite.h"

namespace roar::plumbing {
namespace {

// A job's metadata as JSON that can be asked, whatever stands in the column.
constexpr std::string_view kJobMetadata =
    "(SELECT CASE WHEN json_valid(metadata) THEN metadata ELSE '{}' END AS m "
    "FROM jobs WHERE id = ?)";

std::string from_metadata(std::string_view what) {
  return "SELECT " + std::string(what) + " FROM " + std::string(kJobMetadata);
}

// "$.roar.git.branch" -> "roar.git.branch"; empty for what lies in a list.
std::string key_of(std::string_view full) {
  std::string key;
  bool quoted = false;
  for (std::size_t i = 1; i < full.size(); ++i) {
    if (full[i] == '"') {
      quoted = !quoted;
    } else if (full[i] == '[' && !quoted) {
      return {};
    } else {
      key.push_back(full[i]);
    }
  }
  return key.empty() ? key : key.substr(1);
}

}  // namespace

struct RoarDb::Impl {
  Impl(const std::filesystem::path& file, const std::filesystem::path& scratch)
      : copy(file, scratch), database(copy.file()) {
    database.check();
    for (const char* table :
         {"sessions", "jobs", "artifacts", "artifact_hashes", "job_inputs", "job_outputs"}) {
      if (database.columns(table).empty()) {
        throw Error(
            Errc::Unsupported,
            "'" + file.string() + "' is no database of roar: it has no table '" + table + "'");
      }
    }
  }

  // The columns of a table for a SELECT; NULL for one that this version of it does not have.
  std::string columns(const std::string& table, std::initializer_list<const char*> names) {
    const std::set<std::string> known = database.columns(table);
    std::string list;
    for (const char* name : names)
      list += (list.empty() ? "" : ", ") + (known.contains(name) ? name : std::string("NULL"));
    return list;
  }

  // Prepared once for each text.
  SqliteStatement& prepared(const std::string& sql) {
    auto& statement = statements[sql];
    if (!statement) statement = std::make_unique<SqliteStatement>(database, sql);
    return *statement;
  }

  std::uint64_t count(const std::string& table, const std::string& where) {
    if (database.columns(table).empty()) return 0;
    SqliteStatement statement(database, "SELECT count(*) FROM " + table + " WHERE " + where);
    statement.start();
    return statement.next() ? static_cast<std::uint64_t>(statement.number(0).value_or(0)) : 0;
  }

  std::vector<std::pair<std::string, std::string>> pairs(const std::string& path,
                                                         std::int64_t job) {
    SqliteStatement& rows = prepared("SELECT j.key, j.value FROM " + std::string(kJobMetadata) +
                                     ", json_each(m, '" + path + "') j WHERE j.type = 'text'");
    std::vector<std::pair<std::string, std::string>> result;
    for (rows.start(job); rows.next();)
      result.emplace_back(rows.text(0).value_or(""), rows.text(1).value_or(""));
    return result;
  }

  void read_metadata(OldJob& job);
  void read_packages(OldJob& job);
  std::vector<OldEdge> edges(const std::string& table, std::int64_t job);

  RoarDbCopy copy;
  SqliteDatabase database;
  std::map<std::string, std::unique_ptr<SqliteStatement>> statements;  // before `database` goes
};

void RoarDb::Impl::read_metadata(OldJob& job) {
  SqliteStatement& row = prepared(from_metadata(
      "json_extract(m, '$.cwd'), json_extract(m, '$.git.clean'), "
      "json_extract(m, '$.runtime.hostname'), json_extract(m, '$.runtime.os.system'), "
      "json_extract(m, '$.runtime.os.release'), json_extract(m, '$.runtime.os.machine'), "
      "json_extract(m, '$.runtime.cpu.model'), json_extract(m, '$.runtime.cpu.count'), "
      "json_extract(m, '$.runtime.memory.total_mb'), "
      "json_extract(m, '$.runtime.container.type'), "
      "json_extract(m, '$.runtime.python.version')"));
  row.start(job.id);
  if (!row.next()) return;
  constexpr std::int64_t kMegabyte = 1 << 20;
  int column = 0;
  job.cwd = row.text(column++).value_or("");
  job.git_clean = row.number(column++).value_or(1) != 0;
  Environment& environment = job.environment;
  environment.hostname = row.text(column++).value_or("");
  environment.system = row.text(column++).value_or("");
  environment.release = row.text(column++).value_or("");
  environment.machine = row.text(column++).value_or("");
  environment.cpu_model = row.text(column++).value_or("");
  environment.cpu_count = row.number(column++).value_or(0);
  environment.memory_bytes = row.number(column++).value_or(0) * kMegabyte;
  environment.container = row.text(column++).value_or("");
  if (const auto version = row.text(column)) environment.runtimes = {{"python", *version}};
  for (auto& [index, word] : pairs("$.runtime.command", job.id)) job.argv.push_back(word);
  std::map<std::string, std::string> variables;
  for (const char* path : {"$.runtime.env_vars", "$.env_vars"})
    for (auto& [name, value] : pairs(path, job.id)) variables[name] = value;
  job.variables.assign(variables.begin(), variables.end());
}

void RoarDb::Impl::read_packages(OldJob& job) {
  SqliteStatement& rows =
      prepared("SELECT a.key, b.key, b.value FROM " + std::string(kJobMetadata) +
               ", json_each(m, '$.packages') a, "
               "json_each(CASE a.type WHEN 'object' THEN a.value ELSE '{}' END) b");
  std::set<Package> packages;
  for (rows.start(job.id); rows.next();) {
    packages.insert({.manager = rows.text(0).value_or(""),
                     .name = rows.text(1).value_or(""),
                     .version = rows.text(2).value_or("")});
  }
  job.packages.packages.assign(packages.begin(), packages.end());
}

std::vector<OldEdge> RoarDb::Impl::edges(const std::string& table, std::int64_t job) {
  SqliteStatement& rows =
      prepared("SELECT path, artifact_id FROM " + table + " WHERE job_id = ? ORDER BY path, rowid");
  std::vector<OldEdge> result;
  for (rows.start(job); rows.next();)
    result.push_back({.path = rows.text(0).value_or(""), .artifact = rows.text(1).value_or("")});
  return result;
}

RoarDb::RoarDb(const std::filesystem::path& file, const std::filesystem::path& scratch)
    : impl_(std::make_unique<Impl>(file, scratch)) {}
RoarDb::~RoarDb() = default;

std::vector<OldSession> RoarDb::sessions() {
  SqliteStatement& rows = impl_->prepared(
      "SELECT " + impl_->columns("sessions", {"id", "hash", "created_at", "is_active"}) +
      " FROM sessions ORDER BY created_at, id");
  std::vector<OldSession> result;
  for (rows.start(); rows.next();) {
    result.push_back({.id = rows.number(0).value_or(0),
                      .hash = rows.text(1).value_or(""),
                      .created = rows.real(2).value_or(0),
                      .active = rows.number(3).value_or(0) != 0});
  }
  return result;
}

std::uint64_t RoarDb::count_jobs() {
  return impl_->count("jobs", "1");
}

std::vector<std::int64_t> RoarDb::jobs_of(std::int64_t session) {
  SqliteStatement& rows =
      impl_->prepared("SELECT id FROM jobs WHERE session_id = ? ORDER BY timestamp, id");
  std::vector<std::int64_t> result;
  for (rows.start(session); rows.next();) result.push_back(rows.number(0).value_or(0));
  return result;
}

OldJob RoarDb::job(std::int64_t id) {
  SqliteStatement& row = impl_->prepared(
      "SELECT " +
      impl_->columns("jobs", {"job_uid", "parent_job_uid", "timestamp", "command", "step_number",
                              "step_name", "git_repo", "git_commit", "git_branch",
                              "duration_seconds", "exit_code", "status", "job_type"}) +
      ", (SELECT p.timestamp FROM jobs p WHERE p.job_uid = jobs.parent_job_uid) "
      "FROM jobs WHERE id = ?");
  row.start(id);
  OldJob job;
  job.id = id;
  if (!row.next()) return job;
  int column = 0;
  job.uid = row.text(column++).value_or("");
  job.parent_uid = row.text(column++).value_or("");
  job.started = row.real(column++).value_or(0);
  job.command = row.text(column++).value_or("");
  job.step = row.number(column++).value_or(0);
  job.step_name = row.text(column++).value_or("");
  job.git_remote = row.text(column++).value_or("");
  job.git_commit = row.text(column++).value_or("");
  job.git_branch = row.text(column++).value_or("");
  job.duration = row.real(column++).value_or(0);
  job.exit_code = row.number(column++);
  job.status = row.text(column++).value_or("");
  job.type = row.text(column++).value_or("");
  job.parent_started = row.real(column).value_or(0);
  impl_->read_metadata(job);
  impl_->read_packages(job);
  return job;
}

std::vector<OldEdge> RoarDb::inputs_of(std::int64_t job) {
  return impl_->edges("job_inputs", job);
}

std::vector<OldEdge> RoarDb::outputs_of(std::int64_t job) {
  return impl_->edges("job_outputs", job);
}

std::optional<OldArtifact> RoarDb::artifact(const std::string& id) {
  SqliteStatement& row = impl_->prepared("SELECT " + impl_->columns("artifacts", {"size", "kind"}) +
                                         " FROM artifacts WHERE id = ?");
  row.start(id);
  if (!row.next()) return std::nullopt;
  OldArtifact artifact{.size = static_cast<std::uint64_t>(row.number(0).value_or(0)),
                       .kind = row.text(1).value_or("primitive"),
                       .hashes = {}};
  SqliteStatement& hashes = impl_->prepared(
      "SELECT algorithm, digest FROM artifact_hashes WHERE artifact_id = ? ORDER BY algorithm");
  for (hashes.start(id); hashes.next();)
    artifact.hashes.emplace_back(hashes.text(0).value_or(""), hashes.text(1).value_or(""));
  return artifact;
}

void RoarDb::for_each_label(const std::function<void(const OldLabel&)>& visit) {
  if (impl_->database.columns("labels").empty()) return;
  SqliteStatement& rows =
      impl_->prepared("SELECT " +
                      impl_->columns("labels", {"id", "session_id", "job_id", "artifact_id",
                                                "write_origin", "created_at"}) +
                      " FROM labels ORDER BY session_id, job_id, artifact_id, version");
  SqliteStatement& entries = impl_->prepared(
      "SELECT t.fullkey, CASE t.type WHEN 'true' THEN 'true' WHEN 'false' THEN 'false' "
      "WHEN 'null' THEN 'null' WHEN 'array' THEN t.value WHEN 'object' THEN t.value "
      "ELSE json_quote(t.value) END FROM "
      "(SELECT CASE WHEN json_valid(metadata) THEN metadata ELSE '{}' END AS m FROM labels "
      "WHERE id = ?), json_tree(m) t WHERE (t.type <> 'object' OR t.value = '{}') "
      "AND t.fullkey <> '$'");
  for (rows.start(); rows.next();) {
    OldLabel label{.id = rows.number(0).value_or(0),
                   .session = rows.number(1),
                   .job = rows.number(2),
                   .artifact = rows.text(3).value_or(""),
                   .origin = rows.text(4).value_or("user"),
                   .created = rows.real(5).value_or(0),
                   .document = {}};
    std::map<std::string, std::string> document;
    for (entries.start(label.id); entries.next();) {
      const std::string key = key_of(entries.text(0).value_or(""));
      if (!key.empty()) document[key] = entries.text(1).value_or("");
    }
    label.document.assign(document.begin(), document.end());
    visit(label);
  }
}

std::vector<std::pair<std::string, std::uint64_t>> RoarDb::left_over() {
  const auto has = [&](const char* table, const char* column) {
    return impl_->database.columns(table).contains(column);
  };
  std::vector<std::pair<std::string, std::uint64_t>> result;
  const auto add = [&](const char* what, std::uint64_t count) {
    if (count > 0) result.emplace_back(what, count);
  };
  add("jobs that belong to no session",
      impl_->count("jobs", "session_id IS NULL OR session_id NOT IN (SELECT id FROM sessions)"));
  if (has("jobs", "telemetry"))
    add("records of experiment trackers",
        impl_->count("jobs", "telemetry IS NOT NULL AND telemetry NOT IN ('', '{}', 'null')"));
  if (has("artifacts", "kind"))
    add("composite artifacts, as such", impl_->count("artifacts", "kind = 'composite'"));
  add("artifacts that no job used",
      impl_->count("artifacts",
                   "id NOT IN (SELECT artifact_id FROM job_inputs) AND id NOT IN "
                   "(SELECT artifact_id FROM job_outputs)"));
  if (has("artifacts", "source_url"))
    add("places that artifacts came from or went to",
        impl_->count("artifacts", "source_url IS NOT NULL OR uploaded_to IS NOT NULL"));
  if (has("job_inputs", "byte_ranges"))
    add("byte ranges of inputs", impl_->count("job_inputs", "byte_ranges IS NOT NULL"));
  if (has("job_outputs", "byte_ranges"))
    add("byte ranges of outputs", impl_->count("job_outputs", "byte_ranges IS NOT NULL"));
  add("collections", impl_->count("collections", "1"));
  return result;
}

}  // namespace roar::plumbing
