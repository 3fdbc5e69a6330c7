#include <algorithm>
#include <map>
#include <set>
#include <unordered_set>

#include "objects/base/error.h"
#include "objects/base/file.h"
#include "objects/base/random.h"
#include "objects/generation.h"
#include "objects/key.h"
#include "objects/links.h"
#include "objects/salvage.h"
#include "objects/store_impl.h"
#include "objects/write_lock.h"

namespace roar {
namespace {

constexpr std::chrono::seconds kPatience{10};

std::vector<ObjectId> links_if_readable(const RawObject& object) {
  try {
    return links_of(object.type, object.payload);
  } catch (const Error&) {
    return {};
  }
}

class Recovery {
 public:
  Recovery(Salvage salvage, const std::vector<ObjectSource>& sources)
      : salvage_(std::move(salvage)), sources_(&sources) {}

  void choose_objects() {
    for (auto& [sequence, object] : salvage_.objects) {
      const ObjectId id = object_id_of(object.type, object.payload);
      if (have_.contains(id)) continue;
      next_ = sequence + 1;
      add(sequence, id, std::move(object));
    }
    salvage_.objects.clear();
    std::map<ObjectId, RawObject> blobs;
    for (RawObject& blob : salvage_.unconfirmed)
      blobs.try_emplace(object_id_of(blob.type, blob.payload), std::move(blob));
    want_roots();
    while (!wanted_.empty()) {
      const ObjectId id = wanted_.back();
      wanted_.pop_back();
      if (have_.contains(id) || !asked_.insert(id).second) continue;
      if (const auto blob = blobs.find(id); blob != blobs.end()) {
        add(next_++, id, std::move(blob->second));
      } else if (std::optional<RawObject> found = from_elsewhere(id)) {
        ++report.filled;
        add(next_++, id, *std::move(found));
      } else {
        report.lost.push_back(id);
      }
    }
    report.objects = objects_.size();
  }

  void write(NextGeneration& next) {
    write_objects(next);
    write_refs(next);
    write_meta(next);
    next.flush();
    build_indexes(next, [](const std::string&, const Error&) {});  // what is lost is told of
  }

  RecoveryReport report;

 private:
  void add(std::uint64_t sequence, const ObjectId& id, RawObject object) {
    have_.insert(id);
    for (const ObjectId& link : links_if_readable(object)) wanted_.push_back(link);
    objects_.emplace(sequence, std::pair(id, std::move(object)));
  }

  void want_roots() {
    for (const auto& [name, ref] : salvage_.refs)
      if (const auto target = target_of(ref.value)) wanted_.push_back(*target);
  }

  static std::optional<ObjectId> target_of(std::string_view value) {
    if (value.front() != 0) return std::nullopt;
    return ObjectId::from_bytes(value.substr(1 + kNumberSize));
  }

  std::optional<RawObject> from_elsewhere(const ObjectId& id) const {
    for (const ObjectSource& source : *sources_)
      if (std::optional<RawObject> object = source(id);
          object && object_id_of(object->type, object->payload) == id)
        return object;
    return std::nullopt;
  }

  void write_objects(NextGeneration& next) {
    for (const auto& entry : objects_) {
      const std::uint64_t sequence = entry.first;
      const RawObject& object = entry.second.second;
      next.env().read([&](const TableTransaction& txn) {
        ReadTransaction::Impl impl(txn);
        const auto [head, content] = impl.encode_value(object.type, object.payload, kStoreFormat);
        next.put(Table::Object, number_key(sequence), head + content);
      });
      next.put(Table::Id, entry.second.first.bytes(),
               encode_location({sequence, object.type, object.payload.size()}));
      if (next.is_full()) next.flush();
    }
  }

  bool is_gone(const std::string& name, std::uint64_t updates) const {
    const auto after = salvage_.reflog.upper_bound({name, updates});
    if (after == salvage_.reflog.end() || after->first.first != name) return false;
    auto last = salvage_.reflog.upper_bound({name, ~std::uint64_t{0}});
    --last;
    return ObjectId::from_bytes(
               std::string_view(last->second).substr(ObjectId::kSize, ObjectId::kSize))
        .is_zero();
  }

  // The newest object in the ref's log that is there.
  std::optional<ObjectId> earlier(const std::string& name) const {
    auto entry = salvage_.reflog.upper_bound({name, ~std::uint64_t{0}});
    while (entry != salvage_.reflog.begin()) {
      --entry;
      if (entry->first.first != name) break;
      const std::string_view value = entry->second;
      for (const std::size_t offset : {ObjectId::kSize, std::size_t{0}}) {
        const ObjectId id = ObjectId::from_bytes(value.substr(offset, ObjectId::kSize));
        if (have_.contains(id)) return id;
      }
    }
    return std::nullopt;
  }

