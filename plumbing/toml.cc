#include "plumbing/toml.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <utility>

#include "objects/base/error.h"

#define TOML_ENABLE_FORMATTERS 0
#include <toml++/toml.h>

// How a file is edited
// ====================
//
// The library tells where every key and value stands. An edit replaces, inserts or removes exactly
// that region of the text, so nothing else can change. The result is then parsed again and compared
// with what was wanted; an edit that did something else is refused, not written.

namespace roar::plumbing {
namespace {

toml::table parsed(std::string_view text, std::string_view file) {
  try {
    return toml::parse(text);
  } catch (const toml::parse_error& error) {
    throw Error(Errc::Usage, std::string(file) + ":" + std::to_string(error.source().begin.line) +
                                 ": " + std::string(error.description()));
  }
}

TomlValue value_of(const toml::node& node) {
  if (const auto* boolean = node.as_boolean()) return boolean->get();
  if (const auto* string = node.as_string()) return string->get();
  const auto* array = node.as_array();
  if (array == nullptr) return std::monostate();
  std::vector<std::string> items;
  for (const toml::node& item : *array) {
    if (!item.is_string()) return std::monostate();
    items.push_back(item.as_string()->get());
  }
  return items;
}

void collect(const toml::table& table, const std::string& prefix, std::vector<TomlEntry>& entries) {
  for (const auto& [key, node] : table) {
    std::string path = prefix;
    const bool is_plain = key.str().find('.') == std::string_view::npos;
    path.append(is_plain ? "" : "\"").append(key.str()).append(is_plain ? "" : "\"");
    if (const auto* inner = node.as_table()) {
      path += '.';
      collect(*inner, path, entries);
    } else {
      entries.push_back({std::move(path), value_of(node), node.source().begin.line});
    }
  }
}

std::string toml_string(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      result += '\\';
      result += c;
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      std::array<char, 8> escape{};
      std::snprintf(escape.data(), escape.size(), "\\u%04x", static_cast<unsigned>(c));
      result += escape.data();
    } else {
      result += c;
    }
  }
  return result + '"';
}

std::string encoded(const TomlValue& value) {
  if (const auto* boolean = std::get_if<bool>(&value)) return *boolean ? "true" : "false";
  if (const auto* string = std::get_if<std::string>(&value)) return toml_string(*string);
  const auto* items = std::get_if<std::vector<std::string>>(&value);
  ROAR_ASSERT(items != nullptr);
  std::string text = "[";
  for (const std::string& item : *items) text += (text.size() > 1 ? ", " : "") + toml_string(item);
  return text + ']';
}

// A text, and where its lines begin.
class Lines {
 public:
  // The library does not count a byte order mark.
  explicit Lines(std::string_view text)
      : text_(text), starts_{text.starts_with("\xef\xbb\xbf") ? std::size_t{3} : 0} {
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] == '\n') starts_.push_back(i + 1);
    }
  }

  // Where the line `number` (from 1) begins; the end of the text for the line after the last.
  std::size_t start(std::size_t number) const {
    return number <= starts_.size() ? starts_[number - 1] : text_.size();
  }

  // The library counts code points, from 1.
  std::size_t offset(const toml::source_position& position) const {
    std::size_t at = start(position.line);
    for (unsigned column = 1; column < position.column && at < text_.size(); ++column) {
      do ++at;
      while (at < text_.size() && (static_cast<unsigned char>(text_[at]) & 0xc0U) == 0x80U);
    }
    return at;
  }

 private:
  std::string_view text_;
  std::vector<std::size_t> starts_;
};

struct Child {
  const toml::key* key = nullptr;
  const toml::node* node = nullptr;
};

Child child_of(const toml::table& table, std::string_view name) {
  for (const auto& [key, node] : table) {
    if (key.str() == name) return {&key, &node};
  }
  return {};
}

// How a table is written.
enum class Form : std::uint8_t {
  Header,   // [git]
  Implied,  // only by [git.more]
  Dotted,   // git.dirty = ...
  Inline    // git = { ... }
};

Form form_of(const Child& child, std::string_view text, const Lines& lines) {
  if (child.node->as_table()->is_inline()) return Form::Inline;
  if (text[lines.offset(child.node->source().begin)] != '[') return Form::Dotted;
  const std::size_t after = text.find_first_not_of(" \t", lines.offset(child.key->source().end));
  return after != text.npos && text[after] == ']' ? Form::Header : Form::Implied;
}

