#include "plumbing/keep_patch.h"

#include <sys/stat.h>

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "hooks/git_patch.h"
#include "objects/base/error.h"
#include "objects/base/file.h"
#include "plumbing/find_secrets.h"
#include "plumbing/redaction.h"
#include "tracer/path_class.h"

namespace roar::plumbing {
namespace {

using hooks::GitPatchPart;

bool is_credential(const std::string& path) {
  const auto classified = tracer::classify_path(path, tracer::AccessKind::Input,
                                                {.root = {}, .home = {}, .temporary = {}});
  const std::string_view name = std::string_view(path).substr(path.rfind('/') + 1);
  return classified.path_class == PathClass::Credential || name == ".env" ||
         name.starts_with(".env.");
}

// Nullopt unless it is a regular file: what a symbolic link says is in the patch.
std::optional<std::uint64_t> size_on_disk(const std::string& path) noexcept {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
  return static_cast<std::uint64_t>(status.st_size);
}

// Without the sign that begins each line, so that a line is what it is in the file.
std::string lines_of(std::string_view text) {
  std::string lines;
  for (bool start = true; const char c : text) {
    if (!start || c == '\n') lines += c;
    start = c == '\n';
  }
  return lines;
}

bool is_lfs_pointer(std::string_view text) noexcept {
  constexpr std::string_view kVersion = "version https://git-lfs.github.com/spec/v1\n";
  for (const std::string_view sign : {"\n+", "\n "}) {
    if (text.find(std::string(sign).append(kVersion)) != std::string_view::npos) return true;
  }
  return false;
}

// Decides, file by file, what goes into the patch.
class Picker {
 public:
  Picker(const Workspace& workspace, const CodeState& code, std::uint64_t limit)
      : workspace_(workspace), redactor_(workspace), code_(code), limit_(limit) {}

  void withhold(const std::string& path, std::string reason) {
    kept_.withheld.push_back({.path = redactor_.redact_path(stored_path(workspace_, path)),
                              .reason = std::move(reason)});
  }

  // The files worth asking git about.
  std::vector<std::string> candidates() {
    std::vector<std::string> paths;
    for (const std::string& path : code_.tree.modified) {
      if (is_credential(path)) {
        withhold(path, "credential");
      } else if (size_on_disk(path).value_or(0) > limit_) {
        withhold(path, "size");
      } else {
        paths.push_back(path);
      }
    }
    return paths;
  }

  void add(const std::string& path, const std::vector<GitPatchPart>& parts) {
    std::string reason = reason_against(path, parts);
    std::size_t size = 0;
    for (const GitPatchPart& part : parts) size += part.text.size();
    if (reason.empty() && size > limit_ - kept_.payload.size()) reason = "size";
    if (!reason.empty()) return withhold(path, std::move(reason));
    for (const GitPatchPart& part : parts) kept_.payload += part.text;
    kept_.patched.push_back(path);
  }

  KeptPatch finish() {
    std::ranges::sort(kept_.patched);
    std::ranges::sort(kept_.withheld);
    return std::move(kept_);
  }

 private:
  std::string reason_against(const std::string& path, const std::vector<GitPatchPart>& parts) {
    for (const GitPatchPart& part : parts) {
      if (is_lfs_pointer(part.text)) return "lfs";
      if (!part.binary && find_secret(lines_of(part.text))) return "secret";
      // A binary patch goes both ways, and shows neither version.
      if (!part.binary) continue;
      const auto before = hooks::git_content(code_.repository, code_.git.commit, part.name, limit_);
      if (before && find_secret(*before)) return "secret";
    }
    if (!size_on_disk(path)) return {};
    return reason_to_withhold(path, read_file(path).value_or(std::string()));
  }

  const Workspace& workspace_;
  Redactor redactor_;
  const CodeState& code_;
  std::uint64_t limit_;
  KeptPatch kept_;
};

}  // namespace

std::string reason_to_withhold(const std::string& path, std::string_view bytes) {
  if (is_credential(path)) return "credential";
  return find_secret(bytes) ? "secret" : std::string();
}

KeptPatch keep_patch(const Workspace& workspace, const CodeState& code, std::uint64_t limit) {
  Picker picker(workspace, code, limit);
  for (const std::string& path : code.tree.in_submodules) picker.withhold(path, "submodule");
  const std::vector<std::string> paths = picker.candidates();
  if (paths.empty()) return picker.finish();
  try {
    const hooks::GitPatch patch =
        hooks::git_patch(code.repository, code.git.commit, paths, 2 * limit);
    std::map<std::string, std::vector<GitPatchPart>> parts;
    for (const GitPatchPart& part : patch.parts) {
      parts[code.repository.root + "/" + part.name].push_back(part);
    }
    for (const std::string& path : paths) {
      const auto found = parts.find(path);
      if (found != parts.end()) {
        picker.add(path, found->second);
      } else if (patch.cut_off) {
        picker.withhold(path, "size");
      }
    }
  } catch (const Error&) {
    Picker nothing(workspace, code, limit);
    for (const std::string& path : code.tree.in_submodules) nothing.withhold(path, "submodule");
    for (const std::string& path : code.tree.modified) nothing.withhold(path, "git-failed");
    return nothing.finish();
  }
  return picker.finish();
}

}  // namespace roar::plumbing