  void write_refs(NextGeneration& next) {
    std::set<std::string> kept;
    for (const auto& [name, ref] : salvage_.refs) {
      const std::optional<ObjectId> target = target_of(ref.value);
      if (!target || is_gone(name, ref.updates)) continue;
      std::string value = ref.value;
      if (!have_.contains(*target)) {
        const std::optional<ObjectId> before = earlier(name);
        (before ? report.refs_moved : report.refs_lost).push_back(name);
        if (!before) continue;
        value = value.substr(0, 1 + kNumberSize).append(before->bytes());
      }
      next.put(Table::Ref, name, value);
      kept.insert(name);
    }
    for (const auto& [name, ref] : salvage_.refs) {
      if (target_of(ref.value) || is_gone(name, ref.updates)) continue;
      const std::string target = ref.value.substr(1 + kNumberSize);
      if (name != "HEAD" || kept.contains(target))
        next.put(Table::Ref, name, ref.value);
      else
        report.refs_lost.push_back(name);
    }
    write_logs(next);
  }

  // Without the entries that name what is not there.
  void write_logs(NextGeneration& next) const {
    for (const auto& [key, value] : salvage_.reflog) {
      const std::string_view bytes = value;
      const ObjectId before = ObjectId::from_bytes(bytes.substr(0, ObjectId::kSize));
      const ObjectId after = ObjectId::from_bytes(bytes.substr(ObjectId::kSize, ObjectId::kSize));
      if ((!before.is_zero() && !have_.contains(before)) ||
          (!after.is_zero() && !have_.contains(after)))
        continue;
      next.put(Table::Reflog, key.first + '\0' + number_key(key.second), value);
    }
  }

  void write_meta(NextGeneration& next) {
    for (const auto& [name, value] : salvage_.meta) next.put(Table::Meta, name, value);
    if (!salvage_.meta.contains("uuid")) next.put(Table::Meta, "uuid", random_hex(16));
    for (const std::string_view name : {"format", "min_reader", "min_writer"})
      next.put(Table::Meta, name, std::to_string(kStoreFormat));
    next.put(Table::Meta, "hash", "blake3");
    next.put(Table::Meta, "next_seq", number_key(next_));
  }

  Salvage salvage_;
  const std::vector<ObjectSource>* sources_;
  std::map<std::uint64_t, std::pair<ObjectId, RawObject>> objects_;
  std::unordered_set<ObjectId> have_;
  std::unordered_set<ObjectId> asked_;
  std::vector<ObjectId> wanted_;
  std::uint64_t next_ = 1;
};

// Makes CURRENT name the newest generation if it names none that is there.
std::string repaired_current(const std::filesystem::path& directory) {
  try {
    std::string name = current_generation(directory);
    if (file_exists(directory / name / "data.mdb")) return name;
  } catch (const Error& error) {
    if (error.code() != Errc::Corrupt && error.code() != Errc::NotFound) throw;
  }
  const std::vector<std::string> names = generations_in(directory);
  if (names.empty()) throw Error(Errc::NotFound, "no store at '" + directory.string() + "'");
  constexpr mode_t kMode = 0644;
  AtomicFile current(current_file(directory), kMode);
  current.write(names.back() + "\n");
  current.commit();
  return names.back();
}

}  // namespace

std::filesystem::path file_of_store(const std::filesystem::path& directory) {
  try {
    return directory / current_generation(directory) / "data.mdb";
  } catch (const Error& error) {
    if (error.code() == Errc::Io || !file_exists(directory)) throw;
  }
  const std::vector<std::string> names = generations_in(directory);
  if (names.empty()) throw Error(Errc::NotFound, "no store at '" + directory.string() + "'");
  return directory / names.back() / "data.mdb";
}

RecoveryReport recover_store(const std::filesystem::path& directory,
                             const std::vector<ObjectSource>& sources) {
  if (!file_exists(directory))
    throw Error(Errc::NotFound, "no store at '" + directory.string() + "'");
  const std::string name = repaired_current(directory);
  const WriteLock lock(directory / name, kPatience);
  Recovery recovery(salvage_file(directory / name / "data.mdb"), sources);
  recovery.choose_objects();
  NextGeneration next(directory);
  recovery.write(next);
  recovery.report.generation = next.name();
  next.finish(true);
  return recovery.report;
}

}  // namespace roar
