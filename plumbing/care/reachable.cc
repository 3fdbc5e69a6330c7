#include "plumbing/care/reachable.h"

#include <optional>

#include "objects/digest_record.h"
#include "objects/links.h"
#include "objects/ref_scan.h"

namespace roar::plumbing {
namespace {

// Types whose payloads name no other object.
bool is_end(ObjectType type) noexcept {
  return type == ObjectType::Artifact || type == ObjectType::Blob ||
         type == ObjectType::Environment || type == ObjectType::Packages;
}

}  // namespace

void Reachable::add_refs(const ReadTransaction& transaction,
                         const std::function<void(const std::string&, const Error&)>& bad_ref) {
  const auto attempt = [&](const std::string& name, const std::function<void()>& work) {
    try {
      work();
    } catch (const Error& error) {
      bad_ref(name, error);
    }
  };
  for (const std::string& name : stored_ref_names(transaction)) {
    attempt(name, [&] {
      const std::optional<Ref> ref = transaction.ref(name);
      if (!ref) throw Error(Errc::Corrupt, "'" + name + "' is no name for a ref");
      if (ref->target) add(*ref->target);
    });
  }
  for (const std::string& name : logged_ref_names(transaction)) {
    attempt(name, [&] {
      for (const ReflogEntry& entry : transaction.reflog(name))
        for (const ObjectId& id : {entry.before, entry.after})
          if (!id.is_zero()) add(id);
    });
  }
}

bool Reachable::advance(const ReadTransaction& transaction, std::size_t objects) {
  for (std::size_t i = 0; i < objects && !open_.empty(); ++i) {
    const Step step = open_.back();
    open_.pop_back();
    visit(transaction, step);
  }
  return !open_.empty();
}

void Reachable::visit(const ReadTransaction& transaction, const Step& step) {
  std::uint64_t from = step.from;
  bool is_there = false;
  try {
    const std::optional<ObjectInfo> info = transaction.info(step.id);
    if (!info) {
      hole_({step.id, from, "object " + step.id.hex() + " is missing", false});
      return;
    }
    from = info->sequence;
    is_there = true;
    if (!found_.insert(info->sequence) || is_end(info->type)) return;
    for (const ObjectId& link : links_of(info->type, transaction.payload(step.id, info->type)))
      open_.push_back({link, info->sequence});
  } catch (const Error& error) {
    hole_({step.id, from, error.what(), is_there});
  }
}

void Reachable::add_digests(const ReadTransaction& transaction) {
  for_each_info(transaction, [&](const ObjectInfo& info) {
    if (info.type != ObjectType::Digest || found_.contains(info.sequence)) return;
    try {
      const DigestRecord record = decode_digest(transaction.payload(info.id, ObjectType::Digest));
      const std::optional<ObjectInfo> artifact = transaction.info(record.artifact);
      if (artifact && found_.contains(artifact->sequence)) found_.insert(info.sequence);
    } catch (const Error&) {
      return;  // it belongs to nothing that we know of
    }
  });
}

void for_each_info(const ReadTransaction& transaction,
                   const std::function<void(const ObjectInfo&)>& visit) {
  constexpr std::size_t kAtOnce = 4096;
  std::optional<ObjectId> last;
  for (;;) {
    const std::vector<ObjectInfo> infos = transaction.after(last, kAtOnce);
    for (const ObjectInfo& info : infos) visit(info);
    if (infos.size() < kAtOnce) return;
    last = infos.back().id;
  }
}

}  // namespace roar::plumbing
