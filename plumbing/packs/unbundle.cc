#include <algorithm>
#include <array>

#include "objects/base/error.h"
#include "objects/base/timestamp.h"
#include "objects/history.h"
#include "objects/label.h"
#include "objects/ref_change.h"
#include "objects/session.h"
#include "plumbing/labels/label_keys.h"
#include "plumbing/packs/bundle.h"
#include "plumbing/refs/hooked_write.h"

namespace roar::plumbing {
namespace {

constexpr std::string_view kHead = "HEAD";
constexpr std::string_view kSessions = "refs/sessions/";
constexpr std::size_t kMissingShown = 20;

// The one before in a chain of sessions' entries or labels.
std::optional<ObjectId> previous_of(const ReadTransaction& transaction, const ObjectId& id) {
  const std::optional<RawObject> object = transaction.object(id);
  if (!object) throw Error(Errc::NotFound, "object " + id.hex() + " is missing");
  if (object->type == ObjectType::Session) return decode_session(object->payload).previous;
  if (object->type == ObjectType::Label) return decode_label(object->payload).previous;
  return std::nullopt;
}

bool leads_to(const ReadTransaction& transaction, std::optional<ObjectId> from,
              const ObjectId& to) {
  while (from && *from != to) from = previous_of(transaction, *from);
  return from.has_value();
}

// Whether labels say nothing but what roar finds out about a data set, and may find out again.
bool are_findings(const ReadTransaction& transaction, const ObjectId& id) {
  const std::optional<RawObject> object = transaction.object(id);
  if (!object || object->type != ObjectType::Label) return false;
  const Label label = decode_label(object->payload);
  return std::ranges::all_of(label.document, [](const auto& entry) {
    return is_below(entry.first, "dataset") && reserved_for(entry.first);
  });
}

RefOutcome outcome_of(const ReadTransaction& transaction, const BundleHead& head, bool force) {
  const RefValue present = ref_value(transaction, head.ref);
  if (present.is_absent()) return RefOutcome::Created;
  if (transaction.resolve_ref(head.ref) == head.target) return RefOutcome::Same;
  if (force) return RefOutcome::Moved;
  if (present.target && leads_to(transaction, head.target, *present.target))
    return RefOutcome::Moved;
  if (present.target && leads_to(transaction, *present.target, head.target))
    return RefOutcome::Ahead;
  if (present.target && are_findings(transaction, head.target)) return RefOutcome::Ahead;
  if (present.target && are_findings(transaction, *present.target)) return RefOutcome::Moved;
  throw Error(Errc::Conflict, "ref '" + head.ref + "' leads elsewhere than to what is in the " +
                                  "bundle; --force moves it, --no-refs leaves it alone");
}

// Whether the active session has a job.
bool is_in_use(const ReadTransaction& transaction) {
  const std::optional<ObjectId> target = transaction.resolve_ref(kHead);
  return target && previous_of(transaction, *target);
}

// The session's ref that HEAD is to name; nullopt if it is to stay.
std::optional<std::string> session_for_head(const ReadTransaction& transaction,
                                            const std::vector<UnbundledRef>& refs) {
  const auto head = std::ranges::find(
      refs, kHead, [](const UnbundledRef& ref) { return std::string_view(ref.head.ref); });
  if (head == refs.end() || is_in_use(transaction)) return std::nullopt;
  for (const UnbundledRef& ref : refs)
    if (ref.head.target == head->head.target && ref.head.ref.starts_with(kSessions))
      return ref.head.ref;
  return std::nullopt;
}

// If the ref is symbolic here, and the one at its end comes to the same object: that one. It takes
// the symbolic one along.
const BundleHead* end_of(const ReadTransaction& transaction, const BundleHead& head,
                         const std::vector<UnbundledRef>& refs) {
  const std::string end = transaction.followed_ref(head.ref);
  if (end == head.ref) return nullptr;
  for (const UnbundledRef& ref : refs)
    if (ref.head.ref == end && ref.head.target == head.target) return &ref.head;
  return nullptr;
}

void move_refs(WriteTransaction& transaction, std::vector<UnbundledRef>& refs, bool force) {
  std::vector<RefChange> changes;
  for (UnbundledRef& ref : refs) {
    if (ref.head.ref == kHead) continue;
    const BundleHead* const end = end_of(transaction, ref.head, refs);
    ref.outcome = outcome_of(transaction, end != nullptr ? *end : ref.head, force);
    if (end != nullptr) continue;
    if (ref.outcome != RefOutcome::Created && ref.outcome != RefOutcome::Moved) continue;
    RefChange change;
    change.name = ref.head.ref;
    change.follow = false;
    change.value = RefValue{.target = ref.head.target, .symbolic = {}};
    change.reason = "unbundle";
    changes.push_back(std::move(change));
  }
  const std::optional<std::string> session = session_for_head(transaction, refs);
  for (UnbundledRef& ref : refs)
    if (ref.head.ref == kHead) ref.outcome = session ? RefOutcome::Moved : RefOutcome::Same;
  const Timestamp now = Timestamp::now();
  try {
    change_refs(transaction, changes, now);
  } catch (const Error& error) {
    if (error.code() != Errc::Usage) throw;
    // It is the bundle that asked for it.
    throw Error(Errc::Corrupt, std::string("bundle is refused: ") + error.what());
  }
  if (session) use_session(transaction, session->substr(kSessions.size()), now);
}

void check_prerequisites(const Store& store, const BundleHeader& header) {
  std::string missing;
  std::size_t count = 0;
  store.read([&](const ReadTransaction& transaction) {
    missing.clear();
    count = 0;
    for (const ObjectId& id : header.prerequisites) {
      if (transaction.info(id)) continue;
      if (++count <= kMissingShown) missing += "\n  " + id.hex();
    }
  });
  if (count == 0) return;
  if (count > kMissingShown)
    missing += "\n  and " + std::to_string(count - kMissingShown) + " more";
  throw Error(Errc::NotFound, "the store lacks what the bundle builds on:" + missing);
}

std::vector<UnbundledRef> refs_of(const BundleHeader& header,
                                  const std::vector<std::string>& wanted) {
  std::vector<UnbundledRef> refs;
  for (const BundleHead& head : header.heads) {
    if (wanted.empty() || std::ranges::find(wanted, head.ref) != wanted.end())
      refs.push_back({head, std::nullopt});
  }
  for (const std::string& name : wanted)
    if (std::ranges::find(header.heads, name, &BundleHead::ref) == header.heads.end())
      throw Error(Errc::NotFound, "the bundle has no ref '" + name + "'");
  return refs;
}

}  // namespace

std::string_view outcome_name(RefOutcome outcome) noexcept {
  constexpr std::array<std::string_view, 4> kNames = {"created", "moved", "same", "ahead"};
  return kNames[static_cast<std::size_t>(outcome)];
}

UnbundleReport unbundle(Store& store, const ByteSource& source,
                        const std::filesystem::path& directory, const UnbundleOptions& options) {
  BundleReader reader(source);
  UnbundleReport report;
  report.refs = refs_of(reader.header(), options.wanted);
  check_prerequisites(store, reader.header());
  const bool is_only_read = options.dry_run && !options.refs;
  Quarantine quarantine(store, reader.pack(), options.incoming,
                        is_only_read ? std::nullopt : std::optional(directory));
  report.objects = quarantine.accepted();
  report.unknown = quarantine.unknown();
  if (is_only_read) return report;
  const auto move = [&](WriteTransaction& transaction) {
    move_refs(transaction, report.refs, options.force);
  };
  if (options.dry_run) {
    quarantine.rehearse(store, move);
    return report;
  }
  std::optional<UserHooks> hooks;
  if (options.workspace != nullptr && options.refs) hooks.emplace(*options.workspace);
  if (hooks && hooks->has("reference-transaction")) {
    // The hook may look at the objects, and no transaction may be open meanwhile.
    quarantine.accept(store, [](WriteTransaction&) {});
    write_with_hook(store, *hooks, move);
    return report;
  }
  quarantine.accept(store, [&](WriteTransaction& transaction) {
    if (options.refs) move(transaction);
  });
  return report;
}

}  // namespace roar::plumbing
