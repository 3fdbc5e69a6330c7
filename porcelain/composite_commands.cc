#include "porcelain/composite_commands.h"

#include <unistd.h>

#include <istream>
#include <iterator>
#include <optional>
#include <ostream>
#include <utility>

#include "objects/base/error.h"
#include "objects/base/file.h"
#include "objects/component_node.h"
#include "plumbing/composite/compare_composites.h"
#include "plumbing/composite/create_composite.h"
#include "plumbing/composite/prove.h"
#include "plumbing/quote.h"
#include "porcelain/composite_text.h"
#include "porcelain/json_views.h"
#include "porcelain/text.h"

namespace roar::porcelain {
namespace {

Algorithm component_algorithm(const std::string& name) {
  if (name == "blake3") return Algorithm::Blake3;
  if (name == "sha256") return Algorithm::Sha256;
  throw Error(Errc::Usage, "invalid algorithm: '" + name + "'; valid are blake3, sha256");
}

std::string_view kind_name_of(plumbing::ProofKind kind) {
  return kind == plumbing::ProofKind::List ? "list" : "nodes";
}

json::Object proof_json(const plumbing::CheckedProof& proof, bool is_rooted) {
  json::Array files;
  for (const plumbing::ProvedFile& file : proof.files) {
    json::Object entry = json_of(file.component);
    entry.insert_or_assign("algorithm", file.component.algorithm);
    entry.insert_or_assign("kind", component_kind_name(file.component.kind));
    entry.erase("path");
    entry.erase("path_b64");
    json::put_bytes(entry, "path", file.path);
    files.emplace_back(std::move(entry));
  }
  json::Object object{{"type", "composite-proof"},    {"kind", kind_name_of(proof.kind)},
                      {"algorithm", proof.algorithm}, {"digest", proof.digest},
                      {"root_given", is_rooted},      {"files", std::move(files)}};
  if (proof.kind == plumbing::ProofKind::Nodes) {
    object.emplace("composite_oid", proof.composite.hex());
    object.emplace("node_oid", proof.node.hex());
  }
  return object;
}

void print_proof(std::ostream& out, const plumbing::CheckedProof& proof, bool is_rooted) {
  for (const plumbing::ProvedFile& file : proof.files)
    out << file.component.algorithm << ':' << file.component.digest << "  "
        << plumbing::quoted_path(file.path) << '\n';
  const bool list = proof.kind == plumbing::ProofKind::List;
  out << (list ? "Proved by the list of all components, for the digest\n  " + proof.algorithm +
                     ":" + proof.digest
               : "Proved by the nodes on the way, for the composite\n  " + proof.composite.hex())
      << (is_rooted
              ? ", the root that was given\n"
              : "\nThat says no more than this root does: compare it with one that you trust, "
                "or give that with --root\n");
}

std::string text_of_proof(const Context& context, std::string_view proof) {
  if (proof == "-") return {std::istreambuf_iterator<char>(context.in), {}};
  auto text = read_file(std::string(proof));
  if (!text) throw Error(Errc::NotFound, "there is no file '" + std::string(proof) + "'");
  return *std::move(text);
}

char status_of_component(const plumbing::ComponentDifference& one) {
  if (!one.before) return 'A';
  return one.after ? 'M' : 'D';
}

json::Object comparison_json(const plumbing::CompositeComparison& comparison) {
  json::Array list;
  for (const plumbing::ComponentDifference& one : comparison.differences) {
    json::Object entry{{"status", std::string(1, status_of_component(one))}};
    json::put_bytes(entry, "path", one.path);
    if (one.before) entry.emplace("before", one.before->digest);
    if (one.after) entry.emplace("after", one.after->digest);
    list.emplace_back(std::move(entry));
  }
  return {{"type", "composite-diff"},
          {"before", comparison.before.digest},
          {"after", comparison.after.digest},
          {"nodes_read", comparison.nodes_read},
          {"differences", std::move(list)}};
}

}  // namespace

int create_composite_of(const Context& context, std::string_view directory,
                        const CompositeRequest& request) {
  plumbing::Progress progress(STDERR_FILENO, {.verb = "hashing"});
  const plumbing::CreatedComposite created = plumbing::create_composite(
      plumbing::require_workspace(), directory,
      {.algorithm = component_algorithm(request.algorithm),
       .membership = request.all ? plumbing::Membership::All : plumbing::Membership::Structure,
       .store = !request.dry_run},
      [&](const plumbing::Amount& amount) { progress.show(amount); });
  progress.clear();
  if (request.json) {
    json::Object object =
        composite_json({.id = created.id, .composite = created.composite, .components = {}});
    object.erase("components");
    object.emplace("stored", !request.dry_run);
    print_json(context.out, std::move(object));
    return 0;
  }
  print_composite_head(context.out, created.composite);
  context.out << "Composite:      " << created.id.hex()
              << (request.dry_run ? "  (not stored: --dry-run)\n" : "\n");
  return 0;
}

int prove_files(const Context& context, std::span<const std::string_view> files,
                const CompositeRequest& request) {
  context.out << plumbing::prove_membership(
      plumbing::require_workspace(), request.of, files,
      request.list ? plumbing::ProofKind::List : plumbing::ProofKind::Nodes);
  return 0;
}

int check_proof_in(const Context& context, std::string_view proof,
                   const CompositeRequest& request) {
  const plumbing::CheckedProof checked = plumbing::check_proof(text_of_proof(context, proof));
  const bool is_rooted = !request.root.empty();
  if (is_rooted && !plumbing::is_bound_to(checked, request.root)) {
    context.err << "the proof is of another root than " << request.root << '\n';
    return 1;
  }
  if (!request.directory.empty()) {
    const auto other = plumbing::unproved_file(checked, request.directory);
    if (other) {
      context.err << plumbing::quoted_path(*other) << " below "
                  << plumbing::quoted_path(request.directory)
                  << " is not the file that the proof is of\n";
      return 1;
    }
  }
  if (request.json) {
    print_json(context.out, proof_json(checked, is_rooted));
  } else {
    print_proof(context.out, checked, is_rooted);
  }
  return 0;
}

int diff_composites(const Context& context, std::string_view before, std::string_view after,
                    const CompositeRequest& request) {
  const plumbing::CompositeComparison comparison =
      plumbing::compare_composites(plumbing::require_workspace(), before, after);
  if (request.json) {
    print_json(context.out, comparison_json(comparison));
  } else {
    for (const plumbing::ComponentDifference& one : comparison.differences)
      context.out << status_of_component(one) << '\t' << plumbing::quoted_path(one.path) << '\n';
  }
  return request.by_status && !comparison.differences.empty() ? 1 : 0;
}

}  // namespace roar::porcelain
