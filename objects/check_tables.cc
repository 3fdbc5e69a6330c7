#include "objects/check_tables.h"

#include <cstddef>

#include "objects/store_impl.h"

namespace roar {
namespace {

std::string problem_of(const TableTransaction& transaction, TableNumber table) {
  const std::size_t count = transaction.count(table);
  std::size_t rows = 0;
  std::string last;
  TableCursor cursor(transaction, table);
  for (bool more = cursor.first(); more && rows <= count; more = cursor.next()) {
    if (rows++ > 0 && cursor.key() <= last) return "its rows are out of order";
    last = cursor.key();
  }
  if (rows == count) return {};
  return "it says that it has " + std::to_string(count) + " rows, and has " +
         (rows > count ? "more" : std::to_string(rows));
}

}  // namespace

void check_tables(
    const ReadTransaction& transaction,
    const std::function<void(std::string_view table, const std::string& problem)>& visit) {
  const TableTransaction& tables = *IndexAccess::of(transaction).txn;
  for (TableNumber table = 0; table < kTableNames.size(); ++table)
    if (const std::string problem = problem_of(tables, table); !problem.empty())
      visit(kTableNames.at(table), problem);
}

}  // namespace roar
