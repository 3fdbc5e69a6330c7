#include "porcelain/name_selection.h"

namespace roar::porcelain {

void NameSelection::declare(Options& options) {
  options.value(0, "path", "path", path, "the newest recorded version of a file")
      .value(0, "job", "job", job, "a job, by uid or step")
      .value(0, "artifact", "hash", artifact, "an artifact, by any of its hashes");
}

std::string NameSelection::name(std::span<const std::string_view> operands,
                                const Options& options) const {
  const std::size_t given = (path.empty() ? 0U : 1U) + (job.empty() ? 0U : 1U) +
                            (artifact.empty() ? 0U : 1U) + operands.size();
  if (given == 0) throw options.usage_error("name a file, an artifact, a job or a session");
  if (given > 1) {
    throw options.usage_error("specify only one of a name, --path, --job and --artifact");
  }
  if (!path.empty()) return "path:" + path;
  if (!job.empty()) {
    const bool bare = !job.starts_with('@') && job.find(':') == std::string::npos;
    return (bare ? "job:" : "") + job;
  }
  return artifact.empty() ? std::string(operands.front()) : artifact;
}

}  // namespace roar::porcelain
