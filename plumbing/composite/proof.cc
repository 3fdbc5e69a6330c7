#include "plumbing/composite/proof.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>

#include "objects/base/error.h"
#include "objects/base/hex.h"
#include "objects/component_node.h"
#include "objects/composite.h"
#include "objects/json.h"

namespace roar::plumbing {
namespace {

[[noreturn]] void fail(const std::string& problem) {
  throw Error(Errc::Corrupt, "the proof is wrong: " + problem);
}

struct Line {
  std::string_view word;
  std::string_view payload;
};

// Lines after the first one.
class Lines {
 public:
  explicit Lines(std::string_view text) : rest_(text) {}

  std::optional<Line> next() {
    if (rest_.empty()) return std::nullopt;
    const std::size_t end = rest_.find('\n');
    if (end == std::string_view::npos) fail("its last line is cut off");
    const std::string_view line = rest_.substr(0, end);
    rest_.remove_prefix(end + 1);
    const std::size_t space = line.find(' ');
    if (space == std::string_view::npos) fail("a line has one word only");
    return Line{line.substr(0, space), line.substr(space + 1)};
  }

 private:
  std::string_view rest_;
};

std::string path_of(std::string_view payload) {
  return json::take_bytes(json::decode(payload), "path");
}

// The paths that are proved, each once.
void add_path(std::string path, std::vector<std::string>& paths) {
  if (std::ranges::find(paths, path) != paths.end()) fail("'" + path + "' is there twice");
  paths.push_back(std::move(path));
}

// Composites within which the path may be, and what it is called there: from the longest one.
std::vector<std::size_t> slashes_of(std::string_view path) {
  std::vector<std::size_t> slashes;
  for (std::size_t i = path.size(); i-- > 0;)
    if (path[i] == '/') slashes.push_back(i);
  return slashes;
}

// A proof by nodes: everything that is used was found by its hash.
class NodeProof {
 public:
  explicit NodeProof(std::string_view text) {
    Lines lines(text);
    while (const auto line = lines.next()) add(*line);
    if (!root_) fail("it has no composite");
    if (paths_.empty()) fail("it is about no file");
  }

  CheckedProof check() {
    const Composite composite = decode_composite(composites_.at(*root_));
    CheckedProof proof{.kind = ProofKind::Nodes,
                       .composite = *root_,
                       .node = composite.node,
                       .algorithm = composite.algorithm,
                       .digest = composite.digest,
                       .files = {}};
    used_.insert(*root_);
    for (const std::string& path : paths_) {
      auto component = find(composite, path);
      if (!component) fail("it does not show that '" + path + "' is a component");
      proof.files.push_back({path, *std::move(component)});
    }
    if (used_.size() != nodes_.size() + composites_.size()) fail("it has more than it needs");
    return proof;
  }

 private:
  void add(const Line& line) {
    if (line.word == "path") {
      add_path(path_of(line.payload), paths_);
      return;
    }
    const bool is_node = line.word == "node";
    if (!is_node && line.word != "composite") fail("a line begins with an unknown word");
    const ObjectId id =
        object_id_of(is_node ? ObjectType::Node : ObjectType::Composite, line.payload);
    if (!(is_node ? nodes_ : composites_).emplace(id, line.payload).second)
      fail("an object is there twice");
    if (!is_node && !root_) root_ = id;
  }

  std::optional<Component> find(const Composite& composite, std::string_view path) {
    if (auto component = find_in_tree(composite.node, path)) return component;
    for (const std::size_t slash : slashes_of(path)) {
      const auto nested = find_in_tree(composite.node, path.substr(0, slash));
      if (!nested || !nested->composite) continue;
      const auto payload = composites_.find(*nested->composite);
      if (payload == composites_.end()) fail("a composite in it is missing");
      used_.insert(*nested->composite);
      const Composite below = decode_composite(payload->second);
      if (below.digest != nested->digest) fail("a composite in it has another digest");
      return find(below, path.substr(slash + 1));
    }
    return std::nullopt;
  }

  // Nullopt if the nodes do not lead there, or if some are missing.
  std::optional<Component> find_in_tree(const ObjectId& root, std::string_view path) {
    ObjectId here = root;
    std::optional<std::uint32_t> level;
    for (;;) {
      const auto payload = nodes_.find(here);
      if (payload == nodes_.end()) return std::nullopt;
      const ComponentNode node = decode_component_node(payload->second);
      if (level && node.level + 1 != *level) fail("a node stands at the wrong level");
      level = node.level;
      used_.insert(here);
      if (const ComponentNode::Child* const child = child_towards(node, path)) {
        here = child->node;
        continue;
      }
      const Component* const found = component_at(node, path);
      return found != nullptr ? std::optional(*found) : std::nullopt;
    }
  }

