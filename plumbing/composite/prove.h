#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "plumbing/composite/proof.h"
#include "plumbing/workspace.h"

namespace roar::plumbing {

// A proof that the files are components of one composite: the text that check_proof() takes. Each
// is a file on disk, whose content must be that of the component, or a component's path.
// `composite` is any name of one; empty: the one that has the first file. Throws Errc::NotFound
// if there is none, Errc::Conflict if several have it.
std::string prove_membership(const Workspace& workspace, std::string_view composite,
                             std::span<const std::string_view> files, ProofKind kind);

// The first of the files that is not, below the directory, what was proved; nullopt if there is
// none.
std::optional<std::string> unproved_file(const CheckedProof& proof, const std::string& directory);

}  // namespace roar::plumbing
