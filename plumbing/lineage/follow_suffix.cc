#include "plumbing/lineage/follow_suffix.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <string>

#include "objects/base/error.h"
#include "objects/component_node.h"
#include "objects/composite.h"
#include "objects/digest_record.h"
#include "objects/edge_node.h"
#include "objects/history.h"
#include "objects/label.h"
#include "objects/lineage.h"
#include "plumbing/lineage/component_content.h"
#include "plumbing/lineage/one_line.h"
#include "plumbing/peel.h"
#include "plumbing/quote.h"

namespace roar::plumbing {
namespace {

constexpr std::size_t kCandidatesShown = 20;

std::string described(const ReadTransaction& transaction, const ObjectId& id) {
  return std::string(type_name(transaction.info(id)->type)) + " " + id.hex();
}

std::vector<ObjectId> ids_of(const LineageGraph& graph, const std::vector<std::uint64_t>& jobs) {
  std::vector<ObjectInfo> objects;
  for (const std::uint64_t job : jobs)
    objects.push_back({.id = {}, .type = ObjectType::Job, .size = 0, .sequence = job});
  graph.fill_ids(objects);
  std::vector<ObjectId> ids;
  for (const ObjectInfo& object : objects) ids.push_back(object.id);
  return ids;
}

// What belongs to one object, of whose type it decides.
class Follower {
 public:
  Follower(const ReadTransaction& transaction, const Workspace& workspace, const ObjectId& from)
      : transaction_(transaction), workspace_(workspace), from_(from), type_(type_of(from)) {}

  ObjectId parent(std::uint64_t number) const {
    if (number == 0) return from_;
    if (type_ == ObjectType::Session) {
      if (number > 1) fail("has one entry before it at most");
      return previous_entry();
    }
    if (type_ != ObjectType::Job)
      fail("has nothing before it; name^{job} is the job that wrote an artifact");
    LineageGraph graph(transaction_);
    const std::vector<std::uint64_t> parents = graph.parents(transaction_.info(from_)->sequence);
    if (number > parents.size())
      fail(parents.empty() ? "has no input that a recorded job wrote"
                           : "has inputs from " + std::to_string(parents.size()) + " jobs only");
    return ids_of(graph, {parents[number - 1]}).front();
  }

  std::vector<ObjectId> peeled(const std::string& word) const {
    if (word == "object") return {from_};
    if (word.empty()) return {subject()};
    if (word == "env") return {peel(transaction_, from_, ObjectType::Environment)};
    if (word == "jobs") return jobs();
    if (word == "job" && type_of(subject()) == ObjectType::Artifact)
      return {only_writer(subject())};
    if (word == "session" && type_ == ObjectType::Job) return {entry()};
    const std::optional<ObjectType> type = type_from_name(word);
    if (!type)
      throw Error(Errc::Usage, "there is no ^{" + word +
                                   "}; the words are job, jobs, env, session, object and the "
                                   "types of objects");
    return {peel(transaction_, from_, *type)};
  }

  ObjectId inside(std::string_view path) const {
    if (const auto components = components_root())
      return component_content(transaction_, *components, path);
    const std::string stored = stored_name(path);
    std::optional<ObjectId> found;
    if (type_ == ObjectType::Node) {
      found = file_below(from_, stored);
    } else {
      const ObjectId job = peel(transaction_, from_, ObjectType::Job);
      for (const auto& root : read_job(transaction_, job).edges)
        if (root && !found) found = file_below(*root, stored);
    }
    if (!found) fail("has no file " + quoted_subject(stored) + " whose content is known");
    return *found;
  }

 private:
  [[noreturn]] void fail(const std::string& why) const {
    throw Error(Errc::NotFound, described(transaction_, from_) + " " + why);
  }

  // Of the tree of components, if it is a composite or such a tree.
  std::optional<ObjectId> components_root() const {
    if (type_ == ObjectType::Composite) return read_composite(transaction_, from_).node;
    const bool is_root = type_ == ObjectType::Node &&
                         is_component_node(transaction_.payload(from_, ObjectType::Node));
    return is_root ? std::optional(from_) : std::nullopt;
  }

  ObjectId previous_entry() const {
    const auto entry = decode_session(transaction_.payload(from_, ObjectType::Session));
    if (!entry.previous) fail("is the first of its session");
    return *entry.previous;
  }

  ObjectType type_of(const ObjectId& id) const {
    const std::optional<ObjectInfo> info = transaction_.info(id);
    if (!info) throw Error(Errc::NotFound, "object " + id.hex() + " is missing");
    return info->type;
  }