// The last line that a table's own values, written below its header or dotted, reach.
unsigned last_line(const toml::table& table, unsigned line, std::string_view text,
                   const Lines& lines) {
  for (const auto& [key, node] : table) {
    const bool has_header = text[lines.offset(node.source().begin)] == '[' && !node.is_value() &&
                            lines.offset(key.source().begin) > lines.offset(node.source().begin);
    if (has_header) continue;
    const auto* inner = node.as_table();
    line = inner != nullptr && !inner->is_inline() ? last_line(*inner, line, text, lines)
                                                   : std::max(line, node.source().end.line);
  }
  return line;
}

// How the file ends its lines.
std::string_view line_end(std::string_view text) {
  const std::size_t first = text.find('\n');
  return first != std::string_view::npos && first > 0 && text[first - 1] == '\r' ? "\r\n" : "\n";
}

// A file without a final newline stays without one.
std::string with_line_after(std::string_view text, const Lines& lines, unsigned line,
                            const std::string& added) {
  const std::string end(line_end(text));
  const std::size_t at = lines.start(line + std::size_t{1});
  const std::string before(text.substr(0, at));
  if (!before.empty() && !before.ends_with('\n')) return before + end + added;
  return before + added + end + std::string(text.substr(at));
}

std::string with_section(std::string_view text, std::string_view section,
                         const std::string& assignment) {
  const std::string end(line_end(text));
  const std::string added = "[" + std::string(section) + "]" + end + assignment;
  if (text.empty()) return added + end;
  if (!text.ends_with('\n')) return std::string(text) + end + end + added;
  return std::string(text) + end + added + end;
}

// Where the last value of an inline table ends; nullopt if it has none.
std::optional<std::size_t> end_of_values(const toml::table& table, const Lines& lines) {
  std::optional<std::size_t> end;
  for (const auto& [key, node] : table) {
    const auto* inner = node.as_table();
    const bool is_dotted = inner != nullptr && !inner->is_inline();
    const auto here =
        is_dotted ? end_of_values(*inner, lines) : std::optional(lines.offset(node.source().end));
    if (here && (!end || *here > *end)) end = here;
  }
  return end;
}

std::string with_inline(std::string_view text, const Lines& lines, const Child& child,
                        const std::string& assignment) {
  const auto end = end_of_values(*child.node->as_table(), lines);
  const std::size_t at = end.value_or(lines.offset(child.node->source().begin) + 1);
  return std::string(text.substr(0, at)) + (end ? ", " : "") + assignment +
         std::string(text.substr(at));
}

std::string with_added(std::string_view text, const toml::table& root, std::string_view section,
                       const std::string& assignment) {
  const Lines lines(text);
  const Child child = child_of(root, section);
  const Form form = child.node == nullptr ? Form::Implied : form_of(child, text, lines);
  if (form == Form::Implied) return with_section(text, section, assignment);
  if (form == Form::Inline) return with_inline(text, lines, child, assignment);
  const toml::table& table = *child.node->as_table();
  const unsigned line = last_line(table, child.node->source().begin.line, text, lines);
  return with_line_after(text, lines, line,
                         (form == Form::Dotted ? std::string(section) + '.' : "") + assignment);
}

std::string without_region(std::string_view text, std::size_t begin, std::size_t end) {
  return std::string(text.substr(0, begin)) + std::string(text.substr(end));
}

// Where a line ends that ends at `at`, without what ends it.
std::size_t before_line_end(std::string_view text, std::size_t at) {
  if (at > 0 && text[at - 1] == '\n') --at;
  if (at > 0 && text[at - 1] == '\r') --at;
  return at;
}

std::string without_lines(std::string_view text, const Lines& lines, unsigned first,
                          unsigned last) {
  std::size_t begin = lines.start(first);
  const std::size_t end = lines.start(std::size_t{last} + 1);
  // A file without a final newline stays without one.
  if (end == text.size() && !text.ends_with('\n')) begin = before_line_end(text, begin);
  return without_region(text, begin, end);
}

std::string without_inline(std::string_view text, std::size_t begin, std::size_t end) {
  const auto next = text.find_first_not_of(" \t", end);
  const auto last = text.find_last_not_of(" \t", begin - 1);
  if (text[last] == ',') {
    begin = last;
  } else if (text[next] == ',') {
    end = text.find_first_not_of(" \t", next + 1);
  }
  return without_region(text, begin, end);
}

