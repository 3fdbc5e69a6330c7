#include "objects/store_backend.h"

#include <string>

#include "objects/base/error.h"

namespace roar {

void TableTransaction::check_key(std::string_view key) {
  if (!key.empty() && key.size() <= kTableKeyMax) return;
  throw Error(Errc::Usage, "cannot write to the store: a key has " + std::to_string(key.size()) +
                               " bytes, not 1 to " + std::to_string(kTableKeyMax));
}

void TableTransaction::fail_out_of_order() {
  throw Error(Errc::Corrupt,
              "cannot write to the store: a key to append is not higher than what is there");
}

void for_each_with_prefix(const TableTransaction& transaction, TableNumber table,
                          std::string_view prefix,
                          const std::function<bool(std::string_view, std::string_view)>& visit) {
  TableCursor cursor(transaction, table);
  for (bool more = cursor.seek(prefix); more && cursor.key().starts_with(prefix);
       more = cursor.next())
    if (!visit(cursor.key(), cursor.value())) return;
}

}  // namespace roar
