#include "plumbing/refs/short_ref.h"

#include <array>

#include "objects/base/error.h"
#include "plumbing/lineage/name_base.h"

namespace roar::plumbing {
namespace {

// Whether it is this ref that resolve() takes the name for.
bool names(const ReadTransaction& transaction, std::string_view name, std::string_view ref) {
  const NameBases bases(transaction, nullptr);
  try {
    if (const auto base = bases.find(name)) return base->ref == ref;
    const auto base = bases.short_ref(name);
    return base && base->ref == ref;
  } catch (const Error& error) {
    if (error.code() == Errc::Corrupt) throw;
    return false;  // it is ambiguous, or stands for what is not there
  }
}

}  // namespace

std::string short_ref_name(const ReadTransaction& transaction, std::string_view ref) {
  constexpr std::array<std::string_view, 2> kFolders{"refs/sessions/", "refs/"};
  for (const std::string_view folder : kFolders) {
    if (ref.size() <= folder.size() || !ref.starts_with(folder)) continue;
    const std::string_view name = ref.substr(folder.size());
    if (names(transaction, name, ref)) return std::string(name);
  }
  return std::string(ref);
}

}  // namespace roar::plumbing
