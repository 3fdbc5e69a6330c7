#include "objects/steps.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "objects/base/hex.h"
#include "objects/blake3.h"
#include "objects/index.h"
#include "objects/key.h"

// What makes two jobs executions of one step are up to three identities of a job: by name, by
// command, by outputs. The table of identities maps the digest of each to the step that last had
// it.

namespace roar {
namespace {

// Appends text so that no two lists of texts give the same bytes.
void append_text(std::string& out, std::string_view text) {
  append_number(out, text.size(), kNumberSize);
  out += text;
}

std::string identity_key(std::string_view session, JobKind kind, std::string_view sort,
                         std::string_view content) {
  std::string whole;
  append_text(whole, kind_name(kind));
  append_text(whole, sort);
  whole += content;
  const Blake3Digest digest = blake3_of(whole);
  std::string key = bytes_from_hex(session).value();
  return key.append(reinterpret_cast<const char*>(digest.data()), digest.size());
}

std::string command_of(const Job& job) {
  std::string command;
  append_text(command, job.cwd);
  for (const std::string& argument : job.argv) append_text(command, argument);
  return command;
}

// Empty if the outputs say nothing about the step: there are none, or only empty files. Contents
// count at their paths: two steps that happen to write equal bytes to different files are two.
std::string outputs_of(const std::vector<Edge>& edges) {
  std::vector<std::pair<std::string_view, ObjectId>> results;
  bool has_content = false;
  for (const Edge& edge : edges) {
    if (!is_result(edge)) continue;
    results.emplace_back(edge.path, *edge.artifact);
    has_content = has_content || edge.size != 0;
  }
  if (!has_content) return {};
  std::ranges::sort(results);
  std::string outputs;
  for (const auto& [path, artifact] : results) {
    append_text(outputs, path);
    outputs += artifact.bytes();
  }
  return outputs;
}

}  // namespace

bool is_result(const Edge& edge) noexcept {
  // Of a nested job only the edges are here; the step they belong to is its own.
  if (edge.role != EdgeRole::Output || !edge.artifact || !edge.via.empty()) return false;
  return edge.path_class == PathClass::Data || edge.path_class == PathClass::Code ||
         edge.path_class == PathClass::Cache;
}

StepIdentities identities_of(std::string_view session, const Job& job,
                             const std::vector<Edge>& edges) {
  StepIdentities identities;
  if (!job.name.empty()) identities.name = identity_key(session, job.kind, "name", job.name);
  identities.command = identity_key(session, job.kind, "command", command_of(job));
  if (job.exit.success())
    if (const std::string outputs = outputs_of(edges); !outputs.empty())
      identities.outputs = identity_key(session, job.kind, "outputs", outputs);
  return identities;
}

std::uint32_t assign_step(ReadTransaction::Impl& impl, std::string_view session,
                          const NewJob& new_job, std::uint32_t known) {
  constexpr std::size_t kStepSize = 4;
  const Job& job = new_job.job;
  const StepIdentities found = identities_of(session, job, new_job.edges);
  std::vector<std::string> identities;
  for (const std::string* identity : {&found.name, &found.command, &found.outputs})
    if (!identity->empty()) identities.push_back(*identity);

  std::uint32_t step = known;
  for (const std::string& identity : identities) {
    if (step != 0) break;
    const auto value = impl.get(Table::Identity, identity);
    if (!value) continue;
    step = static_cast<std::uint32_t>(number_at(*value, 0, kStepSize));
  }
  if (step == 0) {
    const auto last = newest_place(impl, session, job.kind, std::nullopt);
    step = last ? last->step + 1 : 1;
  }
  std::string value;
  append_number(value, step, kStepSize);
  for (const std::string& identity : identities) impl.put(Table::Identity, identity, value);
  return step;
}

}  // namespace roar
