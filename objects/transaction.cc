#include "objects/transaction.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "objects/base/error.h"
#include "objects/base/hex.h"
#include "objects/index.h"
#include "objects/key.h"
#include "objects/object_age.h"
#include "objects/store_impl.h"
#include "objects/stored_value.h"

namespace roar {
namespace {

// Smaller payloads do not shrink, without the dictionary and with it.
constexpr std::size_t kCompressFrom = 128;
constexpr std::size_t kCompressWithDictionaryFrom = 32;

constexpr int kFormatOfFirstDictionary = 2;

constexpr std::string_view kNextSequence = "next_seq";

Location parse_location(std::string_view value, const ObjectId& id) {
  Location location;
  location.sequence = number_at(value, 0, kNumberSize);
  const std::optional<ObjectType> type = type_of_number(number_at(value, kNumberSize, 1));
  if (!type) fail_damaged(id.hex(), "its type is unknown");
  location.type = *type;
  value.remove_prefix(kNumberSize + 1);
  location.size = take_length(value);
  return location;
}

// The lowest id that starts with these digits.
std::string lowest_with_prefix(std::string_view hex) {
  std::string digits(hex);
  digits.resize(2 * ObjectId::kSize, '0');
  return *bytes_from_hex(digits);
}

ObjectId id_of_key(std::string_view key) {
  if (key.size() != ObjectId::kSize)
    throw Error(Errc::Corrupt, "store is damaged: an object id has the wrong length");
  return ObjectId::from_bytes(key);
}

}  // namespace

// --- shared by the derived tables ----------------------------------------------------------------

std::string encode_location(const Location& location) {
  std::string value = number_key(location.sequence);
  append_number(value, static_cast<std::uint64_t>(location.type), 1);
  append_length(value, location.size);
  return value;
}

std::optional<Location> ReadTransaction::Impl::locate(const ObjectId& id) const {
  const std::optional<std::string_view> value = get(Table::Id, id.bytes());
  if (!value) return std::nullopt;
  return parse_location(*value, id);
}

RawObject ReadTransaction::Impl::read_object(const ObjectId& id, const Location& location) {
  const std::string name = id.hex();
  const std::optional<std::string_view> value = get(Table::Object, number_key(location.sequence));
  if (!value) fail_damaged(name, "its content is missing");
  const StoredValue stored = parse_value(*value, name);
  if (stored.type != location.type || stored.size != location.size)
    fail_damaged(name, "its content belongs to another object");
  RawObject object{stored.type, payload_at(location.sequence, stored, name)};
  if (object_id_of(object.type, object.payload) != id)
    fail_damaged(name, "its content does not have its hash");
  return object;
}

RawObject ReadTransaction::Impl::content_at(std::uint64_t sequence) {
  const std::string name = "number " + std::to_string(sequence);
  const std::optional<std::string_view> value = get(Table::Object, number_key(sequence));
  if (!value) fail_damaged(name, "its content is missing");
  const StoredValue stored = parse_value(*value, name);
  return {stored.type, payload_at(sequence, stored, name)};
}

std::pair<ObjectId, RawObject> ReadTransaction::Impl::object_at(std::uint64_t sequence) {
  RawObject object = content_at(sequence);
  const ObjectId id = object_id_of(object.type, object.payload);
  if (const std::optional<Location> location = locate(id);
      !location || location->sequence != sequence)
    fail_damaged("number " + std::to_string(sequence), "its content does not have its hash");
  return {id, std::move(object)};
}

ObjectId ReadTransaction::Impl::id_of(std::uint64_t sequence) {
  return object_at(sequence).first;
}

std::pair<std::string, std::string> ReadTransaction::Impl::encode_value(ObjectType type,
                                                                        std::string_view payload,
                                                                        int store_format) {
  const bool by_dictionary = store_format >= kFormatOfFirstDictionary;
  std::optional<std::string> compressed;
  if (payload.size() >= (by_dictionary ? kCompressWithDictionaryFrom : kCompressFrom))
    compressed =
        compression.compress(payload, by_dictionary ? Dictionary::First : Dictionary::None);
  const Codec codec = !compressed     ? Codec::Raw
                      : by_dictionary ? Codec::ZstdFirstDictionary
                                      : Codec::Zstd;
  return {head_of_value(codec, type, payload.size()),
          compressed ? *std::move(compressed) : std::string(payload)};
}

std::uint64_t ReadTransaction::Impl::put_object(ObjectType type, std::string_view payload,
                                                const ObjectId& id, const ObjectId* like) {
  if (const std::optional<Location> location = locate(id)) return location->sequence;
  if (payload.size() > kObjectSizeMax)
    throw Error(Errc::Usage, "object is larger than " + std::to_string(kObjectSizeMax) + " bytes");
  if (!next_sequence) {
    const std::optional<std::string_view> stored = get(Table::Meta, kNextSequence);
    next_sequence = stored ? number_at(*stored, 0, kNumberSize) : 1;
    first_new = *next_sequence;
  }
  const std::uint64_t sequence = (*next_sequence)++;

  const auto [head, content] = encode_value(type, payload, known_format());
  if (like == nullptr || !put_delta(sequence, type, payload, *like, content.size()))
    writable->append(table(Table::Object), number_key(sequence), head, content);

  put(Table::Id, id.bytes(), encode_location({sequence, type, payload.size()}));
  return sequence;
}

int ReadTransaction::Impl::stored_format() const {
  const std::string_view text = get(Table::Meta, "format").value_or("");
  int number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

int ReadTransaction::Impl::known_format() {
  if (!format) format = stored_format();
  return *format;
}

void ReadTransaction::Impl::finish() {
  // Kept apart from the objects so that a number is never used twice, even if the last objects are
  // removed.
  if (!next_sequence) return;
  put(Table::Meta, kNextSequence, number_key(*next_sequence));
  mark_time(*this, first_new, Timestamp::now());
}

// --- objects -------------------------------------------------------------------------------------

std::optional<RawObject> ReadTransaction::object(const ObjectId& id) const {
  const std::optional<Location> location = impl_->locate(id);
  if (!location) return std::nullopt;
  return impl_->read_object(id, *location);
}

std::string ReadTransaction::payload(const ObjectId& id, ObjectType type) const {
  std::optional<RawObject> found = object(id);
  if (!found)
    throw Error(Errc::NotFound, std::string(type_name(type)) + " " + id.hex() + " is missing");
  if (found->type != type)
    throw Error(Errc::Corrupt, "object " + id.hex() + " has type " +
                                   std::string(type_name(found->type)) + ", not " +
                                   std::string(type_name(type)));
  return std::move(found->payload);
}

std::optional<ObjectInfo> ReadTransaction::info(const ObjectId& id) const {
  const std::optional<Location> location = impl_->locate(id);
  if (!location) return std::nullopt;
  return ObjectInfo{id, location->type, location->size, location->sequence};
}

std::optional<StoredForm> ReadTransaction::stored_form(const ObjectId& id) const {
  const std::optional<Location> location = impl_->locate(id);
  if (!location) return std::nullopt;
  const auto value = impl_->get(Table::Object, number_key(location->sequence));
  if (!value) fail_damaged(id.hex(), "its content is missing");
  const StoredValue stored = parse_value(*value, id.hex());
  StoredForm form{.bytes = value->size(), .compressed = stored.codec != Codec::Raw, .base = {}};
  if (stored.codec == Codec::Delta) form.base = impl_->id_of(stored.base);
  return form;
}

std::vector<ObjectInfo> ReadTransaction::with_prefix(std::string_view hex,
                                                     std::size_t limit) const {
  std::vector<ObjectInfo> found;
  if (hex.size() > 2 * ObjectId::kSize || (!hex.empty() && !is_hex(hex))) return found;
  std::string lower(hex);
  std::ranges::transform(lower, lower.begin(), [](char c) {
    return c >= 'A' && c <= 'F' ? static_cast<char>(c + 32) : c;
  });
  TableCursor cursor(*impl_->txn, impl_->table(Table::Id));
  for (bool more = cursor.seek(lowest_with_prefix(lower)); more && found.size() < limit;
       more = cursor.next()) {
    const ObjectId id = id_of_key(cursor.key());
    if (!id.hex().starts_with(lower)) break;
    const Location location = parse_location(cursor.value(), id);
    found.push_back({id, location.type, location.size, location.sequence});
  }
  return found;
}

std::vector<ObjectInfo> ReadTransaction::after(const std::optional<ObjectId>& id,
                                               std::size_t limit) const {
  std::vector<ObjectInfo> found;
  TableCursor cursor(*impl_->txn, impl_->table(Table::Id));
  bool more = id ? cursor.seek(id->bytes()) : cursor.first();
  if (more && id && cursor.key() == id->bytes()) more = cursor.next();
  for (; more && found.size() < limit; more = cursor.next()) {
    const ObjectId next = id_of_key(cursor.key());
    const Location location = parse_location(cursor.value(), next);
    found.push_back({next, location.type, location.size, location.sequence});
  }
  return found;
}

void ReadTransaction::for_each_object(const std::function<bool(const ObjectInfo&)>& visit) const {
  TableCursor cursor(*impl_->txn, impl_->table(Table::Object));
  for (bool more = cursor.first(); more; more = cursor.next()) {
    const std::uint64_t sequence = number_at(cursor.key(), 0, kNumberSize);
    const StoredValue stored = parse_value(cursor.value(), "number " + std::to_string(sequence));
    if (!visit({impl_->id_of(sequence), stored.type, stored.size, sequence})) return;
  }
}

ObjectCounts ReadTransaction::counts() const {
  ObjectCounts counts{.by_number = impl_->txn->count(impl_->table(Table::Object)),
                      .by_id = impl_->txn->count(impl_->table(Table::Id)),
                      .highest_number = 0,
                      .next_number = 1};
  if (const auto next = impl_->get(Table::Meta, kNextSequence))
    counts.next_number = number_at(*next, 0, kNumberSize);
  TableCursor cursor(*impl_->txn, impl_->table(Table::Object));
  if (cursor.last()) counts.highest_number = number_at(cursor.key(), 0, kNumberSize);
  return counts;
}

ObjectId WriteTransaction::put(ObjectType type, std::string_view payload, const ObjectId* like) {
  const ObjectId id = object_id_of(type, payload);
  const std::uint64_t sequence = impl_->put_object(type, payload, id, like);
  if (type == ObjectType::Digest) index_digest(*impl_, payload, sequence);
  return id;
}

}  // namespace roar
