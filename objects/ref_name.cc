#include "objects/ref_name.h"

#include <algorithm>

#include "objects/key.h"

namespace roar {
namespace {

bool is_component(std::string_view component) noexcept {
  constexpr std::string_view kForbidden = " ~^:?*[\\\x7f";
  return !component.empty() && !component.starts_with('.') && !component.ends_with(".lock") &&
         std::ranges::none_of(component, [&](char c) {
           return static_cast<unsigned char>(c) < 0x20 ||
                  kForbidden.find(c) != std::string_view::npos;
         });
}

}  // namespace

bool is_ref_name(std::string_view name) noexcept {
  if (name == "HEAD") return true;
  if (!name.starts_with("refs/") || name.size() > kKeyTextMax || name.ends_with('.') ||
      name.find("..") != std::string_view::npos || name.find("@{") != std::string_view::npos)
    return false;
  for (std::string_view rest = name;;) {
    const std::size_t slash = rest.find('/');
    if (!is_component(rest.substr(0, slash))) return false;
    if (slash == std::string_view::npos) return true;
    rest.remove_prefix(slash + 1);
  }
}

}  // namespace roar
