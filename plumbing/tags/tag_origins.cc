#include "plumbing/tags/tag_origins.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include "objects/base/error.h"
#include "objects/composite.h"
#include "objects/label.h"
#include "plumbing/quote.h"
#include "plumbing/tags/edit_tags.h"
#include "plumbing/tags/tag_sources.h"

namespace roar::plumbing {
namespace {

class OriginFinder {
 public:
  OriginFinder(const ReadTransaction& transaction, Cache& cache, std::string kind)
      : transaction_(transaction), cache_(cache), kind_(std::move(kind)) {}

  TagOrigin origin(const ObjectId& target, const Tags& tags, const TagValue& value) {
    TagOrigin origin{.target = target,
                     .composite = composite_digest(target),
                     .path = path_of_artifact(transaction_, target).value_or(""),
                     .value = value,
                     .bound = tags.is_bound(kind_, value.value),
                     .since = since(target, value.value)};
    const auto jobs =
        value.job.empty() ? std::vector<ObjectId>() : jobs_with_uid(transaction_, value.job, 1);
    if (jobs.empty()) return origin;
    origin.job = job_summary(transaction_, jobs.front());
    if (value.origin == "user") return origin;
    origin.again = !seen_.insert(target).second;
    if (!origin.again) origin.inputs = inputs_with(jobs.front(), target, value.value);
    return origin;
  }

 private:
  std::string composite_digest(const ObjectId& target) const {
    const auto info = transaction_.info(target);
    return info && info->type == ObjectType::Composite ? read_composite(transaction_, target).digest
                                                       : std::string();
  }

  std::vector<TagOrigin> inputs_with(const ObjectId& id, const ObjectId& output,
                                     const std::string& value) {
    const Job job = read_job(transaction_, id);
    std::vector<Edge> edges;
    for_each_edge_of(transaction_, job, [&](const Edge& edge) {
      edges.push_back(edge);
      return true;
    });
    std::vector<ObjectId> sources = tag_sources(transaction_, cache_, job, edges);
    for (const JobComposite& one : job.composites)
      if (one.role == EdgeRole::Output && one.composite == output)
        std::ranges::copy(tag_sources_of_rest(transaction_, cache_, one, edges),
                          std::back_inserter(sources));
    std::set<ObjectId> asked{output};
    std::vector<TagOrigin> inputs;
    for (const ObjectId& source : sources) {
      if (!asked.insert(source).second) continue;
      const Tags tags = tags_in(read_labels(transaction_, source));
      if (const TagValue* const found = tags.find(kind_, value)) {
        inputs.push_back(origin(source, tags, *found));
        name_directory(job, inputs.back());
      }
    }
    return inputs;
  }

  // A composite has no path of its own, but one in a job.
  static void name_directory(const Job& job, TagOrigin& origin) {
    const auto use = std::ranges::find(job.composites, origin.target, &JobComposite::composite);
    if (use != job.composites.end()) origin.path = use->path + '/';
  }

  // Of the version from which on the value is there up to now.
  std::optional<Timestamp> since(const ObjectId& target, const std::string& value) const {
    std::optional<Timestamp> time;
    auto label = label_of(transaction_, target);
    while (label && tags_in(label->document).find(kind_, value) != nullptr) {
      time = label->when;
      if (!label->previous) break;
      label = decode_label(transaction_.payload(*label->previous, ObjectType::Label));
    }
    return time;
  }

  const ReadTransaction& transaction_;
  Cache& cache_;
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
  Cache cache(workspace.cache_directory());
  store.read([&](const ReadTransaction& transaction) {
    origins.clear();
    for (const TagValue& value : values->second)
      if (tag.value.empty() || value.value == tag.value)
        origins.push_back(OriginFinder(transaction, cache, tag.kind)
                              .origin(target.target.id, target.tags, value));
  });
  return origins;
}

}  // namespace roar::plumbing
