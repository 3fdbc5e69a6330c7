#include "plumbing/doctor.h"

#include <unistd.h>

#include <functional>
#include <utility>

#include "objects/base/error.h"
#include "objects/base/variable.h"
#include "plumbing/config.h"

namespace roar::plumbing {
namespace {

std::filesystem::path temporary_directory() {
  const char* named = environment_variable("TMPDIR");
  return named != nullptr && *named != '\0' ? named : "/tmp";
}

// A question that cannot be asked is a finding too.
void ask(const char* area, Findings& findings, const std::function<void()>& question) {
  try {
    question();
  } catch (const std::exception& error) {
    add(findings, area, Health::Problem, error.what(), "strace -f roar doctor");
  }
}

std::optional<Workspace> project(Findings& findings) {
  try {
    auto workspace = find_workspace();
    if (!workspace) {
      add(findings, "store", Health::Ok, "no project here, so nothing of one was examined");
    }
    return workspace;
  } catch (const Error& error) {
    const char* named = environment_variable("ROAR_DIR");
    findings.push_back({.area = "store",
                        .health = Health::Problem,
                        .text = error.what(),
                        .remedy = named != nullptr ? "unset ROAR_DIR" : "cd"});
    return std::nullopt;
  }
}

}  // namespace

void add(Findings& findings, const char* area, Health health, std::string text,
         std::string remedy) {
  findings.push_back(
      {.area = area, .health = health, .text = std::move(text), .remedy = std::move(remedy)});
}

std::string_view health_name(Health health) noexcept {
  switch (health) {
    case Health::Ok:
      return "ok";
    case Health::Warning:
      return "warning";
    case Health::Problem:
      break;
  }
  return "problem";
}

Findings examine() {
  Findings findings;
  ask("tracer", findings, [&] { examine_tracers(findings); });
  const std::optional<Workspace> workspace = project(findings);
  if (workspace) {
    ask("store", findings, [&] { examine_store(*workspace, findings); });
    ask("permissions", findings, [&] { examine_permissions(*workspace, findings); });
  }
  ask("git", findings, [&] {
    std::error_code error;
    examine_git(workspace ? workspace->directory : std::filesystem::current_path(error), findings);
  });
  ask("clock", findings, [&] {
    const bool inside = workspace && ::access(workspace->roar_directory().c_str(), W_OK) == 0;
    examine_clock(inside ? workspace->roar_directory() : temporary_directory(), findings);
  });
  ask("space", findings, [&] { examine_space(workspace, findings); });
  ask("limits", findings, [&] { examine_limits(findings); });
  ask("config", findings, [&] { examine_config(workspace, findings); });
  return findings;
}

void examine_config(const std::optional<Workspace>& workspace, Findings& findings) {
  try {
    const Config config = load_config(workspace ? workspace->root : std::filesystem::path());
    for (const std::string& warning : config.warnings()) {
      findings.push_back({.area = "config",
                          .health = Health::Warning,
                          .text = warning,
                          .remedy = "roar config list --origin"});
    }
    if (config.warnings().empty()) {
      findings.push_back(
          {.area = "config", .health = Health::Ok, .text = "every setting is known", .remedy = {}});
    }
  } catch (const Error& error) {
    findings.push_back({.area = "config",
                        .health = Health::Problem,
                        .text = error.what(),
                        .remedy = "man roar-config"});
  }
}

}  // namespace roar::plumbing
