#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "objects/base/error.h"
#include "objects/transaction.h"

namespace roar {

// One object as it lies in the store, and whether its id leads to it.
struct ScannedObject {
  enum class Fault : std::uint8_t {
    None,
    Content,    // its bytes are not what was stored; then only `problem` says what they are
    Unnamed,    // the table of ids lacks it
    Misplaced,  // the table of ids has something else for it
    Twice,      // it is there a second time, and the table of ids names the other one
  };

  std::uint64_t sequence = 0;
  ObjectId id;       // of the content, or for Fault::Content what it should be; zero if unknown
  RawObject object;  // empty if it cannot be read
  Fault fault = Fault::None;
  std::string problem;  // of Fault::Content
};

// Reads every object and hashes it, in the order of writing; those that are damaged or that the
// table of ids lacks come last. `extra` is told of entries of that table that name nothing. Both by
// number and by id each is also looked up, as readers do, since a scan does not see all damage.
void scan_objects(const ReadTransaction& transaction,
                  const std::function<void(const ScannedObject&)>& visit,
                  const std::function<void(const std::string& key)>& extra);

enum class IndexFaultKind : std::uint8_t { Missing, Extra, Stale };

// An entry of a derived table that is not what follows from objects and refs.
struct IndexFault {
  IndexFaultKind kind = IndexFaultKind::Missing;
  std::string_view table;  // its name, a constant
  std::string entry;       // what the entry is about, for people
};

// Compares all derived tables, but that of ids, with what they should hold. `unreadable` is told
// of objects that cannot be read; where there are any, extra entries are not looked for.
void check_indexes(const ReadTransaction& transaction,
                   const std::function<void(const IndexFault&)>& visit,
                   const std::function<void(const std::string&, const Error&)>& unreadable);

}  // namespace roar
