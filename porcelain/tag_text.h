#pragma once

#include <iosfwd>
#include <string_view>

#include "objects/json.h"
#include "objects/label_value.h"
#include "plumbing/tags/tag_origins.h"
#include "plumbing/tags/tags.h"
#include "porcelain/json_views.h"

namespace roar::porcelain {

// "license=MIT, GPL-3.0" for each kind.
void print_tag_lines(std::ostream& out, const plumbing::Tags& tags, std::string_view indent);

// One tree of why a value is there, down to what people did.
void print_origin(std::ostream& out, const std::string& kind, const plumbing::TagOrigin& origin);

json::Array tags_json(const plumbing::Tags& tags);
json::Object origin_json(const plumbing::TagOrigin& origin);

}  // namespace roar::porcelain
