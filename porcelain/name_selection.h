#pragma once

#include <span>
#include <string>
#include <string_view>

#include "plumbing/options.h"

namespace roar::porcelain {

// One thing, named by an operand or by an option that says what kind of thing it is.
struct NameSelection {
  std::string path;
  std::string job;
  std::string artifact;

  // Declares --path, --job and --artifact. Must outlive the options.
  void declare(Options& options);

  // The name that was given, in the form that resolve() takes. Throws a usage error unless there is
  // exactly one.
  std::string name(std::span<const std::string_view> operands, const Options& options) const;
};

}  // namespace roar::porcelain
