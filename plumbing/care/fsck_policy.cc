#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "objects/base/error.h"
#include "objects/base/file.h"
#include "objects/base/lines.h"
#include "plumbing/care/fsck.h"

namespace roar::plumbing {
namespace {

// The messages that roar-fsck(1) lists, but for those of the file itself and notices.
constexpr std::array<std::string_view, 10> kMessages = {
    "badLink",         "badObject",         "badPayload",    "badRef",          "badReflog",
    "extraIndexEntry", "missingIndexEntry", "missingObject", "refLeadsNowhere", "staleIndexEntry"};
constexpr std::string_view kFamily = "fsck.";

bool equals_in_any_case(std::string_view a, std::string_view b) noexcept {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::ranges::equal(a, b, {}, lower, lower);
}

Severity severity_named(std::string_view word) noexcept {
  if (word == "ignore") return Severity::Ignore;
  return word == "warn" ? Severity::Warning : Severity::Error;
}

std::set<std::string> ids_in(const std::string& path) {
  const std::optional<std::string> text = read_file(path);
  if (!text) throw Error(Errc::NotFound, "cannot open '" + path + "': No such file or directory");
  std::set<std::string> ids;
  for_each_line(*text, [&](std::string_view line) {
    line = line.substr(0, line.find('#'));
    line = line.substr(0, line.find_last_not_of(" \t\r") + 1);
    if (line.empty()) return true;
    const std::optional<ObjectId> id = ObjectId::from_hex(line);
    if (!id)
      throw Error(Errc::Usage,
                  "'" + path + "': '" + std::string(line) + "' is not the id of an object");
    ids.insert(id->hex());
    return true;
  });
  return ids;
}

}  // namespace

std::string fsck_message_named(std::string_view name) {
  const auto* const found = std::ranges::find_if(
      kMessages, [&](std::string_view message) { return equals_in_any_case(message, name); });
  if (found != kMessages.end()) return std::string(*found);
  std::string known;
  for (const std::string_view message : kMessages)
    known += (known.empty() ? "" : ", ") + std::string(message);
  throw Error(Errc::Usage, "'" + std::string(name) +
                               "' is no message of fsck whose severity can be set; there are " +
                               known);
}

FsckPolicy fsck_policy(const Config& config, const std::string& skip_list) {
  FsckPolicy policy;
  for (const ConfigSetting& setting : config.settings()) {
    if (!setting.key.starts_with(kFamily)) continue;
    try {
      policy.severities[fsck_message_named(setting.key.substr(kFamily.size()))] =
          severity_named(std::get<std::string>(setting.value));
    } catch (Error& error) {
      error.during(setting.where);
      throw;
    }
  }
  if (!skip_list.empty()) policy.skipped = ids_in(skip_list);
  return policy;
}

}  // namespace roar::plumbing
