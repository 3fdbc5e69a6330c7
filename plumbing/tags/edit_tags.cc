#include "plumbing/tags/edit_tags.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "objects/base/error.h"
#include "plumbing/quote.h"

namespace roar::plumbing {
namespace {

void check_target(const LabelTarget& target, std::string_view name) {
  if (target.type == ObjectType::Session)
    throw Error(Errc::Usage, quoted_subject(name) +
                                 " is a session; tags are for artifacts, composites and jobs");
}

bool may_be_bound(const LabelTarget& target) {
  return target.type != ObjectType::Job;
}

using TagEdit = std::function<void(const LabelTarget&, Tags&)>;

TagChange edit_tags(Store& store, const Workspace& workspace, std::string_view name,
                    const TagEdit& edit) {
  const auto edit_document = [&](const ReadTransaction&, const LabelTarget& target,
                                 LabelMap& document) {
    check_target(target, name);
    Tags tags = tags_in(document);
    const Tags before = tags;
    edit(target, tags);
    if (tags != before) put_tags(document, tags);
  };
  LabelChange change = edit_labels(store, workspace, {.kind = {}, .name = name}, edit_document);
  return {.now = {.target = change.now.target, .tags = tags_in(change.now.document)},
          .changed = change.changed};
}

void append_event(Tags& tags, bool bind, TagPairs covers) {
  if (!covers.empty()) tags.events.push_back({.bind = bind, .covers = std::move(covers)});
}

}  // namespace

TargetTags tags_of(const Store& store, const Workspace& workspace, std::string_view name) {
  LabelVersion version = labels_of(store, workspace, {.kind = {}, .name = name});
  check_target(version.target, name);
  return {.target = std::move(version.target), .tags = tags_in(version.document)};
}

TagChange add_tag(Store& store, const Workspace& workspace, std::string_view name,
                  const TagWord& tag) {
  return edit_tags(store, workspace, name, [&](const LabelTarget& target, Tags& tags) {
    if (tags.find(tag.kind, tag.value) != nullptr) return;
    tags.kinds[tag.kind].push_back({.value = tag.value, .origin = "user", .job = {}});
    if (may_be_bound(target)) append_event(tags, true, {{tag.kind, {tag.value}}});
  });
}

TagChange remove_tag(Store& store, const Workspace& workspace, std::string_view name,
                     const TagWord& tag) {
  return edit_tags(store, workspace, name, [&](const LabelTarget&, Tags& tags) {
    const auto values = tags.kinds.find(tag.kind);
    if (values == tags.kinds.end()) return;
    TagPairs unbound;
    for (const TagValue& value : values->second)
      if ((tag.value.empty() || value.value == tag.value) && tags.is_bound(tag.kind, value.value))
        add_pair(unbound, tag.kind, value.value);
    std::erase_if(values->second, [&](const TagValue& value) {
      return tag.value.empty() || value.value == tag.value;
    });
    if (values->second.empty()) tags.kinds.erase(values);
    append_event(tags, false, std::move(unbound));
  });
}

TagChange bind_tags(Store& store, const Workspace& workspace, std::string_view name, bool bind) {
  return edit_tags(store, workspace, name, [&](const LabelTarget& target, Tags& tags) {
    if (!may_be_bound(target))
      throw Error(Errc::Usage, quoted_subject(name) + " is a job; its tags are not inherited");
    append_event(tags, bind, tags.pairs(!bind));
  });
}

}  // namespace roar::plumbing
