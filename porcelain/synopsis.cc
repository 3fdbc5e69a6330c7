#include "porcelain/synopsis.h"

#include <algorithm>
#include <cstddef>

namespace roar::porcelain {
namespace {

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

// The first word of `form`, or the first group in brackets with what is inside of it; taken off.
std::string_view take_item(std::string_view& form) {
  std::size_t end = 0;
  int depth = 0;
  for (; end < form.size(); ++end) {
    const char c = form[end];
    if (c == '[' || c == '(') ++depth;
    if (c == ']' || c == ')') --depth;
    if (c == ' ' && depth == 0) break;
  }
  const std::string_view item = form.substr(0, end);
  form = trimmed(form.substr(end));
  return item;
}

void add_choice(std::string_view text, OperandPlace& place) {
  text = trimmed(text);
  if (text.empty() || text.starts_with('-') || text == "<options>") return;
  if (text.ends_with("...")) {
    place.repeats = true;
    text.remove_suffix(3);
  }
  const bool is_placeholder = text.starts_with('<') && text.ends_with('>');
  if (is_placeholder) text = text.substr(1, text.size() - 2);
  place.choices.push_back({.text = std::string(text), .is_placeholder = is_placeholder});
}

OperandPlace parse_item(std::string_view item) {
  OperandPlace place;
  if (item.ends_with("...")) {
    place.repeats = true;
    item.remove_suffix(3);
  }
  const bool is_group = item.starts_with('[') || item.starts_with('(');
  if (is_group && item.size() >= 2) item = item.substr(1, item.size() - 2);
  while (!item.empty()) {
    const std::size_t bar = std::min(item.find('|'), item.size());
    add_choice(item.substr(0, bar), place);
    item.remove_prefix(std::min(bar + 1, item.size()));
  }
  return place;
}

SynopsisForm parse_form(std::string_view form) {
  SynopsisForm places;
  form = trimmed(form);
  take_item(form);  // the command's name
  while (!form.empty()) {
    const std::string_view item = take_item(form);
    OperandPlace place = parse_item(item);
    if (!place.choices.empty()) {
      places.push_back(std::move(place));
    } else if (item.starts_with('-') && form.starts_with('<')) {
      take_item(form);  // the value of an option that this form always has
    }
  }
  return places;
}

bool accepts(const OperandPlace& place, const std::string& operand) {
  return std::ranges::any_of(place.choices, [&](const OperandChoice& choice) {
    return choice.is_placeholder || choice.text == operand;
  });
}

// The place after the operands; null if they do not fit, or fill the form.
const OperandPlace* place_after(const SynopsisForm& form,
                                const std::vector<std::string>& operands) {
  std::size_t at = 0;
  for (const std::string& operand : operands) {
    if (at == form.size() || !accepts(form[at], operand)) return nullptr;
    if (!form[at].repeats) ++at;
  }
  return at == form.size() ? nullptr : &form[at];
}

}  // namespace

std::vector<SynopsisForm> parse_synopsis(std::string_view synopsis) {
  std::vector<SynopsisForm> forms;
  while (!synopsis.empty()) {
    const std::size_t end = std::min(synopsis.find('\n'), synopsis.size());
    forms.push_back(parse_form(synopsis.substr(0, end)));
    synopsis.remove_prefix(std::min(end + 1, synopsis.size()));
  }
  return forms;
}

std::vector<OperandChoice> next_operands(const std::vector<SynopsisForm>& forms,
                                         const std::vector<std::string>& operands) {
  std::vector<OperandChoice> next;
  for (const SynopsisForm& form : forms) {
    const OperandPlace* place = place_after(form, operands);
    if (place == nullptr) continue;
    for (const OperandChoice& choice : place->choices) {
      if (std::ranges::find(next, choice) == next.end()) next.push_back(choice);
    }
  }
  return next;
}

}  // namespace roar::porcelain
