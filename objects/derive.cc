#include "objects/derive.h"

#include <algorithm>
#include <set>

#include "objects/artifact.h"
#include "objects/digest_key.h"
#include "objects/digest_record.h"
#include "objects/history.h"
#include "objects/index.h"
#include "objects/key.h"
#include "objects/steps.h"

namespace roar {
namespace {

constexpr std::string_view kSessionRefs = "refs/sessions/";

std::uint64_t located(const ReadTransaction::Impl& impl, const ObjectId& id, ObjectType type) {
  const std::optional<Location> location = impl.locate(id);
  if (!location)
    throw Error(Errc::NotFound,
                std::string(type_name(type)) + " object " + id.hex() + " is missing");
  if (location->type != type)
    throw Error(Errc::Corrupt,
                "object " + id.hex() + " is not of type " + std::string(type_name(type)));
  return location->sequence;
}

}  // namespace

void IndexDerivation::tell(Table table, std::string_view key, std::string_view value) {
  ++told_;
  row_(table, key, value);
}

bool IndexDerivation::attempt(const std::string& subject, const std::function<void()>& work) {
  try {
    work();
    return true;
  } catch (const Error& error) {
    partial_ = true;
    unreadable_(subject, error);
    return false;
  }
}

bool IndexDerivation::advance(const ReadTransaction& transaction, std::size_t rows) {
  told_ = 0;
  while (told_ < rows && phase_ != Phase::End) {
    switch (phase_) {
      case Phase::Start:
        attempt("refs", [&] { start(transaction); });
        phase_ = Phase::Sessions;
        break;
      case Phase::Sessions:
        advance_session(transaction);
        break;
      case Phase::Digests:
        if (!attempt("objects", [&] { scan_digests(transaction, rows); })) phase_ = Phase::End;
        break;
      case Phase::Artifacts:
        advance_artifact(transaction);
        break;
      case Phase::End:
        break;
    }
  }
  return phase_ != Phase::End;
}

void IndexDerivation::start(const ReadTransaction& transaction) {
  for_each_with_prefix(*IndexAccess::of(transaction).txn,
                       IndexAccess::of(transaction).table(Table::Ref), kSessionRefs,
                       [&](std::string_view name, std::string_view) {
                         attempt("ref " + std::string(name), [&] {
                           if (const auto ref = transaction.ref(name)) sessions_.push_back(*ref);
                         });
                         return true;
                       });
  std::ranges::reverse(sessions_);
}

// One node at a time, so that no job is too large for a batch.
void IndexDerivation::advance_session(const ReadTransaction& transaction) {
  if (!holds_.empty()) {
    const Hold next = holds_.back();
    holds_.pop_back();
    attempt("node object " + next.node.hex(), [&] { hold(transaction, next); });
  } else if (unidentified_) {
    attempt("job object " + unidentified_->job->hex(), [&] { identify(transaction); });
    unidentified_.reset();
  } else if (!entries_.empty()) {
    const ObjectId id = entries_.back();
    entries_.pop_back();
    attempt("session object " + id.hex(), [&] { entry(transaction, id); });
  } else {
    next_session(transaction);
  }
}

void IndexDerivation::advance_artifact(const ReadTransaction& transaction) {
  if (artifacts_.empty()) {
    phase_ = Phase::End;
    return;
  }
  const std::uint64_t sequence = artifacts_.back();
  artifacts_.pop_back();
  attempt("artifact number " + std::to_string(sequence), [&] { artifact(transaction, sequence); });
}

void IndexDerivation::next_session(const ReadTransaction& transaction) {
  end_session();
  if (sessions_.empty()) {
    phase_ = Phase::Digests;
    return;
  }
  const Ref ref = std::move(sessions_.back());
  sessions_.pop_back();
  attempt("ref " + ref.name, [&] {
    for (std::optional<ObjectId> id = transaction.resolve_ref(ref.name); id;) {
      const SessionEntry entry = decode_session(transaction.payload(*id, ObjectType::Session));
      entries_.push_back(*id);
      id = entry.previous;
    }
  });
}

void IndexDerivation::end_session() {
  for (const auto& [identity, step] : identities_) tell(Table::Identity, identity, step);
  identities_.clear();
}

void IndexDerivation::entry(const ReadTransaction& transaction, const ObjectId& id) {
  ReadTransaction::Impl& impl = IndexAccess::of(transaction);
  const SessionEntry entry = decode_session(transaction.payload(id, ObjectType::Session));
  if (!entry.job) return;  // the root
  const std::uint64_t sequence = located(impl, *entry.job, ObjectType::Job);
  const PlaceRows rows = rows_of({.job = sequence,
                                  .entry = located(impl, id, ObjectType::Session),
                                  .session = entry.session,
                                  .kind = entry.kind,
                                  .step = entry.step,
                                  .step_name = entry.step_name});
  tell(Table::Step, rows.step_key, rows.step_value);
  tell(Table::Place, rows.place_key, rows.place_value);
  const Job job = read_job(transaction, *entry.job);
  unidentified_ = entry;
  if (!jobs_.insert(sequence)) return;
  tell(Table::Uid, uid_key(job, sequence));
  tell(Table::Job, job_key(job, sequence));
  for (int i = 0; i < kEdgeGroups; ++i) {
    const std::optional<ObjectId>& root = job.edges[static_cast<std::size_t>(i)];
    if (root && static_cast<EdgeGroup>(i) != EdgeGroup::Unread)
      holds_.push_back({*root, ObjectType::Job, sequence});
  }
}

void IndexDerivation::identify(const ReadTransaction& transaction) {
  constexpr std::size_t kStepSize = 4;
  const Job job = read_job(transaction, *unidentified_->job);
  std::string step;
  append_number(step, unidentified_->step, kStepSize);
  const StepIdentities has =
      identities_of(unidentified_->session, job, outputs_of(transaction, job));
  for (const std::string* identity : {&has.name, &has.command, &has.outputs})
    if (!identity->empty()) identities_[*identity] = step;
}

std::vector<Edge> IndexDerivation::outputs_of(const ReadTransaction& transaction, const Job& job) {
  std::vector<Edge> edges;
  if (!job.exit.success()) return edges;  // then they do not count
  const ReadTransaction::Impl& impl = IndexAccess::of(transaction);
  std::vector<std::uint64_t> open;
  for (int i = 0; i < kEdgeGroups; ++i) {
    const std::optional<ObjectId>& root = job.edges[static_cast<std::size_t>(i)];
    if (!root || static_cast<EdgeGroup>(i) == EdgeGroup::Unread) continue;
    if (const auto location = impl.locate(*root)) open.push_back(location->sequence);
  }
  while (!open.empty()) {
    const std::uint64_t node = open.back();
    open.pop_back();
    if (const auto inner = children_.find(node); inner != children_.end())
      open.insert(open.end(), inner->second.begin(), inner->second.end());
    const auto found = outputs_.find(node);
    if (found == outputs_.end()) continue;
    for (const Output& output : found->second) {
      Edge edge;
      edge.path = output.path;
      edge.role = EdgeRole::Output;
      edge.path_class = output.path_class;
      edge.artifact = output.artifact;
      edge.size = output.size;
      edges.push_back(std::move(edge));
    }
  }
  return edges;
}

void IndexDerivation::hold(const ReadTransaction& transaction, const Hold& hold) {
  ReadTransaction::Impl& impl = IndexAccess::of(transaction);
  const std::uint64_t node = located(impl, hold.node, ObjectType::Node);
  const bool is_new = nodes_.insert(node);
  if (!is_new && !read_.contains(node)) return;
  EdgeNode content;
  if (is_new) {
    content = decode_node(transaction.payload(hold.node, ObjectType::Node));
    read_.insert(node);
    if (!content.edges.empty()) groups_.emplace(node, group_of(content.edges.front().path_class));
  }
  const auto group = groups_.find(node);
  tell(Table::Holder, holder_key(node, hold.type, hold.holder),
       holder_value(impl.known_format(),
                    group == groups_.end() ? std::nullopt : std::optional(group->second)));
  if (!is_new) return;
  leaf(impl, node, content.edges);
  if (content.children.empty()) return;
  std::vector<std::uint64_t>& children = children_[node];
  for (const EdgeNode::Child& child : content.children) {
    if (const auto location = impl.locate(child.node)) children.push_back(location->sequence);
    holds_.push_back({child.node, ObjectType::Node, node});
  }
}

void IndexDerivation::leaf(ReadTransaction::Impl& impl, std::uint64_t node,
                           const std::vector<Edge>& edges) {
  std::map<std::pair<std::uint64_t, EdgeRole>, std::uint32_t> numbers;
  for (const Edge& edge : edges) {
    attempt("node number " + std::to_string(node), [&] {
      const std::uint64_t artifact =
          edge.artifact ? located(impl, *edge.artifact, ObjectType::Artifact) : 0;
      tell(Table::Path, path_key(edge, node, artifact), path_value(edge));
      if (artifact == 0) return;
      used_.insert(artifact);
      const std::uint32_t number = numbers[{artifact, edge.role}]++;
      tell(Table::Use, use_key(artifact, edge.role, node, number), edge.path);
    });
    if (is_result(edge))
      outputs_[node].push_back({edge.path, *edge.artifact, edge.size, edge.path_class});
  }
}

// An object's type is its second byte, so others are passed over without reading them.
void IndexDerivation::scan_digests(const ReadTransaction& transaction, std::size_t rows) {
  constexpr char kDigest = static_cast<char>(ObjectType::Digest);
  ReadTransaction::Impl& impl = IndexAccess::of(transaction);
  TableCursor cursor(*impl.txn, impl.table(Table::Object));
  bool more = cursor.seek(number_key(scanned_ + 1));
  for (; more && told_ < rows; more = cursor.next()) {
    ++told_;
    scanned_ = number_at(cursor.key(), 0, kNumberSize);
    if (cursor.key().size() != kNumberSize || cursor.value().size() < 2 ||
        cursor.value()[1] != kDigest)
      continue;
    attempt("digest number " + std::to_string(scanned_), [&] {
      const DigestRecord record = decode_digest(impl.content_at(scanned_).payload);
      const std::optional<Location> artifact = impl.locate(record.artifact);
      if (artifact && artifact->type == ObjectType::Artifact && artifact->sequence < scanned_)
        digests_.emplace_back(artifact->sequence, scanned_);
    });
  }
  if (more) return;
  std::ranges::sort(digests_);
  SequenceSet all = used_;
  for (const auto& [artifact, digest] : digests_) all.insert(artifact);
  artifacts_.reserve(all.size());
  all.for_each([&](std::uint64_t sequence) { artifacts_.push_back(sequence); });
  std::ranges::reverse(artifacts_);
  phase_ = Phase::Artifacts;
}

void IndexDerivation::artifact(const ReadTransaction& transaction, std::uint64_t sequence) {
  ReadTransaction::Impl& impl = IndexAccess::of(transaction);
  const bool is_used = used_.contains(sequence);
  std::map<std::string, std::string> findable;
  if (is_used) {
    const Artifact content = decode_artifact(impl.content_at(sequence).payload);
    if (!content.is_claimed())
      findable[digest_key("blake3", content.blake3, sequence).key] = std::string();
  }
  const auto first =
      std::ranges::lower_bound(digests_, std::pair<std::uint64_t, std::uint64_t>(sequence, 0));
  for (auto digest = first; digest != digests_.end() && digest->first == sequence; ++digest) {
    tell(Table::DigestsOf, number_key(sequence) + number_key(digest->second));
    if (!is_used) continue;
    const DigestRecord record = decode_digest(impl.content_at(digest->second).payload);
    DigestKey key = digest_key(record.algorithm, record.digest, sequence);
    findable.try_emplace(std::move(key.key), std::move(key.value));
  }
  for (const auto& [key, value] : findable) tell(Table::Digest, key, value);
}

}  // namespace roar
