#include "plumbing/record_hooks.h"

#include "objects/base/error.h"
#include "objects/json.h"
#include "plumbing/labels/label_file.h"
#include "plumbing/record_job.h"

namespace roar::plumbing {
namespace {

constexpr std::string_view kBefore = "pre-record";

std::string edge_line(const Edge& edge) {
  json::Object object{{"role", edge.role == EdgeRole::Input ? "input" : "output"},
                      {"size", edge.size}};
  json::put_bytes(object, "path", edge.path);
  if (edge.artifact) object.emplace("artifact_oid", edge.artifact->hex());
  return json::encode(object) + '\n';
}

}  // namespace

RecordVerdict verdict_on_job(const Workspace& workspace, const UserHooks& hooks,
                             const NewJob& job) {
  RecordVerdict verdict;
  if (!hooks.has(kBefore)) return verdict;
  std::string text = encode(job.job) + '\n';
  for (const Edge& edge : job.edges)
    if (is_shown(edge)) text += edge_line(edge);
  try {
    const LabelFile file(workspace);
    verdict.refusal = hooks.refusal(kBefore, {}, text, {{kLabelsVariable, file.path()}});
    if (!verdict.refusal) verdict.labels = file.labels();
  } catch (const Error& error) {
    // Without a place to write to, the hook has not run.
    if (error.code() == Errc::Io) verdict.refusal = hooks.refusal(kBefore, {}, text);
    verdict.problem = std::string("the labels of hook '") + std::string(kBefore) +
                      "' are not taken: " + error.what();
  }
  return verdict;
}

std::optional<std::string> tell_of_job(const UserHooks& hooks, const AppendedJob& appended) {
  return hooks.refusal("post-record", {}, appended.job.hex() + '\n');
}

}  // namespace roar::plumbing
