#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "objects/cache.h"
#include "plumbing/composite/make_composite.h"

namespace roar::plumbing {

// Which composite a directory was when it was made into one last: a new version is stored against
// that. Kept in the cache, so it may be forgotten, and may be of an object that is not there.
class EarlierComposites {
 public:
  // `directory` in stored form.
  EarlierComposites(Cache& cache, std::string directory)
      : cache_(cache), directory_(std::move(directory)) {}

  // Of the composite, or of the nested one at this path in it.
  std::optional<ObjectId> at(std::string_view within);
  void remember(const MadeComposite& made);

 private:
  std::string name_of(std::string_view within) const;

  Cache& cache_;
  std::string directory_;
  std::map<std::string, std::optional<ObjectId>, std::less<>> known_;
};

}  // namespace roar::plumbing
