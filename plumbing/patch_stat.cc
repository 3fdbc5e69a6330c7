#include "plumbing/patch_stat.h"

#include <set>
#include <string>

#include "hooks/git_patch.h"

namespace roar::plumbing {
namespace {

// Counts the lines of the hunks; what stands before the first one is no content.
void count_lines(std::string_view text, PatchStat& stat) {
  std::size_t at = text.find("\n@@ ");
  while (at != std::string_view::npos && at + 1 < text.size()) {
    if (text[at + 1] == '+') ++stat.insertions;
    if (text[at + 1] == '-') ++stat.deletions;
    at = text.find('\n', at + 1);
  }
}

}  // namespace

PatchStat patch_stat(std::string_view patch) {
  PatchStat stat;
  std::set<std::string> names;
  for (const hooks::GitPatchPart& part : hooks::split_patch(patch)) {
    names.insert(part.name);
    if (!part.binary) count_lines(part.text, stat);
  }
  stat.files = names.size();
  return stat;
}

}  // namespace roar::plumbing
