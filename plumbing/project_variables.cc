#include "plumbing/project_variables.h"

#include <fcntl.h>
#include <sys/file.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <optional>
#include <system_error>

#include "objects/base/error.h"
#include "objects/base/fd.h"
#include "objects/base/file.h"
#include "plumbing/quote.h"
#include "plumbing/toml.h"

namespace roar::plumbing {
namespace {

constexpr std::string_view kSection = "env";
constexpr std::string_view kPrefix = "env.";
constexpr mode_t kMode = 0600;

bool is_name(std::string_view name) noexcept {
  const auto is_letter = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
  };
  return !name.empty() && is_letter(name.front()) &&
         std::ranges::all_of(name, [&](char c) { return is_letter(c) || (c >= '0' && c <= '9'); });
}

void check_name(std::string_view name) {
  if (!is_name(name)) {
    throw Error(Errc::Usage, quoted_path(name) + " is no name of a variable");
  }
  if (name.starts_with("ROAR_") || name == "LD_PRELOAD") {
    throw Error(Errc::Usage, "'" + std::string(name) + "' is set by roar itself");
  }
}

std::filesystem::path file_of(const Workspace& workspace) {
  const auto path = workspace.roar_directory() / "config.toml";
  std::error_code error;
  auto real = std::filesystem::canonical(path, error);
  return error ? path : real;
}

// Whoever edits settings holds this lock of the directory.
Fd lock_directory_of(const std::filesystem::path& file) {
  Fd fd(::open(file.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  while (fd && ::flock(fd.get(), LOCK_EX) != 0 && errno == EINTR) {
  }
  return fd;
}

void replace_file(const std::filesystem::path& path, std::string_view text) {
  AtomicFile file(path, kMode);
  file.write(text);
  file.commit();
}

std::string value_of(const TomlEntry& entry, const std::filesystem::path& file) {
  if (const auto* text = std::get_if<std::string>(&entry.value)) return *text;
  if (const auto* flag = std::get_if<bool>(&entry.value)) return *flag ? "true" : "false";
  throw Error(Errc::Usage, file.string() + ":" + std::to_string(entry.line) + ": '" + entry.key +
                               "' must be a string");
}

}  // namespace

std::vector<std::pair<std::string, std::string>> project_variables(const Workspace& workspace) {
  const auto file = file_of(workspace);
  const auto text = read_file(file);
  // Every run asks, and few projects set any.
  if (!text || text->find(kSection) == std::string::npos) return {};
  std::vector<std::pair<std::string, std::string>> variables;
  for (const TomlEntry& entry : read_toml(*text, file.native())) {
    if (!entry.key.starts_with(kPrefix)) continue;
    const std::string name = entry.key.substr(kPrefix.size());
    check_name(name);
    variables.emplace_back(name, value_of(entry, file));
  }
  std::ranges::sort(variables);
  return variables;
}

void set_project_variable(const Workspace& workspace, std::string_view name,
                          std::string_view value) {
  check_name(name);
  if (value.find('\0') != std::string_view::npos)
    throw Error(Errc::Usage, "the value of a variable cannot hold a zero byte");
  const auto file = file_of(workspace);
  const Fd lock = lock_directory_of(file);
  replace_file(file, with_toml_value(read_file(file).value_or(""), file.native(), kSection, name,
                                     std::string(value)));
}

bool unset_project_variable(const Workspace& workspace, std::string_view name) {
  check_name(name);
  const auto file = file_of(workspace);
  const Fd lock = lock_directory_of(file);
  const auto text = read_file(file);
  if (!text) return false;
  const auto edited = without_toml_value(*text, file.native(), kSection, name);
  if (edited) replace_file(file, *edited);
  return edited.has_value();
}

}  // namespace roar::plumbing
