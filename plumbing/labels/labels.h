#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "objects/base/timestamp.h"
#include "objects/label_value.h"
#include "objects/store.h"
#include "objects/transaction.h"
#include "plumbing/labels/label_target.h"
#include "plumbing/workspace.h"

// Labels: what people say about sessions, jobs, artifacts and composites. Every write appends the
// whole document as a new version; nothing is ever taken out of a history.

namespace roar::plumbing {

// One version. All members but `target` mean nothing in version 0: there are no labels yet.
struct LabelVersion {
  LabelTarget target;
  std::uint64_t version = 0;  // from 1
  ObjectId id;
  std::string origin;  // "user" or "system"
  Timestamp when;
  LabelDocument document;
};

LabelVersion labels_of(const Store& store, const Workspace& workspace, const LabelName& name);

struct LabelHistory {
  LabelTarget target;
  std::vector<LabelVersion> versions;  // oldest first
};
LabelHistory label_history(const Store& store, const Workspace& workspace, const LabelName& name);

struct LabelChange {
  LabelVersion now;
  bool changed = false;  // false: the document was so already, and nothing was written
  std::string missing;   // of unset_labels()
};

// Each of these reads and writes in one transaction: of two who write at a time, the second starts
// from what the first one left. The hook reference-transaction may refuse: Errc::Conflict. All
// throw besides what label_target() throws.

// Merges the entries, which parse_assignments() made, into the document: a value takes the place of
// what stood at its key and below it.
LabelChange set_labels(Store& store, const Workspace& workspace, const LabelName& name,
                       const LabelDocument& entries);
// Takes keys away, with all below them. A key that is not there is in `missing`, and then nothing
// is changed. Throws Errc::Usage if one of them, or what is below it, is reserved.
LabelChange unset_labels(Store& store, const Workspace& workspace, const LabelName& name,
                         const std::vector<std::string_view>& keys);
// Merges what `from` has into what `to` has, but for reserved keys.
LabelChange copy_labels(Store& store, const Workspace& workspace, const LabelName& from,
                        const LabelName& to);

// A document that is being changed.
using LabelMap = std::map<std::string, std::string, std::less<>>;
void merge_label(LabelMap& document, const std::string& key, const std::string& value);

// Reads, changes and writes in one transaction. `edit` may run more than once.
using LabelEdit =
    std::function<void(const ReadTransaction&, const LabelTarget&, LabelMap& document)>;
LabelChange edit_labels(Store& store, const Workspace& workspace, const LabelName& name,
                        const LabelEdit& edit);

// Makes `document` the target's newest version, unless it is that already. Returns whether it was
// written.
bool write_labels(WriteTransaction& transaction, const ObjectId& target, const LabelMap& document,
                  std::string_view origin, Timestamp when);
LabelMap read_labels(const ReadTransaction& transaction, const ObjectId& target);

}  // namespace roar::plumbing
