#include "plumbing/composite/prove.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "objects/base/error.h"
#include "objects/component_tree.h"
#include "objects/composite.h"
#include "objects/hash_files.h"
#include "objects/store.h"
#include "plumbing/composite/compare_composites.h"
#include "plumbing/composite/read_directory.h"
#include "plumbing/hash_with_progress.h"

namespace roar::plumbing {
namespace {

// Where a component is: in the composite itself or in one that is nested in it.
struct Place {
  std::string path;  // through nested composites
  Component component;
  std::vector<std::string> nodes;       // payloads on the way
  std::vector<std::string> composites;  // payloads of the nested ones
};

// What a path on disk holds, by the algorithm of a component; computed once for each.
class DiskFile {
 public:
  explicit DiskFile(std::filesystem::path path) : path_(std::move(path)) {}

  bool exists() const {
    std::error_code error;
    const auto status = std::filesystem::symlink_status(path_, error);
    return std::filesystem::is_regular_file(status) || std::filesystem::is_symlink(status);
  }

  bool is(const Component& component) {
    std::error_code error;
    if (std::filesystem::is_symlink(path_, error))
      return component.kind == ComponentKind::Symlink &&
             component_of_link("x", std::filesystem::read_symlink(path_).string()).digest ==
                 component.digest;
    const auto algorithm = algorithm_from_name(component.algorithm);
    if (component.kind != ComponentKind::File || !algorithm) return false;
    return digest(*algorithm) == component.digest;
  }

 private:
  const std::string& digest(Algorithm algorithm) {
    const auto [entry, is_new] = digests_.try_emplace(algorithm);
    if (!is_new) return entry->second;
    const std::array<Algorithm, 1> algorithms{algorithm};
    const std::array<HashRequest, 1> requests{{{.path = path_.string(), .algorithms = algorithms}}};
    const HashResult result = hash_files(requests).front();
    if (result.status != HashResult::Status::Hashed)
      throw Error(Errc::Io, "cannot hash '" + path_.string() + "': " + problem_of(result));
    return entry->second = result.digests.front();
  }

  std::filesystem::path path_;
  std::map<Algorithm, std::string> digests_;
};

class Prover {
 public:
  Prover(const ReadTransaction& transaction, const Workspace& workspace)
      : transaction_(transaction), workspace_(workspace), reader_(transaction) {}

  // The one composite that has the file.
  ObjectId composite_with(std::string_view file) {
    DiskFile on_disk(workspace_.directory / file);
    if (!on_disk.exists())
      throw Error(Errc::NotFound, "there is no file '" + std::string(file) +
                                      "'; --of says which composite's component is meant");
    std::vector<CompositeMatch> found;
    std::set<ObjectId> inner;  // composites that have it, nested in others
    for (CompositeMatch& match : composites_with_digest(transaction_, {}, {}, kAll)) {
      const auto place = place_of(match.composite, file, &on_disk);
      if (!place) continue;
      for (const std::string& payload : place->composites)
        inner.insert(object_id_of(ObjectType::Composite, payload));
      found.push_back(std::move(match));
    }
    std::erase_if(found,
                  [&](const CompositeMatch& match) { return inner.contains(match.composite); });
    if (found.empty())
      throw Error(Errc::NotFound, "no composite has '" + std::string(file) + "' as it is now");
    if (found.size() == 1) return found.front().composite;
    std::string lines;
    for (const CompositeMatch& match : found)
      lines += "\n  " + match.algorithm + ":" + match.digest;
    throw Error(Errc::Conflict,
                "several composites have '" + std::string(file) + "'; name one with --of:" + lines);
  }

  Place place(const ObjectId& composite, std::string_view file) {
    DiskFile on_disk(workspace_.directory / file);
    const bool exists = on_disk.exists();
    if (auto found = place_of(composite, file, exists ? &on_disk : nullptr))
      return *std::move(found);
    throw Error(Errc::NotFound, exists && place_of(composite, file, nullptr)
                                    ? "'" + std::string(file) +
                                          "' is another file now than the component of that name"
                                    : "the composite has no '" + std::string(file) + "'");
  }

 private:
  static constexpr std::size_t kAll = static_cast<std::size_t>(-1);

