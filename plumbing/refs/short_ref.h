#pragma once

#include <map>
#include <string>
#include <string_view>

#include "objects/transaction.h"

namespace roar::plumbing {

// What refs are called for short: without "refs/", and without the kind of ref (sessions, labels,
// tags...) too if no other ref can be meant.
class ShortRefs {
 public:
  explicit ShortRefs(const ReadTransaction& transaction);

  std::string name_of(std::string_view ref) const;

 private:
  std::map<std::string, int, std::less<>> meanings_;  // how many refs may be called so
};

}  // namespace roar::plumbing