  // What a digest or a label is about; else the object itself.
  ObjectId subject() const {
    if (type_ == ObjectType::Digest)
      return decode_digest(transaction_.payload(from_, type_)).artifact;
    if (type_ == ObjectType::Label) return decode_label(transaction_.payload(from_, type_)).target;
    return from_;
  }

  std::vector<ObjectId> writers(const ObjectId& artifact) const {
    LineageGraph graph(transaction_);
    std::vector<ObjectId> jobs =
        ids_of(graph, graph.writers(transaction_.info(artifact)->sequence));
    if (jobs.empty()) fail("was written by no recorded job");
    return jobs;
  }

  ObjectId only_writer(const ObjectId& artifact) const {
    const std::vector<ObjectId> jobs = writers(artifact);
    if (jobs.size() == 1) return jobs.front();
    throw Error(
        Errc::Conflict,
        described(transaction_, from_) + " was written by " + std::to_string(jobs.size()) +
            " jobs (^{jobs} names them all); candidates:" + candidate_lines(transaction_, jobs));
  }

  std::vector<ObjectId> jobs() const {
    if (type_ == ObjectType::Job) return {from_};
    if (type_ != ObjectType::Session) return writers(subject());
    std::vector<ObjectId> jobs;
    for (std::optional<ObjectId> next = from_; next;) {
      const auto entry = decode_session(transaction_.payload(*next, ObjectType::Session));
      if (entry.job) jobs.push_back(*entry.job);
      next = entry.previous;
    }
    if (jobs.empty()) fail("has no jobs");
    std::ranges::reverse(jobs);
    return jobs;
  }

  ObjectId entry() const {
    const std::vector<ObjectId> entries = entries_of_job(transaction_, from_);
    if (entries.empty()) fail("is in no session");
    return entries.back();
  }

  std::string stored_name(std::string_view path) const {
    const bool from_here = path.starts_with("./") || path.starts_with("../");
    const std::filesystem::path base = from_here ? workspace_.directory : workspace_.root;
    return stored_path(workspace_, (base / path).lexically_normal().native());
  }

  // An output, if the job both read and wrote the path.
  std::optional<ObjectId> file_below(const ObjectId& root, std::string_view path) const {
    ObjectId here = root;
    for (;;) {
      const EdgeNode node = decode_node(transaction_.payload(here, ObjectType::Node));
      const auto child = std::ranges::lower_bound(
          node.children, path, {},
          [](const EdgeNode::Child& one) -> const auto& { return one.last_path; });
      if (child != node.children.end()) {
        here = child->node;
        continue;
      }
      std::optional<ObjectId> found;
      for (const Edge& edge : node.edges)
        if (edge.path == path && edge.artifact) found = edge.artifact;
      return found;
    }
  }

  const ReadTransaction& transaction_;
  const Workspace& workspace_;
  ObjectId from_;
  ObjectType type_;
};

}  // namespace

std::vector<ObjectId> follow_suffix(const ReadTransaction& transaction, const Workspace& workspace,
                                    const ObjectId& from, const NameSuffix& suffix) {
  const Follower follower(transaction, workspace, from);
  switch (suffix.kind) {
    case NameSuffix::Kind::Parent:
      return {follower.parent(suffix.number)};
    case NameSuffix::Kind::Ancestor: {
      ObjectId here = from;
      for (std::uint64_t i = 0; i < suffix.number; ++i)
        here = Follower(transaction, workspace, here).parent(1);
      return {here};
    }
    case NameSuffix::Kind::Peel:
      return follower.peeled(suffix.text);
    case NameSuffix::Kind::Inside:
      return {follower.inside(suffix.text)};
    case NameSuffix::Kind::Earlier:
      break;
  }
  throw Error(Errc::Usage, to_text(suffix) + " is asked of refs and paths only");
}

std::string candidate_lines(const ReadTransaction& transaction,
                            const std::vector<ObjectId>& candidates) {
  std::vector<ObjectInfo> infos;
  for (const ObjectId& id : candidates)
    if (const auto info = transaction.info(id)) infos.push_back(*info);
  std::ranges::sort(infos, [](const ObjectInfo& a, const ObjectInfo& b) {
    return std::pair(type_name(a.type), a.id) < std::pair(type_name(b.type), b.id);
  });
  std::string lines;
  for (std::size_t i = 0; i < infos.size(); ++i) {
    if (i == kCandidatesShown) {
      lines += "\n  and " + std::to_string(infos.size() - i) + " more";
      break;
    }
    lines += "\n  " + infos[i].id.hex() + " " + std::string(type_name(infos[i].type)) + "  " +
             one_line(transaction, infos[i]);
  }
  return lines;
}

}  // namespace roar::plumbing
