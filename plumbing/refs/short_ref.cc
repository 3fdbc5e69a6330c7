#include "plumbing/refs/short_ref.h"

namespace roar::plumbing {
namespace {

constexpr std::string_view kRefs = "refs/";

// "x" of "refs/tags/x"; empty for a name that is not below a kind.
std::string_view below_kind(std::string_view name) {
  if (!name.starts_with(kRefs)) return {};
  const std::size_t slash = name.find('/', kRefs.size());
  return slash == std::string_view::npos ? std::string_view() : name.substr(slash + 1);
}

}  // namespace

ShortRefs::ShortRefs(const ReadTransaction& transaction) {
  ++meanings_["HEAD"];
  for (const Ref& ref : transaction.refs(kRefs)) {
    ++meanings_[ref.name.substr(kRefs.size())];
    if (const std::string_view brief = below_kind(ref.name); !brief.empty())
      ++meanings_[std::string(brief)];
  }
}

std::string ShortRefs::name_of(std::string_view ref) const {
  if (!ref.starts_with(kRefs)) return std::string(ref);
  const std::string_view brief = below_kind(ref);
  const auto found = meanings_.find(brief);
  const bool is_clear = !brief.empty() && (found == meanings_.end() || found->second == 1);
  return std::string(is_clear ? brief : ref.substr(kRefs.size()));
}

}  // namespace roar::plumbing
