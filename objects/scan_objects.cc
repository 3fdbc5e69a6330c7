#include <set>
#include <utility>
#include <vector>

#include "objects/base/hex.h"
#include "objects/check_indexes.h"
#include "objects/key.h"
#include "objects/store_impl.h"

namespace roar {
namespace {

std::string hex_of(std::string_view bytes) {
  return to_hex({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
}

class Scan {
 public:
  Scan(ReadTransaction::Impl& impl, const std::function<void(const ScannedObject&)>& visit,
       const std::function<void(const std::string&)>& extra)
      : impl_(&impl), visit_(&visit), extra_(&extra) {}

  void run() {
    TableCursor cursor(*impl_->txn, impl_->table(Table::Object));
    std::uint64_t last = 0;
    for (bool more = cursor.first(); more; more = cursor.next()) {
      if (cursor.key().size() != kNumberSize) continue;
      const std::uint64_t sequence = number_at(cursor.key(), 0, kNumberSize);
      // Where keys are damaged, two objects may have one number, by which only one is found.
      if (sequence <= last)
        fail(sequence, "its number is out of order");
      else
        look_at(sequence);
      last = sequence;
    }
    if (impl_->txn->count(impl_->table(Table::Id)) != sound_) look_at_ids();
    for (const ScannedObject& object : unnamed_) (*visit_)(object);
  }

 private:
  void look_at(std::uint64_t sequence) {
    ScannedObject scanned{.sequence = sequence, .id = {}, .object = {}, .problem = {}};
    try {
      scanned.object = impl_->content_at(sequence);
      scanned.id = object_id_of(scanned.object.type, scanned.object.payload);
    } catch (const Error& error) {
      fail(sequence, error.what());
      return;
    }
    const auto row = impl_->get(Table::Id, scanned.id.bytes());
    if (!row) {
      scanned.fault = ScannedObject::Fault::Unnamed;
      scanned.object.payload.clear();
      unnamed_.push_back(std::move(scanned));
      return;
    }
    if (*row == location_row(scanned)) {
      ++sound_;
    } else {
      scanned.fault = fault_of(scanned);
      wrong_.insert(scanned.id);
    }
    (*visit_)(scanned);
  }

  void fail(std::uint64_t sequence, std::string problem) {
    unnamed_.push_back({.sequence = sequence,
                        .id = {},
                        .object = {},
                        .fault = ScannedObject::Fault::Content,
                        .problem = std::move(problem)});
  }

  static std::string location_row(const ScannedObject& scanned) {
    return encode_location({.sequence = scanned.sequence,
                            .type = scanned.object.type,
                            .size = scanned.object.payload.size()});
  }

  ScannedObject::Fault fault_of(const ScannedObject& scanned) const {
    try {
      const std::optional<Location> location = impl_->locate(scanned.id);
      if (location->sequence != scanned.sequence) {
        const RawObject other = impl_->content_at(location->sequence);
        if (object_id_of(other.type, other.payload) == scanned.id)
          return ScannedObject::Fault::Twice;
      }
    } catch (const Error&) {
      return ScannedObject::Fault::Misplaced;
    }
    return ScannedObject::Fault::Misplaced;
  }

  // Finds the ids of damaged objects, and those that lead nowhere.
  void look_at_ids() {
    TableCursor cursor(*impl_->txn, impl_->table(Table::Id));
    for (bool more = cursor.first(); more; more = cursor.next()) {
      const std::string key(cursor.key());
      if (key.size() != ObjectId::kSize || !impl_->get(Table::Id, key)) {
        (*extra_)(hex_of(key));
        continue;
      }
      const ObjectId id = ObjectId::from_bytes(key);
      if (!wrong_.contains(id) && !leads_to_it(id)) look_at_wrong(id);
    }
  }

  bool leads_to_it(const ObjectId& id) const {
    try {
      const RawObject object = impl_->content_at(impl_->locate(id)->sequence);
      return object_id_of(object.type, object.payload) == id;
    } catch (const Error&) {
      return false;
    }
  }

  void look_at_wrong(const ObjectId& id) {
    std::uint64_t sequence = 0;
    try {
      sequence = impl_->locate(id)->sequence;
    } catch (const Error&) {
      sequence = 0;  // the entry itself cannot be read
    }
    for (ScannedObject& object : unnamed_) {
      if (object.sequence != sequence) continue;
      if (object.problem.empty()) object.problem = "its content does not have its hash";
      object.fault = ScannedObject::Fault::Content;
      object.id = id;
      object.object = {};
      return;
    }
    (*extra_)(id.hex());
  }

  ReadTransaction::Impl* impl_;
  const std::function<void(const ScannedObject&)>* visit_;
  const std::function<void(const std::string&)>* extra_;
  std::uint64_t sound_ = 0;
  std::vector<ScannedObject> unnamed_;  // those that no id leads to, or only a wrong one
  std::set<ObjectId> wrong_;            // whose entries are told of already
};

}  // namespace

void scan_objects(const ReadTransaction& transaction,
                  const std::function<void(const ScannedObject&)>& visit,
                  const std::function<void(const std::string&)>& extra) {
  Scan(IndexAccess::of(transaction), visit, extra).run();
}

}  // namespace roar
