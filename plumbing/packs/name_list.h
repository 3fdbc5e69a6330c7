#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "objects/object_id.h"
#include "objects/transaction.h"
#include "plumbing/command.h"
#include "plumbing/packs/pack_plan.h"
#include "plumbing/workspace.h"

namespace roar::plumbing {

// Names of objects, those that are to be left out with a "^" before them.
using NameList = std::vector<std::string>;

// What --not means to git: it turns the meaning of every name after it around. Copies the arguments
// with a "^" added to, or taken from, such a name; options, --not itself among them, and what
// the first `before` operands, which are no names, stay as they are. The options of the command
// must have their values in the same argument.
std::vector<std::string> with_not_applied(Arguments arguments, int before);
// The same for lines, where "--not" is a line of its own and goes.
NameList names_of_lines(const std::vector<std::string>& lines);

// A ref that was named, and what it points at.
struct NamedRef {
  std::string name;
  ObjectId target;

  auto operator<=>(const NamedRef&) const = default;
};

struct NamedObjects {
  PackSelection selection;
  std::vector<NamedRef> refs;  // of the names that are wanted; by name, each once
};

// Finds what the names stand for, as resolve() does; but what is no whole id, and is a ref or one
// after "refs/" or "refs/sessions/", stands for that first. A name for the newest entry of a
// session names its ref too; "A..B" stands for B without A. `all` adds HEAD and every ref. Throws
// as resolve().
NamedObjects find_named(const ReadTransaction& transaction, const Workspace& workspace,
                        const NameList& names, bool all);

}  // namespace roar::plumbing