std::string without(std::string_view text, const Child& entry, bool is_inline) {
  const Lines lines(text);
  if (!is_inline) {
    return without_lines(text, lines, entry.key->source().begin.line,
                         entry.node->source().end.line);
  }
  return without_inline(text, lines.offset(entry.key->source().begin),
                        lines.offset(entry.node->source().end));
}

// The reverse of with_section: without the header "[section]" and the empty line before it, if that
// is the end of the text.
std::string without_empty_section(const std::string& text, std::string_view section) {
  const std::string header = "[" + std::string(section) + "]";
  const std::size_t body = before_line_end(text, text.size());
  const bool final_newline = body < text.size();
  if (!std::string_view(text).substr(0, body).ends_with(header)) return text;
  const std::size_t begin = body - header.size();
  if (begin == 0) return {};
  const std::size_t empty_line = before_line_end(text, begin);
  if (empty_line == begin) return text;  // not at the start of its line
  const std::size_t line_before = before_line_end(text, empty_line);
  if (line_before == empty_line) return text;  // no empty line
  return text.substr(0, final_newline ? empty_line : line_before);
}

bool equal(const toml::table& a, const toml::table& b) {
  return a == b;
}

void check_edit(const std::string& text, std::string_view file, const toml::table& wanted) {
  try {
    if (equal(toml::parse(text), wanted)) return;
  } catch (const toml::parse_error&) {  // the same refusal
  }
  throw Error(Errc::Unsupported,
              "cannot edit '" + std::string(file) + "' in place; change it by hand");
}

void set_node(toml::table& root, std::string_view section, std::string_view field,
              const TomlValue& value) {
  auto* table = root.insert(section, toml::table()).first->second.as_table();
  if (const auto* boolean = std::get_if<bool>(&value)) {
    table->insert_or_assign(field, *boolean);
  } else if (const auto* string = std::get_if<std::string>(&value)) {
    table->insert_or_assign(field, *string);
  } else {
    toml::array items;
    for (const std::string& item : std::get<std::vector<std::string>>(value)) items.push_back(item);
    table->insert_or_assign(field, std::move(items));
  }
}

// The section's table; null if there is none.
const toml::table* section_of(const toml::table& root, std::string_view section,
                              std::string_view file) {
  const Child child = child_of(root, section);
  if (child.node != nullptr && !child.node->is_table()) {
    throw Error(Errc::Usage, std::string(file) + ":" +
                                 std::to_string(child.node->source().begin.line) + ": '" +
                                 std::string(section) + "' is not a table");
  }
  return child.node == nullptr ? nullptr : child.node->as_table();
}

}  // namespace

std::vector<TomlEntry> read_toml(std::string_view text, std::string_view file) {
  std::vector<TomlEntry> entries;
  collect(parsed(text, file), {}, entries);
  std::ranges::stable_sort(entries, {}, &TomlEntry::line);
  return entries;
}

std::string with_toml_value(std::string_view text, std::string_view file, std::string_view section,
                            std::string_view field, const TomlValue& value) {
  toml::table root = parsed(text, file);
  const toml::table* table = section_of(root, section, file);
  const Child old = table == nullptr ? Child() : child_of(*table, field);
  std::string result;
  if (old.node != nullptr) {
    const Lines lines(text);
    const std::size_t end = lines.offset(old.node->source().end);
    result = std::string(text.substr(0, lines.offset(old.node->source().begin))) + encoded(value) +
             std::string(text.substr(end));
  } else {
    result = with_added(text, root, section, std::string(field) + " = " + encoded(value));
  }
  set_node(root, section, field, value);
  check_edit(result, file, root);
  return result;
}

std::optional<std::string> without_toml_value(std::string_view text, std::string_view file,
                                              std::string_view section, std::string_view field) {
  toml::table root = parsed(text, file);
  const toml::table* table = section_of(root, section, file);
  const Child old = table == nullptr ? Child() : child_of(*table, field);
  if (old.node == nullptr) return std::nullopt;
  std::string result = without(text, old, table->is_inline());
  root[section].as_table()->erase(field);
  result = without_empty_section(result, section);
  // What was written as "git.dirty = ..." leaves no table behind.
  if (root[section].as_table()->empty() && !parsed(result, file).contains(section)) {
    root.erase(section);
  }
  check_edit(result, file, root);
  return result;
}

}  // namespace roar::plumbing
