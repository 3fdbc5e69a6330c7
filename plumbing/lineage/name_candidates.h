#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "objects/transaction.h"

namespace roar::plumbing {

// The things that hexadecimal digits may begin; and digests that are other text.
class NameCandidates {
 public:
  // `transaction` must outlive the object.
  NameCandidates(const ReadTransaction& transaction, std::string_view digits);

  void add_objects();
  // Of one algorithm; of all if it is empty.
  void add_digests(std::string_view algorithm);
  void add_jobs();
  void add_sessions();

  bool empty() const noexcept { return found_.empty(); }
  // Two ways to name one object are not two objects.
  bool is_one() const;
  const ObjectId& first() const { return found_.front().object.id; }
  // Of a session's id, if the first candidate is one.
  const std::string& session() const { return found_.front().session; }
  // One a line, indented, by type and id, with what each is.
  std::string lines();

 private:
  struct Candidate {
    ObjectInfo object;
    std::string what;  // how it matches
    std::string session = {};
  };
  void add(const ObjectId& id, std::string what, std::string session = {});

  const ReadTransaction& transaction_;
  std::string digits_;  // hexadecimal ones in lower case
  std::vector<Candidate> found_;
};

}  // namespace roar::plumbing
