#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "plumbing/query/expression.h"

namespace roar::plumbing {

enum class QueryOperator : std::uint8_t {
  Present,  // no operator: it is there, and is not false
  Equal,
  Unequal,
  Less,
  LessOrEqual,
  Greater,
  GreaterOrEqual,
  Matches,
  MatchesNot
};
std::optional<QueryOperator> query_operator(std::string_view text) noexcept;

// What a job has at a field; monostate: nothing.
using QueryValue = std::variant<std::monostate, bool, double, std::string>;

// What a field is compared with.
struct QueryLiteral {
  std::string text;
  bool quoted = false;                             // then it is text, whatever it looks like
  std::optional<double> number{};                  // what the text says, if it is a number
  std::shared_ptr<const Expression> expression{};  // of Matches and MatchesNot
};

// A number compares with a number, text with text, byte by byte; true and false are only equal or
// not. What is not there compares with nothing: the answer is false, also for Unequal. Values of
// different kinds are unequal, and neither is less.
bool compare(const QueryValue& value, QueryOperator op, const QueryLiteral& literal);

// A label's or parameter's JSON; a list or an object is its text.
QueryValue query_value_of(std::string_view json);

}  // namespace roar::plumbing
