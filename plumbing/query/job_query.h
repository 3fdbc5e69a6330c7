#pragma once

#include <memory>
#include <string_view>

#include "objects/base/timestamp.h"
#include "plumbing/query/query_fields.h"

namespace roar::plumbing {

// A question that a job answers with yes or no:
//
//   query      = all { "or" all }
//   all        = one { "and" one }
//   one        = "not" one | "(" query ")" | field [ operator literal ]
//   operator   = "=" | "==" | "!=" | "<" | "<=" | ">" | ">=" | "~" | "!~"
//   field      = a word, or a string for a name with special characters
//   literal    = a word or a string
//
// The words and, or, not are so in any case. roar-log(1), QUERIES, is for users.
class JobQuery {
 public:
  // `now` is for times such as "2 days ago". Throws Errc::Usage, with line, column and a line that
  // points at the place, for what is no query, and for one nested deeper than 100.
  JobQuery(std::string_view text, Timestamp now);

  bool matches(const QueriedJob& job) const;
  // Whether labels have to be read for it.
  bool asks_labels() const noexcept { return asks_labels_; }

  struct Node;

 private:
  std::shared_ptr<const Node> root_;
  bool asks_labels_ = false;
};

}  // namespace roar::plumbing
