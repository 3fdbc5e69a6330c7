#include "plumbing/classify.h"

#include <algorithm>

#include "objects/base/file.h"
#include "objects/base/variable.h"
#include "plumbing/path_pattern.h"
#include "tracer/observe.h"

namespace roar::plumbing {
namespace {

bool is_script(const tracer::FileAccess& access) {
  constexpr std::uint32_t kExecutable = 0111;
  return access.kind == tracer::AccessKind::Input &&
         ((access.evidence & tracer::kExecuted) != 0 || (access.mode & kExecutable) != 0) &&
         tracer::has_shebang(access.path);
}

}  // namespace

Classifier::Classifier(const Workspace& workspace, std::span<const UserRule> rules)
    : workspace_(workspace),
      rules_(rules.begin(), rules.end()),
      context_{.root = workspace.root.string(),
               .home = environment_text("HOME"),
               .temporary = environment_text("TMPDIR")},
      program_(link_target("/proc/self/exe")),
      preload_library_(tracer::preload_library()) {}

const UserRule* Classifier::user_rule(const std::string& path) const {
  if (rules_.empty()) return nullptr;
  const std::string stored = stored_path(workspace_, path);
  const auto rule = std::ranges::find_if(
      rules_, [&](const UserRule& one) { return matches_pattern(one.pattern, stored); });
  return rule == rules_.end() ? nullptr : &*rule;
}

Classification Classifier::classify(const tracer::FileAccess& access) const {
  // This program, wherever it is installed, is not what a job is about.
  if (access.path == program_ || access.path == preload_library_) {
    return {.path_class = PathClass::Internal, .reason = ClassReason::Own};
  }
  const auto classified = tracer::classify_path(access.path, access.kind, context_);
  Classification result{.path_class = classified.path_class,
                        .reason = ClassReason::Table,
                        .row = classified.rule,
                        .rule = nullptr};
  if (classified.path_class == PathClass::Credential ||
      classified.path_class == PathClass::Internal) {
    return result;
  }
  if (const UserRule* rule = user_rule(access.path)) {
    return {.path_class = rule->path_class, .reason = ClassReason::User, .rule = rule};
  }
  if (classified.path_class == PathClass::Data && is_script(access)) {
    return {.path_class = PathClass::Code, .reason = ClassReason::Script};
  }
  if (classified.rule == nullptr) {
    result.reason = classified.path_class == PathClass::Temporary ? ClassReason::Temporary
                                                                  : ClassReason::Nothing;
  }
  return result;
}

}  // namespace roar::plumbing
