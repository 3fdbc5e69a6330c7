#include "plumbing/refs/ref_value_text.h"

#include "plumbing/resolve.h"

namespace roar::plumbing {

RefValue ref_value_named(const Store& store, const Workspace& workspace, std::string_view name) {
  RefValue value;
  if (name.empty() || name == ObjectId().hex()) return value;
  store.read([&](const ReadTransaction& transaction) {
    value.target = resolve(transaction, workspace, name).id;
  });
  return value;
}

}  // namespace roar::plumbing
