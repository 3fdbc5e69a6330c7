#include "objects/ref_scan.h"

#include "objects/base/error.h"
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
  std::string last;
  for (bool more = cursor.first(); more;) {
    // In a damaged table a search may lead back, without end.
    if (!names.empty() && cursor.key() <= last)
      throw Error(Errc::Corrupt, "the logs of refs are out of order");
    last = cursor.key();
    names.push_back(last.substr(0, last.find('\0')));
    // A name is followed by a NUL, so this is beyond all of its entries.
    more = cursor.seek(names.back() + '\x01');
  }
  return names;
}

}  // namespace roar
