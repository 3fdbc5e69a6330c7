#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "objects/label_value.h"
#include "plumbing/workspace.h"

namespace roar::plumbing {

// What words such as "acc=0.9" and "ids:=[1,2]" set: after "=" a word that typed_label_value()
// reads, after ":=" JSON. In the order given; the members of a JSON object as keys of their own.
// Throws Errc::Usage for what is no assignment, and for keys that check_label_key() and
// refuse_reserved() refuse.
LabelDocument parse_assignments(std::span<const std::string_view> words);

// The same for lines of a text; empty ones and those that begin with '#' are passed over. The
// message names the line.
LabelDocument parse_assignment_lines(std::string_view text);

// Whether a word has the form of an assignment.
bool is_assignment(std::string_view word) noexcept;

// The word that sets this key to this value: what people are shown.
std::string assignment_text(std::string_view key, std::string_view value);

// Puts placeholders in the place of secrets, and returns the keys whose values had any.
std::vector<std::string> redact_labels(const Workspace& workspace, LabelDocument& entries);

}  // namespace roar::plumbing
