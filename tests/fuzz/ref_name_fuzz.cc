// The rules for names of refs: what they say of a name does not change when the name is taken apart
// and put together, and nothing that would be dangerous in a key or on a terminal is allowed.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "objects/base/error.h"
#include "objects/key.h"
#include "objects/ref_name.h"

namespace {

void check_allowed(std::string_view name) {
  ROAR_ASSERT(name == "HEAD" || name.starts_with("refs/"));
  ROAR_ASSERT(name.size() <= roar::kKeyTextMax && !name.ends_with('/') && !name.ends_with('.'));
  ROAR_ASSERT(std::ranges::none_of(name, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte <= 0x20 || byte == 0x7f;
  }));
  for (const std::string_view part : {"..", "//", "/.", "@{", ".lock/", "\\", "~", "^", ":"})
    ROAR_ASSERT(name.find(part) == std::string_view::npos);
  // What is above it is a name, too, unless it is "refs".
  const std::size_t slash = name.rfind('/');
  if (slash != std::string_view::npos && name.substr(0, slash) != "refs" &&
      !name.substr(0, slash).ends_with('.'))
    ROAR_ASSERT(roar::is_ref_name(name.substr(0, slash)));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string name(reinterpret_cast<const char*>(data), size);
  for (const std::string& candidate : {name, "refs/" + name, "refs/a/" + name + "/b"})
    if (roar::is_ref_name(candidate)) check_allowed(candidate);
  ROAR_ASSERT(!roar::is_ref_name(name + std::string(1, '\0')));
  return 0;
}
