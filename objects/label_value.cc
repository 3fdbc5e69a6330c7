#include "objects/label_value.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <map>

#include "objects/base/error.h"
#include "objects/json.h"
#include "objects/json_scanner.h"

namespace roar {
namespace {

// A value as read: of an object the members, of all else the text.
struct Tree {
  bool is_object = false;
  std::string text;
  std::map<std::string, Tree, std::less<>> members;
};

std::string text_of(const Tree& tree) {
  if (!tree.is_object) return tree.text;
  std::string text = "{";
  for (const auto& [key, member] : tree.members) {
    if (text.size() > 1) text += ',';
    json::append_string(text, key);
    text += ':';
    text += text_of(member);
  }
  return text + '}';
}

// Shortest digits that give the same double, as people write them: 0.9, 100000.0, 1e+16.
std::string double_text(double number) {
  constexpr double kFixedLeast = 1e-4;
  constexpr double kFixedMost = 1e16;
  constexpr std::size_t kCharactersMost = 64;
  const double size = std::abs(number);
  const bool fixed = size == 0 || (size >= kFixedLeast && size < kFixedMost);
  std::array<char, kCharactersMost> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number,
                                 fixed ? std::chars_format::fixed : std::chars_format::scientific);
  std::string text(buffer.data(), end.ptr);
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}

std::optional<double> double_of(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  // What is nearer to zero than any double is zero.
  if (error == std::errc::result_out_of_range &&
      std::abs(std::strtod(std::string(text).c_str(), nullptr)) < 1)
    return 0.0;
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(number))
    return std::nullopt;
  return number;
}

class ValueReader : private json::Scanner {
 public:
  explicit ValueReader(std::string_view text) : Scanner(text, Errc::Usage, "no JSON value") {}

  Tree whole() {
    skip_space();
    Tree tree = value(0);
    skip_space();
    if (!at_end()) fail("something follows the value");
    return tree;
  }

 private:
  Tree value(int depth) {
    if (depth > json::kDepthMax) fail("nested too deeply");
    Tree tree;
    switch (peek()) {
      case '"':
        json::append_string(tree.text, string());
        break;
      case 't':
        word(tree.text = "true");
        break;
      case 'f':
        word(tree.text = "false");
        break;
      case 'n':
        word(tree.text = "null");
        break;
      case '[':
        tree.text = array(depth);
        break;
      case '{':
        tree.is_object = true;
        tree.members = object(depth);
        break;
      default:
        tree.text = number();
    }
    return tree;
  }

  std::string array(int depth) {
    std::string text = "[";
    expect('[');
    skip_space();
    if (accept(']')) return "[]";
    do {
      if (text.size() > 1) text += ',';
      text += text_of(value(depth + 1));
    } while (next_element(']'));
    return text + ']';
  }

  std::map<std::string, Tree, std::less<>> object(int depth) {
    std::map<std::string, Tree, std::less<>> members;
    expect('{');
    skip_space();
    if (accept('}')) return members;
    do {
      std::string key = string();
      if (members.contains(key)) fail("key '" + key + "' is there twice");
      skip_space();
      expect(':');
      skip_space();
      members.emplace(std::move(key), value(depth + 1));
    } while (next_element('}'));
    return members;
  }

  std::string number() {
    const std::size_t start = position();
    bool whole = true;
    accept('-');
    const std::string_view before = digits();
    if (before.size() > 1 && before.front() == '0') fail("number has a superfluous zero");
    if (accept('.')) {
      whole = false;
      digits();
    }
    if (accept('e') || accept('E')) {
      whole = false;
      if (!accept('-')) accept('+');
      digits();
    }
    const std::string_view text = text_since(start);
    if (whole) return text == "-0" ? "0" : std::string(text);
    const auto number = double_of(text);
    if (!number) fail("number is too large");
    return double_text(*number);
  }
};

void add_leaves(const std::string& key, const Tree& tree, LabelDocument& leaves) {
  if (!tree.is_object || (tree.members.empty() && !key.empty())) {
    leaves.emplace_back(key, text_of(tree));
    return;
  }
  for (const auto& [name, member] : tree.members)
    add_leaves(key.empty() ? name : key + "." + name, member, leaves);
}

bool is_integer(std::string_view word) {
  if (word.starts_with('-')) word.remove_prefix(1);
  return !word.empty() && word.find_first_not_of("0123456789") == std::string_view::npos &&
         (word == "0" || word.front() != '0');
}

bool looks_like_float(std::string_view word) {
  return word.find_first_not_of("0123456789+-.eE") == std::string_view::npos &&
         word.find_first_of(".eE") != std::string_view::npos;
}

}  // namespace

std::string canonical_label_value(std::string_view json) {
  return text_of(ValueReader(json).whole());
}

LabelDocument label_leaves(std::string_view key, std::string_view json) {
  const Tree tree = ValueReader(json).whole();
  if (key.empty() && !tree.is_object)
    throw Error(Errc::Usage, "no JSON object: a document of labels has keys");
  LabelDocument leaves;
  add_leaves(std::string(key), tree, leaves);
  return leaves;
}

std::string typed_label_value(std::string_view word) {
  if (word == "true" || word == "false") return std::string(word);
  if (is_integer(word)) return word == "-0" ? "0" : std::string(word);
  if (looks_like_float(word)) {
    const bool plus = word.starts_with('+');
    if (const auto number = double_of(word.substr(plus ? 1 : 0))) return double_text(*number);
  }
  return label_string(word);
}

std::string label_string(std::string_view text) {
  std::string value;
  json::append_string(value, text);
  return value;
}

std::optional<std::string> string_of_label(std::string_view value) {
  if (!value.starts_with('"')) return std::nullopt;
  return json::Scanner(value, Errc::Corrupt, "label is damaged").string();
}

std::optional<double> number_of_label(std::string_view value) {
  if (value.empty() || (value.front() != '-' && (value.front() < '0' || value.front() > '9')))
    return std::nullopt;
  return double_of(value);
}

std::string nested_json(const LabelDocument& document) {
  Tree root{.is_object = true, .text = {}, .members = {}};
  for (const auto& [key, value] : document) {
    Tree* place = &root;
    for (std::size_t start = 0; start <= key.size();) {
      const std::size_t dot = std::min(key.find('.', start), key.size());
      place->is_object = true;
      place = &place->members[key.substr(start, dot - start)];
      start = dot + 1;
    }
    place->text = value;
  }
  return text_of(root);
}

}  // namespace roar