  // The file's path, or what is left of it below some directory, as that of a component; with the
  // same content if `on_disk` is given.
  std::optional<Place> place_of(const ObjectId& composite, std::string_view file,
                                DiskFile* on_disk) {
    const std::string absolute = (workspace_.directory / file).lexically_normal().string();
    std::vector<std::string_view> names{file};
    for (std::size_t slash = absolute.find('/'); slash != std::string::npos;
         slash = absolute.find('/', slash + 1))
      names.push_back(std::string_view(absolute).substr(slash + 1));
    for (const std::string_view name : names) {
      Place place;
      place.path = name;
      const auto component = find(composite, name, place);
      if (!component || (on_disk != nullptr && !on_disk->is(*component))) continue;
      place.component = *component;
      return place;
    }
    return std::nullopt;
  }

  std::optional<Component> find(const ObjectId& composite, std::string_view path, Place& place) {
    const ObjectId root = read_composite(transaction_, composite).node;
    std::vector<std::string> nodes;
    if (auto found = find_component(reader_, root, path, &nodes)) {
      place.nodes.insert(place.nodes.end(), nodes.begin(), nodes.end());
      return found;
    }
    for (std::size_t slash = path.rfind('/'); slash != std::string_view::npos && slash != 0;
         slash = path.rfind('/', slash - 1)) {
      nodes.clear();
      const auto nested = find_component(reader_, root, path.substr(0, slash), &nodes);
      if (!nested || !nested->composite) continue;
      place.nodes.insert(place.nodes.end(), nodes.begin(), nodes.end());
      place.composites.push_back(transaction_.payload(*nested->composite, ObjectType::Composite));
      return find(*nested->composite, path.substr(slash + 1), place);
    }
    return std::nullopt;
  }

  const ReadTransaction& transaction_;
  const Workspace& workspace_;
  ComponentReader reader_;
};

void append_list(const ReadTransaction& transaction, const ObjectId& composite, std::string& text,
                 std::vector<Component>& nested) {
  ComponentReader reader(transaction);
  for_each_component(reader, read_composite(transaction, composite).node,
                     [&](const Component& component) {
                       text += proof_line("component", json::encode(json_of(component)));
                       if (component.composite) nested.push_back(component);
                       return true;
                     });
}

std::string list_text(const ReadTransaction& transaction, const ObjectId& composite,
                      const std::vector<Place>& places) {
  std::string text(kProofOfList);
  std::vector<Component> nested;
  append_list(transaction, composite, text, nested);
  for (const Component& one : nested) {
    const bool needed = std::ranges::any_of(places, [&](const Place& place) {
      return !place.composites.empty() && place.path.starts_with(one.path + '/');
    });
    if (!needed) continue;
    text += proof_path_line("inside", one.path);
    std::vector<Component> none;  // composites are nested once
    append_list(transaction, *one.composite, text, none);
  }
  return text;
}

std::string nodes_text(const ReadTransaction& transaction, const ObjectId& composite,
                       const std::vector<Place>& places) {
  std::string text(kProofOfNodes);
  text += proof_line("composite", transaction.payload(composite, ObjectType::Composite));
  std::set<std::string_view> written;
  for (const Place& place : places) {
    for (const std::string& payload : place.composites)
      if (written.insert(payload).second) text += proof_line("composite", payload);
    for (const std::string& payload : place.nodes)
      if (written.insert(payload).second) text += proof_line("node", payload);
  }
  return text;
}

}  // namespace

std::string prove_membership(const Workspace& workspace, std::string_view composite,
                             std::span<const std::string_view> files, ProofKind kind) {
  const Store store(workspace.store_directory(), Store::Mode::ReadOnly);
  std::string text;
  store.read([&](const ReadTransaction& transaction) {
    Prover prover(transaction, workspace);
    const ObjectId id = composite.empty() ? prover.composite_with(files.front())
                                          : composite_named(transaction, workspace, composite);
    std::vector<Place> places;
    std::set<std::string> paths;
    for (const std::string_view file : files) {
      Place place = prover.place(id, file);
      if (paths.insert(place.path).second) places.push_back(std::move(place));
    }
    text = kind == ProofKind::List ? list_text(transaction, id, places)
                                   : nodes_text(transaction, id, places);
    for (const Place& place : places) text += proof_path_line("path", place.path);
  });
  return text;
}

std::optional<std::string> unproved_file(const CheckedProof& proof, const std::string& directory) {
  for (const ProvedFile& file : proof.files) {
    DiskFile on_disk(std::filesystem::path(directory) / file.path);
    if (!on_disk.exists() || !on_disk.is(file.component)) return file.path;
  }
  return std::nullopt;
}

}  // namespace roar::plumbing
