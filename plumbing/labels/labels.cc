#include "plumbing/labels/labels.h"

#include <algorithm>
#include <utility>

#include "objects/base/error.h"
#include "objects/label.h"
#include "plumbing/labels/label_keys.h"
#include "plumbing/refs/hooked_write.h"
#include "plumbing/user_hooks.h"

namespace roar::plumbing {
namespace {

// Newest first, until `visit` returns false.
void for_each_version(const ReadTransaction& transaction, const ObjectId& target,
                      const std::function<bool(const ObjectId&, Label&&)>& visit) {
  auto id = transaction.resolve_ref("refs/labels/" + target.hex());
  while (id) {
    Label label = decode_label(transaction.payload(*id, ObjectType::Label));
    const auto previous = label.previous;
    if (!visit(*id, std::move(label))) return;
    id = previous;
  }
}

std::vector<LabelVersion> versions(const ReadTransaction& transaction, const LabelTarget& target) {
  std::vector<LabelVersion> list;
  for_each_version(transaction, target.id, [&](const ObjectId& id, Label&& label) {
    list.push_back({.target = target,
                    .version = 0,
                    .id = id,
                    .origin = std::move(label.origin),
                    .when = label.when,
                    .document = std::move(label.document)});
    return true;
  });
  std::ranges::reverse(list);
  for (std::size_t i = 0; i < list.size(); ++i) list[i].version = i + 1;
  return list;
}

LabelVersion newest(const ReadTransaction& transaction, const LabelTarget& target) {
  LabelVersion version;
  version.target = target;
  for_each_version(transaction, target.id, [&](const ObjectId& id, Label&& label) {
    if (version.version++ == 0) {
      version.id = id;
      version.origin = std::move(label.origin);
      version.when = label.when;
      version.document = std::move(label.document);
    }
    return true;
  });
  return version;
}

// Whether it was there.
bool take_away(LabelMap& document, std::string_view key) {
  return std::erase_if(document, [&](const auto& entry) {
           if (!is_below(entry.first, key)) return false;
           refuse_reserved(entry.first);
           return true;
         }) > 0;
}

}  // namespace

LabelVersion labels_of(const Store& store, const Workspace& workspace, const LabelName& name) {
  LabelVersion version;
  store.read([&](const ReadTransaction& transaction) {
    version = newest(transaction, label_target(transaction, workspace, name));
  });
  return version;
}

LabelHistory label_history(const Store& store, const Workspace& workspace, const LabelName& name) {
  LabelHistory history;
  store.read([&](const ReadTransaction& transaction) {
    history.target = label_target(transaction, workspace, name);
    history.versions = versions(transaction, history.target);
  });
  return history;
}

LabelChange edit_labels(Store& store, const Workspace& workspace, const LabelName& name,
                        const LabelEdit& edit) {
  LabelChange change;
  const Timestamp now = Timestamp::now();
  write_with_hook(store, UserHooks(workspace), [&](WriteTransaction& transaction) {
    const LabelTarget target = label_target(transaction, workspace, name);
    LabelMap document = read_labels(transaction, target.id);
    edit(transaction, target, document);
    change.changed = write_labels(transaction, target.id, document, "user", now);
    change.now = newest(transaction, target);
  });
  return change;
}

LabelChange set_labels(Store& store, const Workspace& workspace, const LabelName& name,
                       const LabelDocument& entries) {
  return edit_labels(
      store, workspace, name, [&](const ReadTransaction&, const LabelTarget&, LabelMap& document) {
        for (const auto& wanted : entries) {
          const std::string& key = wanted.first;
          const std::string& value = wanted.second;
          const auto replaces_reserved = [&](const auto& entry) {
            return value != "{}" && is_below(entry.first, key) && reserved_for(entry.first);
          };
          const auto replaced = std::ranges::find_if(document, replaces_reserved);
          if (replaced != document.end()) refuse_reserved(replaced->first);
          merge_label(document, key, value);
        }
      });
}

LabelChange unset_labels(Store& store, const Workspace& workspace, const LabelName& name,
                         const std::vector<std::string_view>& keys) {
  for (const std::string_view key : keys) {
    check_label_key(key);
    refuse_reserved(key);
  }
  std::string missing;
  LabelChange change = edit_labels(
      store, workspace, name, [&](const ReadTransaction&, const LabelTarget&, LabelMap& document) {
        LabelMap left = document;
        missing.clear();
        for (const std::string_view key : keys)
          if (!take_away(left, key)) missing = key;
        if (missing.empty()) document = std::move(left);
      });
  change.missing = std::move(missing);
  return change;
}

LabelChange copy_labels(Store& store, const Workspace& workspace, const LabelName& from,
                        const LabelName& to) {
  return edit_labels(
      store, workspace, to,
      [&](const ReadTransaction& transaction, const LabelTarget&, LabelMap& document) {
        const LabelTarget source = label_target(transaction, workspace, from);
        for (const auto& [key, value] : read_labels(transaction, source.id))
          if (!reserved_for(key)) merge_label(document, key, value);
      });
}

void merge_label(LabelMap& document, const std::string& key, const std::string& value) {
  const std::string below = key + ".";
  const auto first = document.lower_bound(below);
  const bool has_members = first != document.end() && first->first.starts_with(below);
  if (value == "{}" && has_members) return;  // an empty object has nothing to merge
  std::erase_if(document, [&](const auto& entry) {
    return entry.first != key && (is_below(entry.first, key) || is_below(key, entry.first));
  });
  document[key] = value;
}

bool write_labels(WriteTransaction& transaction, const ObjectId& target, const LabelMap& document,
                  std::string_view origin, Timestamp when) {
  if (read_labels(transaction, target) == document) return false;
  append_label(transaction, {.target = target,
                             .previous = std::nullopt,
                             .document = {document.begin(), document.end()},
                             .origin = std::string(origin),
                             .when = when});
  return true;
}

LabelMap read_labels(const ReadTransaction& transaction, const ObjectId& target) {
  const auto label = label_of(transaction, target);
  return label ? LabelMap(label->document.begin(), label->document.end()) : LabelMap();
}

}  // namespace roar::plumbing
