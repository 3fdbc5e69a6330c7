#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "objects/component.h"
#include "objects/object_id.h"

// Proofs that files are components of a composite (docs/formats/composite-proof.md): texts that can
// be checked with nothing but the composite's root. No store is needed.

namespace roar::plumbing {

enum class ProofKind : std::uint8_t {
  Nodes,  // the nodes on the way to the files: short, and bound to the composite's object
  List    // all components: long, and bound to the published digest
};

struct ProvedFile {
  std::string path;  // through nested composites
  Component component;
};

// What a proof shows. Nothing is known of the root: whoever checks it must know that from
// elsewhere.
struct CheckedProof {
  ProofKind kind = ProofKind::Nodes;
  ObjectId composite;     // of Nodes: the object's id
  ObjectId node;          // of Nodes: the id of the tree's root
  std::string algorithm;  // of `digest`
  std::string digest;     // of List: computed; of Nodes: what the composite says
  std::vector<ProvedFile> files;
};

// Throws Errc::Corrupt for a text that is no proof, or that does not show what it says it does.
CheckedProof check_proof(std::string_view text);

// Whether the proof is bound to this root: a digest, or the id of the composite or of its tree.
// Throws Errc::Usage for a text that is none of these, or that this kind of proof says nothing of.
bool is_bound_to(const CheckedProof& proof, std::string_view root);

// The parts of the text, as they are written.
inline constexpr std::string_view kProofOfNodes = "roar-composite-proof 1 nodes\n";
inline constexpr std::string_view kProofOfList = "roar-composite-proof 1 list\n";
std::string proof_line(std::string_view word, std::string_view payload);
std::string proof_path_line(std::string_view word, std::string_view path);

}  // namespace roar::plumbing
