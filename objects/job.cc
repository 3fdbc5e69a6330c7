#include "objects/job.h"

#include <algorithm>
#include <limits>

#include "objects/base/error.h"
#include "objects/fields.h"

namespace roar {
namespace {

constexpr std::size_t kUidDigits = 32;

json::Value json_of(const JobExit& exit) {
  json::Object object;
  if (exit.signal == 0 && !exit.unknown) object.emplace("code", exit.code);
  put_flag(object, "core", exit.core);
  put_flag(object, "interrupted", exit.interrupted);
  put_optional(object, "signal", static_cast<std::uint64_t>(exit.signal));
  put_flag(object, "unknown", exit.unknown);
  return object;
}

JobExit exit_of(const json::Object& object) {
  const Fields fields(object, "job: exit");
  constexpr std::uint64_t kMax = std::numeric_limits<int>::max();
  const std::uint64_t signal = fields.optional_number("signal");
  const bool unknown = fields.flag("unknown");
  if (signal != 0 && unknown) fields.fail("unknown", "is there beside a signal");
  if ((signal != 0 || unknown) && fields.has("code"))
    fields.fail("code", "is there beside a signal or 'unknown'");
  const std::uint64_t code = signal == 0 && !unknown ? fields.number("code") : 0;
  const bool core = fields.flag("core");
  if (signal == 0 && core) fields.fail("core", "is there without a signal");
  if (signal > kMax) fields.fail("signal", "is too large");
  if (code > kMax) fields.fail("code", "is too large");
  return {.code = static_cast<int>(code),
          .signal = static_cast<int>(signal),
          .interrupted = fields.flag("interrupted"),
          .core = core,
          .unknown = unknown};
}

json::Value json_of(const Tracing& tracing) {
  json::Object object{{"backend", tracing.backend},
                      {"complete", tracing.complete},
                      {"processes", tracing.processes}};
  put_optional(object, "credentials", tracing.credentials);
  put_optional(object, "dropped", tracing.dropped);
  put_optional(object, "ignored", tracing.ignored);
  put_optional(object, "temporaries", tracing.temporaries);
  json::Array gaps;
  for (const TracingGap& gap : tracing.gaps) {
    json::Object entry{{"count", gap.count}, {"reason", gap.reason}};
    put_optional(entry, "program", gap.program);
    gaps.emplace_back(std::move(entry));
  }
  if (!gaps.empty()) object.emplace("gaps", std::move(gaps));
  return object;
}

Tracing tracing_of(const json::Object& object) {
  const Fields fields(object, "job: tracing");
  Tracing tracing{.backend = fields.string("backend"),
                  .complete = fields.boolean("complete"),
                  .gaps = {},
                  .dropped = fields.optional_number("dropped"),
                  .processes = fields.number("processes"),
                  .temporaries = fields.optional_number("temporaries"),
                  .credentials = fields.optional_number("credentials"),
                  .ignored = fields.optional_number("ignored")};
  if (const json::Array* gaps = fields.optional_array("gaps")) {
    for (const json::Value& value : *gaps) {
      if (value.object() == nullptr) fields.fail("gaps", "is not a list of objects");
      const Fields gap(*value.object(), "job: gap");
      tracing.gaps.push_back({.reason = gap.string("reason"),
                              .program = gap.optional_bytes("program"),
                              .count = gap.number("count")});
    }
    if (!std::ranges::is_sorted(tracing.gaps)) fields.fail("gaps", "is not sorted");
  }
  return tracing;
}

json::Value json_of_edges(const Job& job) {
  json::Object object;
  for (int group = 0; group < kEdgeGroups; ++group)
    put_optional(object, std::string(group_name(static_cast<EdgeGroup>(group))) + "_oid",
                 job.edges[static_cast<std::size_t>(group)]);
  return object;
}

json::Value json_of_variables(const Job& job) {
  json::Array pairs;
  pairs.reserve(job.variables.size());
  for (const auto& [name, value] : job.variables)
    pairs.emplace_back(json::Array{json::bytes_value(name), json::bytes_value(value)});
  return pairs;
}

void read_variables(const Fields& fields, Job& job) {
  const json::Array* pairs = fields.optional_array("variables");
  if (pairs == nullptr) return;
  for (const json::Value& value : *pairs) {
    const json::Array* pair = value.array();
    if (pair == nullptr || pair->size() != 2) fields.fail("variables", "is not a list of pairs");
    job.variables.emplace_back(json::bytes_of((*pair)[0]), json::bytes_of((*pair)[1]));
  }
  if (!std::ranges::is_sorted(job.variables)) fields.fail("variables", "is not sorted");
}

void read_hashes(const Fields& fields, Job& job) {
  const json::Array* names = fields.optional_array("hashes");
  if (names == nullptr) return;
  for (const json::Value& name : *names) {
    if (name.string() == nullptr) fields.fail("hashes", "is not a list of names");
    job.hashes.push_back(*name.string());
  }
}

json::Object json_of_modifiers(const Job& job) {
  json::Object object;
  if (!job.add_tags.empty())
    object.emplace("add_tags", json::Array(job.add_tags.begin(), job.add_tags.end()));
  if (!job.block_tags.empty())
    object.emplace("block_tags", json::Array(job.block_tags.begin(), job.block_tags.end()));
  return object;
}

void read_words(const Fields& fields, const std::string& key, std::vector<std::string>& words) {
  const json::Array* list = fields.optional_array(key);
  if (list == nullptr) return;
  for (const json::Value& word : *list) {
    if (word.string() == nullptr) fields.fail(key, "is not a list of strings");
    words.push_back(*word.string());
  }
}

void read_modifiers(const Fields& fields, Job& job) {
  const json::Object* object = fields.optional_object("run_modifiers");
  if (object == nullptr) return;
  const Fields modifiers(*object, "run_modifiers");
  read_words(modifiers, "add_tags", job.add_tags);
  read_words(modifiers, "block_tags", job.block_tags);
}

void read_edges(const Fields& fields, Job& job) {
  const json::Object* object = fields.optional_object("edges");
  if (object == nullptr) return;
  const Fields edges(*object, "job: edges");
  for (int group = 0; group < kEdgeGroups; ++group)
    job.edges[static_cast<std::size_t>(group)] =
        edges.optional_id(std::string(group_name(static_cast<EdgeGroup>(group))) + "_oid");
}

json::Array json_of_composites(const Job& job) {
  json::Array list;
  for (const JobComposite& composite : job.composites) {
    json::Object entry{{"composite_oid", json_of(composite.composite)},
                       {"role", role_name(composite.role)}};
    json::put_bytes(entry, "path", composite.path);
    list.emplace_back(std::move(entry));
  }
  return list;
}

void read_composites(const Fields& fields, Job& job) {
  const json::Array* list = fields.optional_array("composites");
  if (list == nullptr) return;
  for (const json::Value& value : *list) {
    if (value.object() == nullptr) fields.fail("composites", "is not a list of objects");
    const Fields entry(*value.object(), "job: composite");
    const auto role = role_from_name(entry.string("role"));
    if (!role) entry.fail("role", "is unknown");
    job.composites.push_back(
        {.path = entry.bytes("path"), .role = *role, .composite = entry.id("composite_oid")});
  }
  if (!std::ranges::is_sorted(job.composites, {}, &JobComposite::path))
    fields.fail("composites", "is not sorted");
}

}  // namespace

std::string_view kind_name(JobKind kind) noexcept {
  return kind == JobKind::Build ? "build" : "run";
}

std::optional<JobKind> kind_from_name(std::string_view name) noexcept {
  if (name == "run") return JobKind::Run;
  if (name == "build") return JobKind::Build;
  return std::nullopt;
}

std::string encode(const Job& job) {
  json::Array argv;
  argv.reserve(job.argv.size());
  for (const std::string& argument : job.argv) argv.push_back(json::bytes_value(argument));
  json::Object object{{"argv", std::move(argv)},
                      {"ended", json_of(job.ended)},
                      {"exit", json_of(job.exit)},
                      {"inputs", job.inputs},
                      {"kind", kind_name(job.kind)},
                      {"outputs", job.outputs},
                      {"started", json_of(job.started)},
                      {"tracing", json_of(job.tracing)},
                      {"uid", job.uid},
                      {"v", 1}};
  put_optional(object, "cwd", job.cwd);
  put_optional(object, "environment_oid", job.environment);
  put_optional(object, "name", job.name);
  put_optional(object, "packages_oid", job.packages);
  put_optional(object, "parent_uid", job.parent_uid);
  put_optional(object, "processes_oid", job.processes);
  if (!job.hashes.empty())
    object.emplace("hashes", json::Array(job.hashes.begin(), job.hashes.end()));
  if (!job.add_tags.empty() || !job.block_tags.empty())
    object.emplace("run_modifiers", json_of_modifiers(job));
  if (!job.composites.empty()) object.emplace("composites", json_of_composites(job));
  if (job.git) object.emplace("git", json_of(*job.git));
  if (!job.variables.empty()) object.emplace("variables", json_of_variables(job));
  if (std::ranges::any_of(job.edges, [](const auto& root) { return root.has_value(); }))
    object.emplace("edges", json_of_edges(job));
  return json::encode(object);
}

Job decode_job(std::string_view payload) {
  const json::Object object = decode_versioned(payload, ObjectType::Job);
  const Fields fields(object, "job");
  Job job;
  job.uid = fields.string("uid");
  if (!is_lower_hex(job.uid, kUidDigits)) fields.fail("uid", "is not a job uid");
  job.parent_uid = fields.optional_string("parent_uid");
  if (!job.parent_uid.empty() && !is_lower_hex(job.parent_uid, kUidDigits))
    fields.fail("parent_uid", "is not a job uid");
  const std::optional<JobKind> kind = kind_from_name(fields.string("kind"));
  if (!kind) fields.fail("kind", "is unknown");
  job.kind = *kind;
  job.name = fields.optional_bytes("name");
  for (const json::Value& argument : fields.array("argv"))
    job.argv.push_back(json::bytes_of(argument));
  job.cwd = fields.optional_bytes("cwd");
  if (const json::Object* git = fields.optional_object("git")) job.git = git_state_of(*git);
  job.started = fields.timestamp("started");
  job.ended = fields.timestamp("ended");
  job.exit = exit_of(fields.object("exit"));
  job.tracing = tracing_of(fields.object("tracing"));
  read_variables(fields, job);
  job.environment = fields.optional_id("environment_oid");
  job.packages = fields.optional_id("packages_oid");
  job.processes = fields.optional_id("processes_oid");
  read_edges(fields, job);
  read_hashes(fields, job);
  read_modifiers(fields, job);
  read_composites(fields, job);
  job.inputs = fields.number("inputs");
  job.outputs = fields.number("outputs");
  return job;
}

}  // namespace roar
