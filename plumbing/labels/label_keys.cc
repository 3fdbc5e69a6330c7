#include "plumbing/labels/label_keys.h"

#include <algorithm>
#include <array>

#include "objects/base/error.h"
#include "objects/base/utf8.h"
#include "plumbing/quote.h"

namespace roar::plumbing {
namespace {

struct Reserved {
  std::string_view root;
  std::string_view owner;
};

constexpr std::string_view kDataset = "what roar finds out about data sets";
constexpr std::array kReserved{Reserved{"attach", "accounts of attached work"},
                               Reserved{"dataset.fingerprint", kDataset},
                               Reserved{"dataset.fingerprint_algorithm", kDataset},
                               Reserved{"dataset.id", kDataset},
                               Reserved{"dataset.modality", kDataset},
                               Reserved{"dataset.split", kDataset},
                               Reserved{"dataset.type", kDataset},
                               Reserved{"dataset.version_hint", kDataset},
                               Reserved{"roar", "facts that roar records"},
                               Reserved{"tag", "tags, which 'roar tag' changes"}};

[[noreturn]] void refuse(std::string_view key, std::string_view why) {
  throw Error(Errc::Usage, "invalid label key " + quoted_subject(key) + ": " + std::string(why));
}

bool may_stand_in_key(char c) noexcept {
  constexpr std::string_view kOthers = "=\"'\\\x7f";
  return static_cast<unsigned char>(c) > ' ' && kOthers.find(c) == std::string_view::npos;
}

}  // namespace

void check_label_key(std::string_view key) {
  constexpr std::size_t kBytesMost = 255;
  if (key.empty()) refuse(key, "it is empty");
  if (key.size() > kBytesMost) refuse(key, "it is longer than 255 bytes");
  if (!is_utf8(key)) refuse(key, "it is not UTF-8");
  if (!std::ranges::all_of(key, may_stand_in_key))
    refuse(key, "it has a space, a control character, a quote, a backslash or '='");
  if (key.starts_with('-')) refuse(key, "it begins with '-'");
  if (key.ends_with(':')) refuse(key, "it ends in ':'");
  if (key.starts_with('.') || key.ends_with('.') || key.find("..") != std::string_view::npos)
    refuse(key, "a word between dots is empty");
}

std::optional<std::string_view> reserved_for(std::string_view key) {
  const auto* const found = std::ranges::find_if(
      kReserved, [&](const Reserved& reserved) { return is_below(key, reserved.root); });
  if (found == kReserved.end()) return std::nullopt;
  return found->owner;
}

void refuse_reserved(std::string_view key) {
  if (const auto owner = reserved_for(key))
    throw Error(Errc::Usage, "reserved label keys cannot be set by hand: " + quoted_subject(key) +
                                 " is for " + std::string(*owner));
}

bool is_below(std::string_view key, std::string_view root) noexcept {
  return key.starts_with(root) && (key.size() == root.size() || key[root.size()] == '.');
}

}  // namespace roar::plumbing
