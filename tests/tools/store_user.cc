// Uses a store in one simple way, for tests that kill, starve or confine the processes that do so.
//
// test_store_user <store> write [<count>]: store blobs one by one, and print the id of each when it
// is durable; for ever without a count. test_store_user <store> put <type>: store standard input,
// whatever it is, and print its id. test_store_user <store> check: read the ids on standard input;
// fail if one is missing. test_store_user <store> hold: open a snapshot, say so, keep it to the end
// of standard input, and fail if it is another then.

#include <charconv>
#include <cstdint>
#include <exception>
#include <iostream>
#include <iterator>
#include <limits>
#include <string>
#include <string_view>

#include "objects/base/error.h"
#include "objects/base/random.h"
#include "objects/store.h"
#include "objects/transaction.h"

namespace {

using roar::Store;

void write_blobs(Store& store, std::uint64_t count) {
  for (std::uint64_t i = 0; i < count; ++i) {
    roar::ObjectId id;
    const std::string content = roar::random_hex(200);
    store.write([&](roar::WriteTransaction& transaction) {
      id = transaction.put(roar::ObjectType::Blob, content);
    });
    std::cout << id.hex() << std::endl;
    if (!std::cout) throw roar::Error(roar::Errc::Io, "cannot write the output");
  }
}

void put_unchecked(Store& store, std::string_view type_name) {
  const auto type = roar::type_from_name(type_name);
  if (!type) throw roar::Error(roar::Errc::Usage, "no such type");
  const std::string payload(std::istreambuf_iterator<char>(std::cin), {});
  store.write([&](roar::WriteTransaction& transaction) {
    std::cout << transaction.put(*type, payload).hex() << std::endl;
  });
}

void check_ids(const Store& store) {
  for (std::string line; std::getline(std::cin, line);) {
    const auto id = roar::ObjectId::from_hex(line);
    if (!id) continue;  // the last line of a process that was killed
    store.read([&](const roar::ReadTransaction& transaction) {
      transaction.payload(*id, roar::ObjectType::Blob);
    });
  }
}

void hold_snapshot(const Store& store) {
  const auto count = [](const roar::ReadTransaction& transaction) {
    std::uint64_t bytes = 0;
    transaction.for_each_object([&](const roar::ObjectInfo& info) {
      bytes += transaction.object(info.id)->payload.size();
      return true;
    });
    return bytes;
  };
  store.read([&](const roar::ReadTransaction& transaction) {
    const std::uint64_t before = count(transaction);
    std::cout << "open" << std::endl;
    for (std::string line; std::getline(std::cin, line);) continue;
    if (count(transaction) != before)
      throw roar::Error(roar::Errc::Corrupt, "the snapshot is another");
  });
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  const std::string_view use = argv[2];
  std::uint64_t count = std::numeric_limits<std::uint64_t>::max();
  if (argc > 3) {
    const std::string_view text = argv[3];
    std::from_chars(text.data(), text.data() + text.size(), count);
  }
  try {
    Store store(argv[1], Store::Mode::ReadWrite);
    if (use == "write") write_blobs(store, count);
    if (use == "put" && argc > 3) put_unchecked(store, argv[3]);
    if (use == "check") check_ids(store);
    if (use == "hold") hold_snapshot(store);
    return 0;
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}
