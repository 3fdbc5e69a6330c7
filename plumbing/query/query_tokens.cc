#include "plumbing/query/query_tokens.h"

#include <algorithm>

#include "objects/base/error.h"
#include "objects/base/utf8.h"

namespace roar::plumbing {
namespace {

constexpr std::string_view kSpace = " \t\r\n";
constexpr std::string_view kMarks = "()=<>!~\"'";

bool stands_in(char c, std::string_view set) {
  return set.find(c) != std::string_view::npos;
}

// One column a character, whatever its bytes.
std::size_t characters_in(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U; }));
}

class QueryLexer {
 public:
  explicit QueryLexer(std::string_view query) : query_(query) {}

  std::vector<QueryToken> tokens() {
    std::vector<QueryToken> list;
    do {
      list.push_back(next());
    } while (list.back().kind != QueryToken::Kind::End);
    return list;
  }

 private:
  QueryToken next() {
    using Kind = QueryToken::Kind;
    while (!at_end() && stands_in(query_[position_], kSpace)) ++position_;
    const std::size_t start = position_;
    if (at_end()) return {.kind = Kind::End, .text = {}, .start = start};
    const char c = query_[position_];
    if (c == '"' || c == '\'') return {.kind = Kind::String, .text = string(c), .start = start};
    if (c == '(' || c == ')') {
      ++position_;
      return {.kind = c == '(' ? Kind::Open : Kind::Close, .text = {}, .start = start};
    }
    if (stands_in(c, kMarks))
      return {.kind = Kind::Operator, .text = operator_text(), .start = start};
    while (!at_end() && !stands_in(query_[position_], kSpace) &&
           !stands_in(query_[position_], kMarks))
      ++position_;
    return {.kind = Kind::Word,
            .text = std::string(query_.substr(start, position_ - start)),
            .start = start};
  }

  std::string string(char quote) {
    const std::size_t start = position_++;
    std::string text;
    while (!at_end() && query_[position_] != quote) {
      if (quote == '"' && query_[position_] == '\\' && position_ + 1 < query_.size()) ++position_;
      text += query_[position_++];
    }
    if (at_end()) fail_query(query_, start, "this string has no end");
    ++position_;
    return text;
  }

  std::string operator_text() {
    for (const std::string_view text : {"==", "!=", "<=", ">=", "!~", "=", "<", ">", "~"}) {
      if (!query_.substr(position_).starts_with(text)) continue;
      position_ += text.size();
      return text == "==" ? "=" : std::string(text);
    }
    fail_query(query_, position_, "unknown operator; there are = != < <= > >= ~ !~");
  }

  bool at_end() const noexcept { return position_ == query_.size(); }

  std::string_view query_;
  std::size_t position_ = 0;
};

}  // namespace

std::vector<QueryToken> query_tokens(std::string_view query) {
  if (!is_utf8(query)) throw Error(Errc::Usage, "query is not UTF-8");
  return QueryLexer(query).tokens();
}

void fail_query(std::string_view query, std::size_t place, std::string_view message) {
  const std::string_view before = query.substr(0, place);
  const auto line_number = std::ranges::count(before, '\n') + 1;
  const std::size_t line_start = before.rfind('\n') + 1;  // npos + 1 is 0
  const std::size_t column = characters_in(before.substr(line_start)) + 1;
  std::string line(query.substr(line_start, query.find('\n', line_start) - line_start));
  std::ranges::replace_if(
      line, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; }, ' ');
  throw Error(Errc::Usage, "query, line " + std::to_string(line_number) + ", column " +
                               std::to_string(column) + ": " + std::string(message) + "\n  " +
                               line + "\n  " + std::string(column - 1, ' ') + "^");
}

}  // namespace roar::plumbing
