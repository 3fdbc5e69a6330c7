#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "plumbing/workspace.h"

// Whether this machine and this project let roar do its work. Looks, and changes nothing but a file
// of its own that is gone afterwards; each question is answered in bounded time.

namespace roar::plumbing {

enum class Health : std::uint8_t { Ok, Warning, Problem };
std::string_view health_name(Health health) noexcept;  // "ok", "warning", "problem"

struct Finding {
  std::string
      area;  // "tracer", "store", "clock", "git", "permissions", "space", "limits", "config"
  Health health = Health::Ok;
  std::string text;    // one line
  std::string remedy;  // a command; empty if the finding is ok
};
using Findings = std::vector<Finding>;

// Of the project that the current directory lies in, if it does, and of the machine. Nothing that
// is wrong there is thrown.
Findings examine();

void add(Findings& findings, const char* area, Health health, std::string text,
         std::string remedy = {});

// The parts, each adding to `findings`.
void examine_tracers(Findings& findings);
void examine_store(const Workspace& workspace, Findings& findings);
// Where there is no project: the current directory's repository.
void examine_git(const std::filesystem::path& directory, Findings& findings);
void examine_permissions(const Workspace& workspace, Findings& findings);
// `directory` is one that may be written to.
void examine_clock(const std::filesystem::path& directory, Findings& findings);
void examine_space(const std::optional<Workspace>& workspace, Findings& findings);
void examine_limits(Findings& findings);
void examine_config(const std::optional<Workspace>& workspace, Findings& findings);

}  // namespace roar::plumbing
