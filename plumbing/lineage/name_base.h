#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "plumbing/resolve.h"

namespace roar::plumbing {

// What the part of a name before its suffixes stands for.
struct NameBase {
  ObjectId id;
  std::string ref;   // whose log @{...} asks; empty if the base is no ref
  std::string path;  // stored form, if it is a path
};

// The forms of names that are no paths, tried one after the other.
class NameBases {
 public:
  // `explanation` may be null. All must outlive the object.
  NameBases(const ReadTransaction& transaction, NameExplanation* explanation)
      : transaction_(transaction), explanation_(explanation) {}

  // Nullopt if the text is of none of these forms. Throws as resolve() does.
  std::optional<NameBase> find(std::string_view text) const;
  // A ref that is named without "refs/" or "refs/sessions/".
  std::optional<NameBase> short_ref(std::string_view text) const;
  // The job started last whose command matches. Throws Errc::Usage for an invalid expression.
  NameBase by_command(std::string_view expression) const;
  // What else digits could mean that were taken for the beginning of an id; empty if nothing.
  std::string other_ref(std::string_view digits) const;

  // Id, type and more of an object. Throws Errc::Corrupt if it is missing.
  std::string described(const ObjectId& id) const;
  // Notes the outcome of one of name_forms().
  void note(std::size_t form, std::string outcome) const;

 private:
  std::optional<NameBase> by_step(std::string_view text) const;
  std::optional<NameBase> by_ref(std::string_view text) const;
  std::optional<NameBase> by_kind(std::string_view text) const;
  std::optional<NameBase> by_text_digest(std::string_view algorithm, std::string_view digest) const;
  std::optional<NameBase> by_digits(std::string_view text) const;

  const ReadTransaction& transaction_;
  NameExplanation* explanation_;
};

}  // namespace roar::plumbing
