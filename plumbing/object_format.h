#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "objects/store.h"
#include "objects/transaction.h"

namespace roar::plumbing {

// What a line about an object says: text with atoms in it, as `git cat-file` has them.
//
//   %(objectname) %(objecttype) %(objectsize)   id, type, size of the payload in bytes
//   %(objectsize:disk)                          bytes that it takes in the store
//   %(codec)                                    how it lies there: raw or zstd
//   %(seq)                                      its place in the order of writing, in this store
//   %(rest)                                     what followed the name on the line that asked
//   %%                                          a percent sign
class ObjectFormat {
 public:
  static constexpr std::string_view kDefault = "%(objectname) %(objecttype) %(objectsize)";

  // Throws Errc::Usage for an atom that there is not.
  explicit ObjectFormat(std::string_view format);

  // Whether the line that asks is a name and something else.
  bool has_rest() const noexcept { return has_rest_; }
  // The line about an object that is in the store, without an end.
  std::string line(const ReadTransaction& transaction, const ObjectInfo& object,
                   std::string_view rest) const;
  // The same, to the end of `text`.
  void add_line(std::string& text, const ReadTransaction& transaction, const ObjectInfo& object,
                std::string_view rest) const;

 private:
  enum class Atom : std::uint8_t { Name, Type, Size, SizeOnDisk, Codec, DeltaBase, Sequence, Rest };

  static Atom atom_of(std::string_view name);

  std::vector<std::variant<std::string, Atom>> parts_;
  bool has_rest_ = false;
};

}  // namespace roar::plumbing
