#include "porcelain/composite_text.h"

#include <algorithm>
#include <iomanip>
#include <ostream>
#include <string>
#include <utility>

#include "objects/base/base64.h"
#include "objects/component_node.h"
#include "plumbing/quote.h"
#include "porcelain/label_text.h"
#include "porcelain/text.h"

namespace roar::porcelain {
namespace {

void print_component(std::ostream& out, const Component& component) {
  constexpr std::size_t kDigits = 12;
  out << "  " << std::left << std::setw(30)
      << component.algorithm + ":" + component.digest.substr(0, kDigits) << std::right
      << std::setw(11) << size_text(component.size) << "  " << plumbing::quoted_path(component.path)
      << (component.kind == ComponentKind::Symlink ? "  (link)" : "") << '\n';
}

}  // namespace

void print_composite_head(std::ostream& out, const Composite& composite) {
  out << "Hash (" << composite.algorithm << "): " << composite.digest << '\n';
  out << "Structure:      "
      << (composite.structure.empty() ? "none (declared)" : composite.structure) << '\n';
  out << "Components:     " << composite.count;
  if (composite.files != composite.count) out << ", with " << count_text(composite.files, "file");
  out << '\n';
  out << "Size:           " << size_text(composite.size) << " (" << composite.size << " bytes)\n";
  if (composite.excluded_count == 0) return;
  const std::size_t shown = std::min(composite.excluded.size(), kComponentsShown);
  out << "Excluded:       " << count_text(composite.excluded_count, "file") << '\n';
  for (std::size_t i = 0; i < shown; ++i)
    out << "  " << plumbing::quoted_path(composite.excluded[i]) << '\n';
  if (shown < composite.excluded_count)
    out << "  and " << composite.excluded_count - shown << " more\n";
}

void print_composite(std::ostream& out, const plumbing::CompositeView& view) {
  print_composite_head(out, view.composite);
  out << "Composite:      " << view.id.hex() << '\n';
  out << "\nComponents:\n";
  for (const Component& component : view.components) print_component(out, component);
  if (view.components.size() < view.composite.count)
    out << "  and " << view.composite.count - view.components.size()
        << " more    (roar ls-composite " << view.composite.digest.substr(0, 12) << ")\n";
  print_labels(out, view.labels, Show::Usual);
}

json::Object composite_json(const plumbing::CompositeView& view) {
  const Composite& composite = view.composite;
  json::Object object{{"type", "composite"},
                      {"algorithm", composite.algorithm},
                      {"count", composite.count},
                      {"digest", composite.digest},
                      {"excluded_count", composite.excluded_count},
                      {"files", composite.files},
                      {"node_oid", composite.node.hex()},
                      {"oid", view.id.hex()},
                      {"size", composite.size}};
  if (!composite.structure.empty()) object.emplace("structure", composite.structure);
  if (!view.labels.empty()) object.emplace("labels", labels_json(view.labels));
  json::Array excluded;
  for (const std::string& path : composite.excluded) excluded.push_back(json::bytes_value(path));
  object.emplace("excluded", std::move(excluded));
  json::Array components;
  for (const Component& component : view.components) {
    json::Object entry = json_of(component);
    entry.insert_or_assign("algorithm", component.algorithm);
    entry.insert_or_assign("kind", component_kind_name(component.kind));
    entry.insert_or_assign("size", component.size);
    components.emplace_back(std::move(entry));
  }
  object.emplace("components", std::move(components));
  if (view.filter) {
    object.emplace("membership_index",
                   json::Object{{"bloom_bits", view.filter->bits()},
                                {"bloom_filter_base64", to_base64(view.filter->bytes())},
                                {"bloom_hashes", view.filter->hashes()},
                                {"bloom_version", kMembershipVersion},
                                {"stored_components", composite.count},
                                {"total_components", composite.files}});
  }
  return object;
}

}  // namespace roar::porcelain
