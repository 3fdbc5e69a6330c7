#include "plumbing/composite/composite_files.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <span>
#include <utility>

#include "objects/component_tree.h"
#include "objects/composite.h"

namespace roar::plumbing {
namespace {

using FileVisitor = std::function<void(const std::string&, const Component&)>;

void visit_files(const ReadTransaction& transaction, ComponentReader& reader,
                 const ObjectId& composite, const std::string& prefix, const FileVisitor& visit) {
  for_each_component(
      reader, read_composite(transaction, composite).node, [&](const Component& one) {
        if (one.composite) {
          visit_files(transaction, reader, *one.composite, prefix + one.path + '/', visit);
        } else {
          visit(prefix + one.path, one);
        }
        return true;
      });
}

std::vector<std::uint64_t> read_keys(const ReadTransaction& transaction,
                                     const ObjectId& composite) {
  std::vector<std::uint64_t> keys;
  for_each_file(transaction, composite, [&](const std::string&, const Component& one) {
    if (one.kind == ComponentKind::File && one.size != 0) keys.push_back(content_key(one.digest));
  });
  std::ranges::sort(keys);
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  return keys;
}

}  // namespace

void for_each_file(const ReadTransaction& transaction, const ObjectId& composite,
                   const FileVisitor& visit) {
  ComponentReader reader(transaction);
  visit_files(transaction, reader, composite, {}, visit);
}

std::uint64_t content_key(std::string_view digest) {
  constexpr std::size_t kDigits = 16;
  constexpr int kHexadecimal = 16;
  const std::string_view digits = digest.substr(0, kDigits);
  std::uint64_t key = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), key, kHexadecimal);
  return key;
}

std::vector<std::uint64_t> content_keys(const ReadTransaction& transaction, Cache& cache,
                                        const ObjectId& composite) {
  const std::string name = "contents of " + composite.hex();
  const auto known = cache.values(std::span(&name, 1)).front();
  std::vector<std::uint64_t> keys;
  if (known && known->size() % sizeof(std::uint64_t) == 0) {
    keys.resize(known->size() / sizeof(std::uint64_t));
    std::memcpy(keys.data(), known->data(), known->size());
    return keys;
  }
  keys = read_keys(transaction, composite);
  std::string bytes(keys.size() * sizeof(std::uint64_t), '\0');
  std::memcpy(bytes.data(), keys.data(), bytes.size());
  const std::array<std::pair<std::string, std::string>, 1> row{{{name, std::move(bytes)}}};
  cache.put_values(row);
  return keys;
}

}  // namespace roar::plumbing
