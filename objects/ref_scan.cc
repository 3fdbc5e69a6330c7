#include "objects/ref_scan.h"

#include "objects/key.h"
#include "objects/store_impl.h"

namespace roar {

std::vector<std::string> stored_ref_names(const ReadTransaction& transaction) {
  const ReadTransaction::Impl& impl = IndexAccess::of(transaction);
  std::vector<std::string> names;
  TableCursor cursor(*impl.txn, impl.table(Table::Ref));
  for (bool more = cursor.first(); more; more = cursor.next()) names.emplace_back(cursor.key());
  return names;
}

std::vector<std::string> logged_ref_names(const ReadTransaction& transaction) {
  const ReadTransaction::Impl& impl = IndexAccess::of(transaction);
  std::vector<std::string> names;
  TableCursor cursor(*impl.txn, impl.table(Table::Reflog));
  for (bool more = cursor.first(); more;) {
    names.emplace_back(cursor.key().substr(0, cursor.key().find('\0')));
    // A name is followed by a NUL, so this is beyond all of its entries.
    more = cursor.seek(names.back() + '\x01');
  }
  return names;
}

}  // namespace roar
