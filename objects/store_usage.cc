#include "objects/store_usage.h"

#include "objects/key.h"
#include "objects/store_impl.h"

namespace roar {

StoreContents contents_of(const ReadTransaction& transaction) {
  const ReadTransaction::Impl& impl = IndexAccess::of(transaction);
  StoreContents contents;
  const PageUsage usage = impl.txn->page_usage();
  contents.page_bytes = usage.bytes;
  contents.pages = usage.pages;
  contents.free_pages = usage.free_pages;
  for (std::size_t i = 0; i < kTableNames.size(); ++i) {
    const TableNumber table = impl.table(static_cast<Table>(i));
    contents.tables.push_back({kTableNames.at(i), impl.txn->count(table), impl.txn->pages(table)});
  }
  // A value begins with a codec, a type, and the length of the payload.
  TableCursor cursor(*impl.txn, impl.table(Table::Object));
  for (bool more = cursor.first(); more; more = cursor.next()) {
    std::string_view value = cursor.value();
    const std::uint64_t type = number_at(value, 1, 1);
    if (type >= contents.types.size()) continue;
    StoreContents::OfType& sum = contents.types.at(type);
    ++sum.objects;
    sum.stored_bytes += value.size();
    if (value.front() != 0) ++sum.compressed;
    value.remove_prefix(2);
    sum.payload_bytes += take_length(value);
  }
  return contents;
}

}  // namespace roar
