#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace roar::plumbing {

// A part of a query.
struct QueryToken {
  enum class Kind { Word, String, Operator, Open, Close, End };

  Kind kind = Kind::End;
  std::string text;       // of a string: what is between its quotes
  std::size_t start = 0;  // in the query, in bytes
};

// Words, strings in single or double quotes (in double ones a backslash makes the next character
// plain), operators (= == != < <= > >= ~ !~) and parentheses; the last one is the end. Throws as
// fail_query() does for what is none of these.
std::vector<QueryToken> query_tokens(std::string_view query);

// Throws Errc::Usage with the message, line and column, and a line that points at the place.
[[noreturn]] void fail_query(std::string_view query, std::size_t place, std::string_view message);

}  // namespace roar::plumbing
