#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// The values of labels: any JSON, as text in one form, so that two values are equal if their texts
// are. Integers keep all of their digits; other numbers are the nearest double in the fewest
// digits, always with a point or an exponent; the members of objects are in order of their keys.

namespace roar {

// As Label::document: key and value, sorted by key.
using LabelDocument = std::vector<std::pair<std::string, std::string>>;

// The one form of a JSON text. Throws Errc::Usage for what is no JSON (RFC 8259), a key that is
// there twice, a number beyond a double, and nesting deeper than json::kDepthMax.
std::string canonical_label_value(std::string_view json);

// What a document holds where `json` is written at `key`: the members of an object have keys of
// their own, joined by dots; everything else, an empty object too, is one value. `key` may be empty
// for an object that is a whole document. Throws as canonical_label_value() does.
LabelDocument label_leaves(std::string_view key, std::string_view json);

// The value that a word stands for: true and false, integers, numbers with a point or an exponent;
// all else is a string. Throws Errc::Usage for what is not UTF-8.
std::string typed_label_value(std::string_view word);

// A string as a value, whatever it says. Throws Errc::Usage if it is not UTF-8.
std::string label_string(std::string_view text);

// What a value is, if it is a string or a number; else nullopt.
std::optional<std::string> string_of_label(std::string_view value);
std::optional<double> number_of_label(std::string_view value);

// The document as nested JSON: {"a":{"b":1}} for a.b=1.
std::string nested_json(const LabelDocument& document);

}  // namespace roar
