#include "plumbing/composite/earlier_composites.h"

#include <utility>
#include <vector>

namespace roar::plumbing {

std::string EarlierComposites::name_of(std::string_view within) const {
  std::string name = "composite ";
  name += directory_;
  if (!within.empty()) name.append("/").append(within);
  return name;
}

std::optional<ObjectId> EarlierComposites::at(std::string_view within) {
  if (const auto found = known_.find(within); found != known_.end()) return found->second;
  const std::string name = name_of(within);
  const std::optional<std::string> value = cache_.values({&name, 1}).at(0);
  const auto id = value ? ObjectId::from_hex(*value) : std::nullopt;
  return known_.emplace(within, id).first->second;
}

void EarlierComposites::remember(const MadeComposite& made) {
  std::vector<std::pair<std::string, std::string>> values;
  const auto add = [&](std::string_view within, const ObjectId& id) {
    if (at(within) != id) values.emplace_back(name_of(within), id.hex());
  };
  add({}, made.id);
  for (const NestedComposite& nested : made.nested) add(nested.path, nested.id);
  if (!values.empty()) cache_.put_values(values);
}

}  // namespace roar::plumbing
