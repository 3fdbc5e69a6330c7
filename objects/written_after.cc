#include "objects/written_after.h"

#include <limits>

#include "objects/key.h"
#include "objects/store_impl.h"

namespace roar {

void for_each_written_after(const ReadTransaction& transaction, std::uint64_t sequence,
                            const std::function<bool(const ObjectInfo&)>& visit) {
  if (sequence == std::numeric_limits<std::uint64_t>::max()) return;
  ReadTransaction::Impl& impl = IndexAccess::of(transaction);
  TableCursor cursor(*impl.txn, impl.table(Table::Object));
  for (bool more = cursor.seek(number_key(sequence + 1)); more; more = cursor.next()) {
    const std::uint64_t here = number_at(cursor.key(), 0, kNumberSize);
    const auto [id, object] = impl.object_at(here);
    if (!visit({id, object.type, object.payload.size(), here})) return;
  }
}

}  // namespace roar
