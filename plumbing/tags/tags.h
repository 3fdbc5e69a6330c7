#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "plumbing/labels/labels.h"

namespace roar::plumbing {

// A value that an artifact or a job is tagged with, and whence it has it.
struct TagValue {
  std::string value;
  std::string origin;  // "user": a person said so; "system": inherited
  std::string job;     // uid of the job that brought it; empty for one given by `roar tag add`

  bool operator==(const TagValue&) const = default;
};

// Kinds and values, each value once, both in order.
using TagPairs = std::map<std::string, std::vector<std::string>, std::less<>>;

// A bound value is inherited in every session; other ones in the session only whose job brought
// them. Events are only ever appended; of each value the newest counts.
struct TagEvent {
  bool bind = true;  // false: unbind
  TagPairs covers;

  bool operator==(const TagEvent&) const = default;
};

// The tags of one target, as its labels have them: "tag.<kind>.values" and "tag.bind.events".
struct Tags {
  std::map<std::string, std::vector<TagValue>, std::less<>> kinds;
  std::vector<TagEvent> events;

  bool empty() const noexcept { return kinds.empty(); }
  const TagValue* find(std::string_view kind, std::string_view value) const;
  bool is_bound(std::string_view kind, std::string_view value) const;
  // All pairs that are bound, or that are not.
  TagPairs pairs(bool bound) const;

  bool operator==(const Tags&) const = default;
};

// Entries that are not as `roar tag` writes them are passed over.
Tags tags_in(const LabelMap& document);
Tags tags_in(const LabelDocument& document);
// Puts them into the document in the place of those that were there.
void put_tags(LabelMap& document, const Tags& tags);

void add_pair(TagPairs& pairs, const std::string& kind, const std::string& value);

}  // namespace roar::plumbing
