#include "plumbing/labels/assignments.h"

#include <algorithm>

#include "objects/base/error.h"
#include "plumbing/labels/label_keys.h"
#include "plumbing/quote.h"
#include "plumbing/redaction.h"

namespace roar::plumbing {
namespace {

void add_json(std::string_view key, std::string_view json, LabelDocument& entries) {
  try {
    for (auto& leaf : label_leaves(key, json)) entries.push_back(std::move(leaf));
  } catch (Error& error) {
    error.during("value of " + quoted_subject(key));
    throw;
  }
}

bool is_plain(char c) noexcept {
  return static_cast<unsigned char>(c) >= ' ' && c != '\x7f';
}

std::string redacted_value(Redactor& redactor, std::string_view key, const std::string& value) {
  const std::string_view name = key.substr(key.rfind('.') + 1);
  if (const auto text = string_of_label(value))
    return label_string(redactor.redact_variable(name, *text));
  const std::string redacted = redactor.redact_text(value);
  if (redacted == value) return value;
  try {
    return canonical_label_value(redacted);
  } catch (const Error&) {
    return label_string(redacted);
  }
}

}  // namespace

LabelDocument parse_assignments(std::span<const std::string_view> words) {
  LabelDocument entries;
  for (const std::string_view word : words) {
    const std::size_t equals = word.find('=');
    if (equals == std::string_view::npos || equals == 0)
      throw Error(Errc::Usage, "invalid label assignment " + quoted_subject(word) +
                                   "; expected key=value, or key:=JSON");
    const bool json = word[equals - 1] == ':';
    const std::string_view key = word.substr(0, equals - (json ? 1 : 0));
    const std::string_view value = word.substr(equals + 1);
    check_label_key(key);
    if (json) {
      add_json(key, value, entries);
    } else {
      entries.emplace_back(key, typed_label_value(value));
    }
  }
  for (const auto& [key, value] : entries) {
    check_label_key(key);
    refuse_reserved(key);
  }
  return entries;
}

LabelDocument parse_assignment_lines(std::string_view text) {
  LabelDocument entries;
  for (int number = 1; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty() || line.starts_with('#')) continue;
    try {
      for (auto& entry : parse_assignments(std::span(&line, 1)))
        entries.push_back(std::move(entry));
    } catch (Error& error) {
      error.during("line " + std::to_string(number));
      throw;
    }
  }
  return entries;
}

bool is_assignment(std::string_view word) noexcept {
  const std::size_t equals = word.find('=');
  return equals != std::string_view::npos && equals > 0;
}

std::string assignment_text(std::string_view key, std::string_view value) {
  const std::string name = quoted_path(key);
  if (const auto text = string_of_label(value)) {
    const bool plain = std::ranges::all_of(*text, is_plain) && typed_label_value(*text) == value;
    return plain ? name + "=" + *text : name + ":=" + std::string(value);
  }
  const bool typed = typed_label_value(value) == value;
  return name + (typed ? "=" : ":=") + std::string(value);
}

std::vector<std::string> redact_labels(const Workspace& workspace, LabelDocument& entries) {
  Redactor redactor(workspace);
  std::vector<std::string> keys;
  for (auto& [key, value] : entries) {
    std::string redacted = redacted_value(redactor, key, value);
    if (redacted == value) continue;
    keys.push_back(key);
    value = std::move(redacted);
  }
  return keys;
}

}  // namespace roar::plumbing
