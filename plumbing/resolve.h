#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "objects/base/error.h"
#include "objects/object_id.h"
#include "objects/transaction.h"
#include "plumbing/workspace.h"

namespace roar::plumbing {

inline constexpr std::size_t kPrefixMin = 4;  // hexadecimal digits

// What a name stands for.
struct ResolvedName {
  ObjectId id;
  ObjectType type = ObjectType::Blob;
  std::string path = {};     // stored form, if the name was a path; its newest version is `id`
  std::string warning = {};  // of what else the name could be; empty mostly
};

// How a name was taken, for people.
struct NameExplanation {
  struct Tried {
    std::string_view form;
    std::string outcome;  // may have several lines
  };
  struct Followed {
    std::string suffix;
    std::string object;
  };
  std::vector<Tried> tried;        // in order; forms after the one that fit are not there
  std::vector<Followed> followed;  // what each suffix led to
  std::string warning;             // as in ResolvedName
  std::optional<Error> failure;    // what resolve() throws
};

// The forms of names, in the order in which they are tried; roar(1), NAMES, describes them. Each
// may be followed by suffixes (lineage/name_syntax.h).
//
//   @N, @BN, @            the job that stands for a step; the active session's newest entry
//   HEAD, refs/...        what a ref points at
//   :/TEXT                the job started last whose command matches the regular expression
//   path:FILE             the newest recorded version of a file, relative to the current directory
//   KIND:HEX, session/ID  an object (oid), an artifact by a digest, a job by its uid, a session
//   HEX                   an id, a digest, a job's uid or a session's id: a whole name in this
//                         order, or the one thing that the digits begin
//   anything else         a ref below refs/ or refs/sessions/, then a path
//
// Prefixes have at least kPrefixMin digits.

// The object that a name stands for. Throws Errc::Conflict, listing the candidates, for a name that
// stands for several things, and Errc::NotFound for one that stands for nothing.
ResolvedName resolve(const ReadTransaction& transaction, const Workspace& workspace,
                     std::string_view name);

// The same for names that may stand for several objects: those that end in ^{jobs}.
std::vector<ResolvedName> resolve_each(const ReadTransaction& transaction,
                                       const Workspace& workspace, std::string_view name);

// A name in a list that says what is meant and what is not.
struct ListedName {
  ResolvedName name;
  bool excluded = false;
};
// Names, ^NAME for what is excluded, and A..B for B without A; an end that is left out is HEAD.
// Throws as resolve() does.
std::vector<ListedName> resolve_listed(const ReadTransaction& transaction,
                                       const Workspace& workspace, std::string_view name);

// How resolve() comes to its answer. Throws nothing that it throws.
NameExplanation explain_name(const ReadTransaction& transaction, const Workspace& workspace,
                             std::string_view name);
// All forms, in the order in which they are tried.
std::vector<std::string_view> name_forms();

// Same as resolve(), for names that cannot be paths and have no suffix.
ObjectId resolve_object(const ReadTransaction& transaction, std::string_view name);

// The shortest prefix of the id, of at least `digits` digits, that no other object's id starts
// with.
std::string short_id(const ReadTransaction& transaction, const ObjectId& id,
                     std::size_t digits = 8);

}  // namespace roar::plumbing
