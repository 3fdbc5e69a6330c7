#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "objects/transaction.h"
#include "plumbing/refs/ref_list.h"

namespace roar::plumbing {

// Something that can be said of a ref: what stands in "%(...)", or what refs are sorted by.
//
//   refname, symref           its name; what it stands for itself, if it is symbolic
//     :short :lstrip=N :rstrip=N   shortened; without N components, or with -N left
//   objectname, objecttype, objectsize   of the object that it leads to
//     objectname:short objectname:short=N
//   *objectname, *objecttype  of what that is about (see subject_of)
//   HEAD                      "*" if HEAD stands for it, else a space
//   updated                   when it was last moved, in seconds since 1970
//   reason                    why, as its log has it
class RefAtom {
 public:
  struct Value {
    std::string text{};
    std::optional<std::int64_t> number{};  // sorts before the text does
  };
  struct Scene {
    const ReadTransaction& transaction;
    std::string head;  // what HEAD stands for
  };

  // Throws Errc::Usage for an atom that there is not.
  explicit RefAtom(std::string_view name);

  Value of(const Scene& scene, const ListedRef& ref) const;

 private:
  enum class Kind : std::uint8_t {
    Name,
    Symbolic,
    Id,
    Type,
    Size,
    SubjectId,
    SubjectType,
    Head,
    Updated,
    Reason
  };
  enum class Form : std::uint8_t { Whole, Short, WithoutFirst, WithoutLast };

  Value of_log(const Scene& scene, const ListedRef& ref) const;
  std::string shortened(const Scene& scene, const std::string& name) const;
  std::string shortened_id(const Scene& scene, const ObjectId& id) const;

  Kind kind_ = Kind::Name;
  Form form_ = Form::Whole;
  int count_ = 0;
};

// Text with atoms in it. Besides them, %% is a percent sign and %xx the byte with that number.
class RefFormat {
 public:
  static constexpr std::string_view kDefault = "%(objectname) %(objecttype)\t%(refname)";

  // Throws Errc::Usage for an atom that there is not.
  explicit RefFormat(std::string_view format);

  // With `for_shell`, each atom's value is quoted as a word of a POSIX shell.
  std::string line(const RefAtom::Scene& scene, const ListedRef& ref, bool for_shell) const;

 private:
  std::vector<std::variant<std::string, RefAtom>> parts_;
};

}  // namespace roar::plumbing
