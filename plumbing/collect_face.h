#pragma once

#include <string>
#include <vector>

#include "plumbing/command.h"
#include "plumbing/options.h"

// The face that `roar gc` and `roar prune` share.

namespace roar::plumbing {

struct CollectRequest {
  std::string command;  // gc or prune
  std::string age = "2w";
  std::vector<std::string> keep = {};  // names of objects
  std::string expire_to = {};
  std::string max_time = {};
  bool dry_run = false;
  bool force = false;
  bool quiet = false;
  bool null = false;
  bool json = false;
};

// Declares what both have besides the age. The request must outlive the options.
void declare_collect_options(Options& options, CollectRequest& request);

// Removes what it asks for, prints, and returns the exit status. Throws usage errors of `options`.
int collect_and_print(Context& context, const Options& options, const CollectRequest& request);

}  // namespace roar::plumbing
