#include "objects/delta.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "objects/base/error.h"
#include "objects/key.h"
#include "objects/stored_value.h"

namespace roar {
namespace {

constexpr int kFormatOfDeltas = 4;

std::vector<std::uint64_t> deltas_of(const ReadTransaction::Impl& impl, std::uint64_t base) {
  const std::string prefix = std::string(kBaseRows) + number_key(base);
  std::vector<std::uint64_t> found;
  for_each_with_prefix(*impl.txn, impl.table(Table::Meta), prefix,
                       [&](std::string_view key, std::string_view) {
                         found.push_back(number_at(key, prefix.size(), kNumberSize));
                         return true;
                       });
  return found;
}

std::optional<std::uint64_t> base_of(const ReadTransaction::Impl& impl, std::uint64_t sequence) {
  const std::optional<std::string_view> value = impl.get(Table::Object, number_key(sequence));
  return value ? base_in(*value) : std::nullopt;
}

// What an object is stored as against that base, if it takes at most half of what it takes whole.
std::optional<std::string> delta_against(Compression& compression, std::string_view base_payload,
                                         std::string_view payload, std::size_t whole_size) {
  std::optional<std::string> delta = compression.compress_against(base_payload, payload);
  if (delta && delta->size() > whole_size / 2) delta.reset();
  return delta;
}

// Takes the place of those deltas of a base that still can be read.
class Successor {
 public:
  explicit Successor(ReadTransaction::Impl& impl) noexcept : impl_(&impl) {}

  // In order of number. The first is stored whole, and the others against it.
  void take(std::uint64_t base, std::uint64_t delta) {
    impl_->writable->erase(impl_->table(Table::Meta), base_row(base, delta));
    const std::optional<RawObject> object = readable(delta);
    if (!object) return;
    const auto [head, content] =
        impl_->encode_value(object->type, object->payload, impl_->known_format());
    if (number_ != 0 && store_against(delta, *object, content.size())) return;
    impl_->put(Table::Object, number_key(delta), head + content);
    if (number_ != 0) return;
    number_ = delta;
    payload_ = object->payload;
  }

 private:
  std::optional<RawObject> readable(std::uint64_t sequence) {
    try {
      return impl_->content_at(sequence);
    } catch (const Error& error) {
      if (error.code() != Errc::Corrupt) throw;
      return std::nullopt;
    }
  }

  bool store_against(std::uint64_t delta, const RawObject& object, std::size_t whole_size) {
    const auto content = delta_against(impl_->compression, payload_, object.payload, whole_size);
    if (!content) return false;
    impl_->put(Table::Object, number_key(delta),
               head_of_delta(object.type, object.payload.size(), number_) + *content);
    impl_->put(Table::Meta, base_row(number_, delta), {});
    return true;
  }

  ReadTransaction::Impl* impl_;
  std::uint64_t number_ = 0;
  std::string payload_;
};

}  // namespace

std::string base_row(std::uint64_t base, std::uint64_t delta) {
  return std::string(kBaseRows) + number_key(base) + number_key(delta);
}

std::optional<std::uint64_t> base_in(std::string_view value) {
  try {
    const StoredValue stored = parse_value(value, "");
    if (stored.codec == Codec::Delta) return stored.base;
  } catch (const Error& error) {
    if (error.code() != Errc::Corrupt) throw;
  }
  return std::nullopt;
}

std::string ReadTransaction::Impl::payload_at(std::uint64_t sequence, const StoredValue& stored,
                                              std::string_view name) {
  if (stored.codec != Codec::Delta) return payload_of(stored, compression, name);
  if (stored.base >= sequence) fail_damaged(name, "its base is not older than it is");
  const std::optional<std::string_view> value = get(Table::Object, number_key(stored.base));
  if (!value) fail_damaged(name, "its base is missing");
  const std::string base_name = std::string(name) + "'s base";
  const StoredValue base = parse_value(*value, base_name);
  if (base.codec == Codec::Delta) fail_damaged(name, "its base is a delta");
  return payload_of_delta(stored, payload_of(base, compression, base_name), compression, name);
}

bool ReadTransaction::Impl::put_delta(std::uint64_t sequence, ObjectType type,
                                      std::string_view payload, const ObjectId& like,
                                      std::size_t whole_size) {
  if (known_format() < kFormatOfDeltas) return false;
  const std::optional<Location> location = locate(like);
  if (!location) return false;
  std::string base_payload;
  std::uint64_t base = location->sequence;
  try {
    // Only what is whole and sound is worth to depend on.
    base = base_of(*this, base).value_or(base);
    if (base_of(*this, base)) return false;
    base_payload = object_at(base).second.payload;
  } catch (const Error& error) {
    if (error.code() != Errc::Corrupt) throw;
    return false;
  }
  const auto content = delta_against(compression, base_payload, payload, whole_size);
  if (!content) return false;
  writable->append(table(Table::Object), number_key(sequence),
                   head_of_delta(type, payload.size(), base), *content);
  put(Table::Meta, base_row(base, sequence), {});
  return true;
}

void ReadTransaction::Impl::release_base(std::uint64_t sequence) {
  if (const auto base = base_of(*this, sequence))
    writable->erase(table(Table::Meta), base_row(*base, sequence));
  Successor successor(*this);
  for (const std::uint64_t delta : deltas_of(*this, sequence)) successor.take(sequence, delta);
}

void check_base_rows(const ReadTransaction::Impl& impl,
                     const std::function<void(std::uint64_t sequence)>& missing,
                     const std::function<void(std::string_view key)>& extra) {
  std::vector<std::string> expected;
  TableCursor cursor(*impl.txn, impl.table(Table::Object));
  for (bool more = cursor.first(); more; more = cursor.next()) {
    if (cursor.key().size() != kNumberSize) continue;
    const std::optional<std::uint64_t> base = base_in(cursor.value());
    if (!base) continue;
    const std::uint64_t sequence = number_at(cursor.key(), 0, kNumberSize);
    expected.push_back(base_row(*base, sequence));
    if (!impl.get(Table::Meta, expected.back())) missing(sequence);
  }
  std::ranges::sort(expected);
  for_each_with_prefix(*impl.txn, impl.table(Table::Meta), kBaseRows,
                       [&](std::string_view key, std::string_view) {
                         if (!std::ranges::binary_search(expected, key)) extra(key);
                         return true;
                       });
}

}  // namespace roar
