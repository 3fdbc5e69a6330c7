#include "plumbing/query/job_query.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "objects/base/error.h"
#include "plumbing/query/query_tokens.h"
#include "plumbing/quote.h"

namespace roar::plumbing {

struct JobQuery::Node {
  enum class Kind { Or, And, Not, Comparison };

  Kind kind = Kind::Comparison;
  std::vector<Node> children{};
  QueryField field{};
  QueryOperator op = QueryOperator::Present;
  QueryLiteral literal{};
};

namespace {

using Node = JobQuery::Node;
using Kind = QueryToken::Kind;

class QueryParser {
 public:
  QueryParser(std::string_view query, Timestamp now)
      : query_(query), tokens_(query_tokens(query)), now_(now) {}

  Node parse() {
    Node node = any(0);
    if (peek().kind == Kind::Close) fail("there is no ( for this one");
    if (peek().kind != Kind::End) fail("expected 'and' or 'or'");
    return node;
  }

  bool asks_labels() const noexcept { return asks_labels_; }

 private:
  const QueryToken& peek() const { return tokens_[position_]; }
  [[noreturn]] void fail(std::string_view message) const {
    fail_query(query_, peek().start, message);
  }

  bool accept_word(std::string_view word) {
    const QueryToken& token = peek();
    const auto same = [](char a, char b) { return (a | ' ') == b; };
    if (token.kind != Kind::Word || !std::ranges::equal(token.text, word, same)) return false;
    ++position_;
    return true;
  }

  Node joined(Node::Kind kind, std::string_view word, Node (QueryParser::*part)(int), int depth) {
    Node first = (this->*part)(depth);
    if (!accept_word(word)) return first;
    Node node{.kind = kind};
    node.children.push_back(std::move(first));
    do {
      node.children.push_back((this->*part)(depth));
    } while (accept_word(word));
    return node;
  }

  Node any(int depth) { return joined(Node::Kind::Or, "or", &QueryParser::all, depth); }
  Node all(int depth) { return joined(Node::Kind::And, "and", &QueryParser::one, depth); }

  Node one(int depth) {
    constexpr int kDepthMost = 100;
    if (depth > kDepthMost) fail("nested too deeply");
    if (accept_word("not")) {
      Node node{.kind = Node::Kind::Not};
      node.children.push_back(one(depth + 1));
      return node;
    }
    if (peek().kind == Kind::Open) {
      const std::size_t open = peek().start;
      ++position_;
      Node node = any(depth + 1);
      if (peek().kind == Kind::End) fail_query(query_, open, "this ( is never closed");
      if (peek().kind != Kind::Close) fail("expected 'and', 'or' or )");
      ++position_;
      return node;
    }
    return comparison();
  }

  Node comparison() {
    const QueryToken name = peek();
    if (name.kind != Kind::Word && name.kind != Kind::String)
      fail(name.kind == Kind::End ? "expected a field; the query ends here" : "expected a field");
    Node node;
    auto field = QueryField::named(name.text);
    if (!field)
      fail("there is no field " + quoted_subject(name.text) + "; there are " + QueryField::names());
    node.field = *std::move(field);
    asks_labels_ = asks_labels_ || node.field.is_label();
    ++position_;
    if (peek().kind != Kind::Operator) {
      if (!node.field.is_condition()) fail("expected an operator: = != < <= > >= ~ !~");
      return node;
    }
    node.op = query_operator(peek().text).value();
    ++position_;
    take_literal(node);
    return node;
  }

  void take_literal(Node& node) {
    const QueryToken token = peek();
    if (token.kind != Kind::Word && token.kind != Kind::String)
      fail(token.kind == Kind::End ? "expected a value; the query ends here" : "expected a value");
    node.literal = {.text = token.text, .quoted = token.kind == Kind::String};
    if (const auto problem = node.field.prepare(node.op, node.literal, now_)) fail(*problem);
    if (node.op == QueryOperator::Matches || node.op == QueryOperator::MatchesNot) {
      try {
        node.literal.expression = std::make_shared<const Expression>(token.text);
      } catch (const Error& error) {
        fail(error.what());
      }
    }
    ++position_;
  }

  std::string_view query_;
  std::vector<QueryToken> tokens_;
  Timestamp now_;
  std::size_t position_ = 0;
  bool asks_labels_ = false;
};

bool holds(const Node& node, const QueriedJob& job) {
  const auto child_holds = [&](const Node& child) { return holds(child, job); };
  switch (node.kind) {
    case Node::Kind::Or:
      return std::ranges::any_of(node.children, child_holds);
    case Node::Kind::And:
      return std::ranges::all_of(node.children, child_holds);
    case Node::Kind::Not:
      return !holds(node.children.front(), job);
    case Node::Kind::Comparison:
      break;
  }
  return node.field.holds(job, node.op, node.literal);
}

}  // namespace

JobQuery::JobQuery(std::string_view text, Timestamp now) {
  QueryParser parser(text, now);
  root_ = std::make_shared<const Node>(parser.parse());
  asks_labels_ = parser.asks_labels();
}

bool JobQuery::matches(const QueriedJob& job) const {
  return holds(*root_, job);
}

}  // namespace roar::plumbing
