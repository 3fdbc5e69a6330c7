#include "plumbing/tags/tag_kinds.h"

#include <algorithm>
#include <array>

#include "objects/base/error.h"
#include "objects/base/utf8.h"
#include "plumbing/find_secrets.h"
#include "plumbing/quote.h"

namespace roar::plumbing {
namespace {

constexpr std::array<std::string_view, 5> kKinds{"classification", "contains_pii", "jurisdiction",
                                                 "license", "special_category"};

// The form of a key of JSON, and "bind" is taken.
bool is_kind(std::string_view kind) {
  const auto is_letter = [](char c) { return c >= 'a' && c <= 'z'; };
  return !kind.empty() && kind != "bind" && is_letter(kind.front()) &&
         std::ranges::all_of(
             kind, [&](char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '_'; });
}

void check_kind(const Config& config, const std::string& kind) {
  if (std::ranges::find(kKinds, kind) != kKinds.end()) return;
  const auto& custom = config.list("tags.custom_kinds");
  if (std::ranges::find(custom, kind) != custom.end()) {
    if (is_kind(kind)) return;
    throw Error(Errc::Usage, "invalid kind of tag " + quoted_subject(kind) +
                                 ": it is not made of a-z, 0-9 and _, or it is 'bind'");
  }
  std::string known;
  for (const std::string_view name : kKinds)
    known += (known.empty() ? "" : ", ") + std::string(name);
  for (const std::string& name : custom) known += ", " + name;
  throw Error(Errc::Usage, "unknown kind of tag " + quoted_subject(kind) + "; there are " + known +
                               "\nhint: tags.custom_kinds in roar-config(5) adds more");
}

}  // namespace

TagWord parse_tag(const Config& config, std::string_view word, TagForm form) {
  const std::size_t equals = word.find('=');
  const bool pair = equals != std::string_view::npos;
  TagWord tag{.kind = std::string(word.substr(0, equals)),
              .value = pair ? std::string(word.substr(equals + 1)) : std::string()};
  if (tag.kind.empty() || (pair ? tag.value.empty() : form == TagForm::Pair))
    throw Error(Errc::Usage, "invalid tag " + quoted_subject(word) + "; expected kind=value" +
                                 (form == TagForm::Pair ? "" : " or kind"));
  check_kind(config, tag.kind);
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; };
  if (!is_utf8(tag.value) || std::ranges::any_of(tag.value, is_control))
    throw Error(Errc::Usage, "invalid tag: the value of '" + tag.kind + "' is no line of UTF-8");
  if (find_secret(tag.value))
    throw Error(Errc::Usage, "invalid tag: the value of '" + tag.kind + "' is a secret");
  return tag;
}

std::vector<std::string> checked_tags(const Config& config, const std::vector<std::string>& words,
                                      TagForm form) {
  std::vector<std::string> tags;
  for (const std::string& word : words) {
    parse_tag(config, word, form);
    if (std::ranges::find(tags, word) == tags.end()) tags.push_back(word);
  }
  return tags;
}

}  // namespace roar::plumbing
