#include "plumbing/composite/used_files.h"

#include <algorithm>
#include <string>
#include <vector>

#include "objects/component_tree.h"

namespace roar::plumbing {
namespace {

using Paths = std::span<const std::string_view>;

// Those that lie in the directory, relative to it.
std::vector<std::string_view> paths_below(Paths paths, const std::string& directory) {
  const std::string prefix = directory + '/';
  std::vector<std::string_view> below;
  for (auto path = std::ranges::lower_bound(paths, std::string_view(prefix));
       path != paths.end() && path->starts_with(prefix); ++path)
    below.push_back(path->substr(prefix.size()));
  return below;
}

class UseCounter {
 public:
  explicit UseCounter(const ReadTransaction& transaction)
      : transaction_(transaction), reader_(transaction) {}

  std::uint64_t used(const Composite& composite, Paths paths) {
    std::uint64_t count = 0;
    find_components(reader_, composite.node, paths, [&](const Component& one) {
      count += one.kind == ComponentKind::File ? 1 : 0;
    });
    if (!has_nested(composite)) return count;
    for_each_component(reader_, composite.node, [&](const Component& one) {
      if (one.composite)
        count += used(read_composite(transaction_, *one.composite), paths_below(paths, one.path));
      return true;
    });
    return count;
  }

  bool has_unused(const Composite& composite, Paths paths) {
    bool unused = false;
    for_each_component(reader_, composite.node, [&](const Component& one) {
      if (one.composite) {
        unused =
            has_unused(read_composite(transaction_, *one.composite), paths_below(paths, one.path));
      } else {
        unused = one.kind == ComponentKind::File &&
                 !std::ranges::binary_search(paths, std::string_view(one.path));
      }
      return !unused;
    });
    return unused;
  }

 private:
  static bool has_nested(const Composite& composite) { return composite.files != composite.count; }

  const ReadTransaction& transaction_;
  ComponentReader reader_;
};

}  // namespace

std::uint64_t files_used(const ReadTransaction& transaction, const Composite& composite,
                         std::span<const std::string_view> paths) {
  UseCounter counter(transaction);
  const std::uint64_t used = counter.used(composite, paths);
  if (used == composite.files) return used;
  return counter.has_unused(composite, paths) ? used : composite.files;
}

}  // namespace roar::plumbing