  std::optional<ObjectId> root_;
  std::unordered_map<ObjectId, std::string_view> composites_;
  std::unordered_map<ObjectId, std::string_view> nodes_;
  std::set<ObjectId> used_;
  std::vector<std::string> paths_;
};

// A proof by lists: that of the composite, and those of composites in it.
class ListProof {
 public:
  explicit ListProof(std::string_view text) {
    Lines lines(text);
    List* open = &lists_[std::string()];
    while (const auto line = lines.next()) {
      if (line->word == "path") {
        add_path(path_of(line->payload), paths_);
      } else if (line->word == "inside") {
        const auto [place, is_new] = lists_.try_emplace(path_of(line->payload));
        if (!is_new) fail("a composite in it is there twice");
        open = &place->second;
      } else if (line->word == "component") {
        open->push_back(component_of(line->payload));
      } else {
        fail("a line begins with an unknown word");
      }
    }
    if (paths_.empty()) fail("it is about no file");
  }

  CheckedProof check() {
    CheckedProof proof;
    proof.kind = ProofKind::List;
    const List& top = lists_.at(std::string());
    std::tie(proof.algorithm, proof.digest) = digest_of_list(top);
    for (const auto& [name, list] : lists_)
      if (!name.empty()) check_nested(top, name, list);
    for (const std::string& path : paths_) proof.files.push_back({path, find(path)});
    return proof;
  }

 private:
  using List = std::vector<Component>;

  // A component is checked as it is in a node.
  static Component component_of(std::string_view payload) {
    return decode_component_node(component_node_payload(payload, 0)).components.at(0);
  }

  static std::pair<std::string, std::string> digest_of_list(const List& list) {
    if (list.empty()) fail("a list in it is empty");
    const bool sha256 = std::ranges::all_of(
        list, [](const Component& one) { return is_sha256_component(one.algorithm); });
    const Algorithm combiner = sha256 ? Algorithm::Sha256 : Algorithm::Blake3;
    CompositeDigest digest(combiner);
    try {
      for (const Component& one : list) digest.add(one.path, one.algorithm, one.digest);
    } catch (const Error& error) {
      fail(error.what());
    }
    return {composite_algorithm_name(combiner), digest.finish()};
  }

  static const Component* component_in(const List& list, std::string_view path) {
    const auto found = std::ranges::lower_bound(
        list, path, {}, [](const Component& one) -> const auto& { return one.path; });
    return found != list.end() && found->path == path ? &*found : nullptr;
  }

  static void check_nested(const List& top, const std::string& name, const List& list) {
    const Component* const nested = component_in(top, name);
    if (nested == nullptr || nested->kind != ComponentKind::Composite)
      fail("'" + name + "' is no composite in it");
    const auto [algorithm, digest] = digest_of_list(list);
    if (algorithm != nested->algorithm || digest != nested->digest)
      fail("the components of '" + name + "' have another digest");
  }

  const Component& find(std::string_view path) const {
    if (const Component* const found = component_in(lists_.at(std::string()), path)) return *found;
    for (const std::size_t slash : slashes_of(path)) {
      const auto list = lists_.find(std::string(path.substr(0, slash)));
      if (slash == 0 || list == lists_.end()) continue;
      if (const Component* const found = component_in(list->second, path.substr(slash + 1)))
        return *found;
    }
    fail("it does not show that '" + std::string(path) + "' is a component");
  }

  std::map<std::string, List> lists_;  // by the path of the composite; its own under ""
  std::vector<std::string> paths_;
};

}  // namespace

CheckedProof check_proof(std::string_view text) {
  if (text.starts_with(kProofOfNodes)) return NodeProof(text.substr(kProofOfNodes.size())).check();
  if (text.starts_with(kProofOfList)) return ListProof(text.substr(kProofOfList.size())).check();
  throw Error(Errc::Corrupt, "this is no proof of a composite, or one of a newer version");
}

bool is_bound_to(const CheckedProof& proof, std::string_view root) {
  const std::size_t colon = root.find(':');
  const std::string_view kind =
      colon == std::string_view::npos ? std::string_view() : root.substr(0, colon);
  const std::string_view digits = colon == std::string_view::npos ? root : root.substr(colon + 1);
  constexpr std::size_t kDigits = 64;
  if (digits.size() != kDigits || !is_hex(digits))
    throw Error(Errc::Usage, "'" + std::string(root) +
                                 "' is no root: give all 64 digits of a composite's digest or id");
  if (proof.kind == ProofKind::List)
    return digits == proof.digest && (kind.empty() || kind == proof.algorithm);
  if (kind.empty() || kind == "oid")
    if (digits == proof.composite.hex() || digits == proof.node.hex()) return true;
  if (digits == proof.digest)
    throw Error(Errc::Usage,
                "a proof by nodes is bound to the composite's id, and says nothing of its digest;"
                " give the id, or have the proof made with --list");
  return false;
}

std::string proof_line(std::string_view word, std::string_view payload) {
  return std::string(word).append(" ").append(payload).append("\n");
}

std::string proof_path_line(std::string_view word, std::string_view path) {
  json::Object object;
  json::put_bytes(object, "path", path);
  return proof_line(word, json::encode(object));
}

}  // namespace roar::plumbing
