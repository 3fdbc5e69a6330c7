#include "plumbing/tags/tag_origins.h"

#include <algorithm>
#include <set>
#include <utility>

#include "objects/base/error.h"
#include "objects/label.h"
#include "plumbing/quote.h"
#include "plumbing/tags/edit_tags.h"
#include "plumbing/tags/propagate.h"

namespace roar::plumbing {
namespace {

class OriginFinder {
 public:
  OriginFinder(const ReadTransaction& transaction, std::string kind)
      : transaction_(transaction), kind_(std::move(kind)) {}

  TagOrigin origin(const ObjectId& artifact, const Tags& tags, const TagValue& value) {
    TagOrigin origin{.artifact = artifact,
                     .path = path_of_artifact(transaction_, artifact).value_or(""),
                     .value = value,
                     .bound = tags.is_bound(kind_, value.value),
                     .since = since(artifact, value.value)};
    const auto jobs =
        value.job.empty() ? std::vector<ObjectId>() : jobs_with_uid(transaction_, value.job, 1);
    if (jobs.empty()) return origin;
    origin.job = job_summary(transaction_, jobs.front());
    if (value.origin == "user") return origin;
    origin.again = !seen_.insert(artifact).second;
    if (!origin.again) origin.inputs = inputs_with(jobs.front(), artifact, value.value);
    return origin;
  }

 private:
  std::vector<TagOrigin> inputs_with(const ObjectId& job, const ObjectId& output,
                                     const std::string& value) {
    std::set<ObjectId> artifacts;
    for_each_edge_of(transaction_, read_job(transaction_, job), [&](const Edge& edge) {
      if (carries_tags(edge, EdgeRole::Input) && *edge.artifact != output)
        artifacts.insert(*edge.artifact);
      return true;
    });
    std::vector<TagOrigin> inputs;
    for (const ObjectId& artifact : artifacts) {
      const Tags tags = tags_in(read_labels(transaction_, artifact));
      if (const TagValue* const found = tags.find(kind_, value))
        inputs.push_back(origin(artifact, tags, *found));
    }
    return inputs;
  }

  // Of the version from which on the value is there up to now.
  std::optional<Timestamp> since(const ObjectId& artifact, const std::string& value) const {
    std::optional<Timestamp> time;
    auto label = label_of(transaction_, artifact);
    while (label && tags_in(label->document).find(kind_, value) != nullptr) {
      time = label->when;
      if (!label->previous) break;
      label = decode_label(transaction_.payload(*label->previous, ObjectType::Label));
    }
    return time;
  }

  const ReadTransaction& transaction_;
  std::string kind_;
  std::set<ObjectId> seen_;
};

}  // namespace

std::vector<TagOrigin> origins_of_tag(const Store& store, const Workspace& workspace,
                                      std::string_view name, const TagWord& tag) {
  const TargetTags target = tags_of(store, workspace, name);
  if (target.target.type == ObjectType::Job)
    throw Error(Errc::Usage, quoted_subject(name) + " is a job; artifacts inherit tags");
  std::vector<TagOrigin> origins;
  const auto values = target.tags.kinds.find(tag.kind);
  if (values == target.tags.kinds.end()) return origins;
  store.read([&](const ReadTransaction& transaction) {
    origins.clear();
    for (const TagValue& value : values->second)
      if (tag.value.empty() || value.value == tag.value)
        origins.push_back(
            OriginFinder(transaction, tag.kind).origin(target.target.id, target.tags, value));
  });
  return origins;
}

}  // namespace roar::plumbing
