#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "objects/base/timestamp.h"
#include "objects/object_id.h"
#include "objects/transaction.h"

namespace roar {

// What people (or programs) say about an artifact, a job or a session: the whole document as it was
// at one time, and the one before, so that its history is a chain. Payload: docs/formats/label.md.
struct Label {
  ObjectId target;                   // of a session: its root
  std::optional<ObjectId> previous;  // the target's label before this one
  // Key and value, sorted by key, each key once; empty if all were taken away. Keys are words
  // joined by dots; values are JSON: "\"gold\"", "3", "[1,2]".
  std::vector<std::pair<std::string, std::string>> document;
  std::string origin;  // "user" or "system"
  Timestamp when;

  bool operator==(const Label&) const = default;
};

std::string encode(const Label& label);
Label decode_label(std::string_view payload);

// The target's newest label; nullopt if it has none.
std::optional<Label> label_of(const ReadTransaction& transaction, const ObjectId& target);

// Makes this the target's newest label; `previous` is filled in. Returns its id.
ObjectId append_label(WriteTransaction& transaction, Label label);

// Whether a user has ever labelled it, and not roar alone.
bool is_labelled_by_users(const ReadTransaction& transaction, const ObjectId& target);

// Of what has left its last session: its labels do not keep it, unless a user has labelled it.
void release_labels_of(WriteTransaction& transaction, const ObjectId& target, Timestamp when,
                       std::string_view reason);

// The first entry of a session, which its labels hang on. Throws Errc::NotFound if there is no such
// session.
ObjectId session_root(const ReadTransaction& transaction, std::string_view session);

}  // namespace roar
