// Looks into the tables of a store, and damages them, past everything that keeps them right.
//
//   test_store_table <store> list <table>              key and value of each entry, hexadecimal
//   test_store_table <store> delete <table> <key>      hexadecimal
//   test_store_table <store> put <table> <key> <value> the same; "-" is an empty value

#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <span>
#include <string>
#include <string_view>

#include "objects/base/hex.h"
#include "objects/lmdb.h"
#include "objects/store_impl.h"

namespace {

using roar::LmdbEnv;
using roar::TableNumber;
using roar::TableTransaction;

std::string hex(std::string_view bytes) {
  return roar::to_hex({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
}

std::string bytes(std::string_view hex_digits) {
  return hex_digits == "-" ? std::string() : roar::bytes_from_hex(hex_digits).value();
}

int run(std::span<char*> arguments) {
  const std::filesystem::path store = arguments[1];
  const std::string_view use = arguments[2];
  const std::string_view name = arguments[3];
  std::string generation;
  std::getline(std::ifstream(store / "CURRENT"), generation);
  LmdbEnv env(store / generation, {}, roar::kTableNames);
  TableNumber table = 0;
  bool found = false;
  for (std::size_t i = 0; i < roar::kTableNames.size(); ++i) {
    if (roar::kTableNames[i] != name) continue;
    table = i;
    found = true;
  }
  if (!found) return 2;
  if (use == "list") {
    env.read([&](const TableTransaction& txn) {
      roar::TableCursor cursor(txn, table);
      for (bool more = cursor.first(); more; more = cursor.next())
        std::cout << hex(cursor.key()) << ' '
                  << (cursor.value().empty() ? "-" : hex(cursor.value())) << '\n';
    });
    return 0;
  }
  bool done = false;
  env.write([&](TableTransaction& txn) {
    if (use == "delete" && arguments.size() == 5) done = txn.erase(table, bytes(arguments[4]));
    if (use != "put" || arguments.size() != 6) return;
    txn.put(table, bytes(arguments[4]), bytes(arguments[5]));
    done = true;
  });
  return done ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) return 2;
  try {
    return run({argv, static_cast<std::size_t>(argc)});
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}
