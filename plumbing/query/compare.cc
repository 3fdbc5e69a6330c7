#include "plumbing/query/compare.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <compare>
#include <utility>

#include "objects/label_value.h"

namespace roar::plumbing {
namespace {

constexpr std::array<std::pair<std::string_view, QueryOperator>, 8> kOperators{
    {{"=", QueryOperator::Equal},
     {"!=", QueryOperator::Unequal},
     {"<", QueryOperator::Less},
     {"<=", QueryOperator::LessOrEqual},
     {">", QueryOperator::Greater},
     {">=", QueryOperator::GreaterOrEqual},
     {"~", QueryOperator::Matches},
     {"!~", QueryOperator::MatchesNot}}};

bool holds(std::partial_ordering order, QueryOperator op) noexcept {
  switch (op) {
    case QueryOperator::Equal:
      return order == std::partial_ordering::equivalent;
    case QueryOperator::Unequal:
      return order != std::partial_ordering::equivalent;
    case QueryOperator::Less:
      return order == std::partial_ordering::less;
    case QueryOperator::LessOrEqual:
      return order <= 0;
    case QueryOperator::Greater:
      return order == std::partial_ordering::greater;
    case QueryOperator::GreaterOrEqual:
      return order >= 0;
    case QueryOperator::Present:
    case QueryOperator::Matches:
    case QueryOperator::MatchesNot:
      break;
  }
  return false;
}

std::string text_of(const QueryValue& value) {
  if (const auto* const text = std::get_if<std::string>(&value)) return *text;
  if (const auto* const truth = std::get_if<bool>(&value)) return *truth ? "true" : "false";
  if (const auto* const number = std::get_if<double>(&value)) {
    constexpr std::size_t kCharactersMost = 32;
    std::array<char, kCharactersMost> buffer{};
    return {buffer.data(),
            std::to_chars(buffer.data(), buffer.data() + buffer.size(), *number).ptr};
  }
  return {};
}

std::partial_ordering order_of(const QueryValue& value, const QueryLiteral& literal) {
  if (const auto* const number = std::get_if<double>(&value))
    return literal.number && !literal.quoted ? *number <=> *literal.number
                                             : std::partial_ordering::unordered;
  if (const auto* const truth = std::get_if<bool>(&value)) {
    const bool same = !literal.quoted && literal.text == (*truth ? "true" : "false");
    return same ? std::partial_ordering::equivalent : std::partial_ordering::unordered;
  }
  const std::string& text = std::get<std::string>(value);
  if (text == literal.text) return std::partial_ordering::equivalent;
  if (literal.number && !literal.quoted) return std::partial_ordering::unordered;
  return text.compare(literal.text) <=> 0;
}

}  // namespace

std::optional<QueryOperator> query_operator(std::string_view text) noexcept {
  const auto* const found =
      std::ranges::find_if(kOperators, [&](const auto& row) { return row.first == text; });
  if (found == kOperators.end()) return std::nullopt;
  return found->second;
}

bool compare(const QueryValue& value, QueryOperator op, const QueryLiteral& literal) {
  if (std::holds_alternative<std::monostate>(value)) return false;
  switch (op) {
    case QueryOperator::Present:
      return value != QueryValue(false);
    case QueryOperator::Matches:
      return literal.expression->matches(text_of(value));
    case QueryOperator::MatchesNot:
      return !literal.expression->matches(text_of(value));
    default:
      return holds(order_of(value, literal), op);
  }
}

QueryValue query_value_of(std::string_view json) {
  if (json == "true" || json == "false") return json == "true";
  if (const auto number = number_of_label(json)) return *number;
  if (auto text = string_of_label(json)) return *std::move(text);
  return std::string(json);
}

}  // namespace roar::plumbing
