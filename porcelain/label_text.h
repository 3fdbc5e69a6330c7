#pragma once

#include <iosfwd>
#include <string>

#include "objects/label_value.h"
#include "plumbing/labels/labels.h"
#include "plumbing/labels/parameters.h"
#include "porcelain/json_views.h"

namespace roar::porcelain {

// The labels as `roar label set` takes them, one a line with `indent` before it; "(no labels)" if
// there are none to show. Facts below "roar" are for Show::All only.
void print_label_lines(std::ostream& out, const LabelDocument& document, Show show,
                       std::string_view indent);

bool has_labels_to_show(const LabelDocument& document, Show show);

// Tags and labels under headings, as views of what has them end; nothing if there are none to show.
void print_labels(std::ostream& out, const LabelDocument& document, Show show);

// What became of one version: "+ key=value", "- key", and "~ key=value" for another value.
void print_label_changes(std::ostream& out, const LabelDocument& before, const LabelDocument& after,
                         Show show);

// One object of JSON with a member "document" that is nested as the labels are, with all JSON
// types. `object` has the other members.
std::string with_document(const json::Object& object, const LabelDocument& document);

// Lists of {"key","value"} and {"name","value"}, where a value is JSON as text.
json::Array labels_json(const LabelDocument& labels);
json::Array parameters_json(const std::vector<plumbing::Parameter>& parameters);

json::Object label_version_json(const plumbing::LabelVersion& version);

}  // namespace roar::porcelain
