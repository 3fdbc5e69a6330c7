#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "objects/base/timestamp.h"
#include "objects/object_id.h"
#include "objects/transaction.h"

// Refs that are moved by hand, many at once, with all that hangs on them.

namespace roar {

// What a ref is: gone (neither member), at an object, or the name of another ref.
struct RefValue {
  std::optional<ObjectId> target;
  std::string symbolic;

  bool is_absent() const noexcept { return !target && symbolic.empty(); }
  bool operator==(const RefValue&) const = default;
};

// One change, or with no `value` a mere check.
struct RefChange {
  std::string name;
  bool follow = true;  // a symbolic ref stands for the one at its end
  // What it must be now; nullopt: whatever it is. An id stands also for a symbolic ref, which is
  // not followed, that leads to it.
  std::optional<RefValue> expected;
  std::optional<RefValue> value;  // nullopt: it stays; absent: it is removed
  std::string reason;             // for the ref's log
};

// Makes all changes, each with an entry in its ref's log; removals come first, whatever the order
// given. Nothing is written for a ref that is already what it is to be. The derived tables follow:
// of a session's jobs, those that its ref no longer leads to are not found any more, and those that
// it now leads to are.
//
// Throws, and then the transaction must be given up:
// Errc::Conflict   a ref is not what was expected, or its name and another one cannot both be;
// Errc::Usage      no name for a ref; one ref changed twice; a symbolic ref that would not end;
//     HEAD removed or not naming a session that is there; a session's or label's ref at anything
//     else than an entry of that session, or a label of that target;
// Errc::NotFound   an object is missing;
// Errc::Corrupt    a symbolic ref on the way does not end.
void change_refs(WriteTransaction& transaction, std::span<const RefChange> changes, Timestamp when);

// What commands take for granted of the refs that they keep: what HEAD, and the refs of sessions,
// labels and composites may be. Throws Errc::Usage if this value is none for it, Errc::NotFound if
// its object is missing, and Errc::Corrupt.
void check_ref_value(const ReadTransaction& transaction, std::string_view name,
                     const RefValue& value);

// What the ref is now, without following.
RefValue ref_value(const ReadTransaction& transaction, std::string_view name);

}  // namespace roar
