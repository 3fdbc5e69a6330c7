#pragma once

#include <span>
#include <string>
#include <string_view>

#include "plumbing/command.h"

// The actions of `roar composite`, with their options.

namespace roar::porcelain {

struct CompositeRequest {
  std::string algorithm = "blake3";
  bool all = false;
  bool dry_run = false;
  bool json = false;
  std::string of;
  bool list = false;
  std::string root;
  std::string directory;
  bool by_status = false;
};

int create_composite_of(const Context& context, std::string_view directory,
                        const CompositeRequest& request);
int prove_files(const Context& context, std::span<const std::string_view> files,
                const CompositeRequest& request);
// `proof` is a file, or "-" for standard input.
int check_proof_in(const Context& context, std::string_view proof, const CompositeRequest& request);
int diff_composites(const Context& context, std::string_view before, std::string_view after,
                    const CompositeRequest& request);

}  // namespace roar::porcelain
