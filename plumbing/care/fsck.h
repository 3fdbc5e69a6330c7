#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "objects/object_id.h"
#include "plumbing/config.h"
#include "plumbing/workspace.h"

namespace roar::plumbing {

// What is wrong with a store; a set of bits, and the exit status of `roar fsck`.
enum class Damage : std::uint8_t {
  None = 0,       // a notice
  Content = 1,    // bytes that do not have their hash, or are not what they should be
  Missing = 2,    // an object that another one or a ref names is not there
  Index = 4,      // a derived table disagrees
  Refs = 8,       // a ref that is malformed or leads nowhere
  Structure = 32  // the file itself: it cannot be opened, or reading it crashes
};

enum class Severity : std::uint8_t { Ignore, Notice, Warning, Error };

struct StoreFinding {
  std::string message;           // which sort: a word from roar-fsck(1), such as "missingObject"
  Damage damage = Damage::None;  // of a notice: None
  std::string subject;           // what it concerns
  std::string text;              // what is wrong with that; may be empty for a notice
  std::string object;            // the id that it is about, in full; empty if there is none
  Severity severity = Severity::Error;  // in a report: what was asked for; never Ignore
};

// What is to be made of findings. Those of damage to the file itself stay errors.
struct FsckPolicy {
  std::map<std::string, Severity> severities;  // by message; Ignore, Warning or Error
  std::set<std::string> skipped;               // ids of objects; findings about them are left out
};

// Throws Errc::Usage if there is no such message, or it is always an error or a notice. Messages
// are compared without regard to upper and lower case, as those of git-fsck(1).
std::string fsck_message_named(std::string_view name);

// From the settings fsck.<message> and the lines of a file of ids, if one is named: "#" begins a
// comment. Throws Errc::Usage for a setting or line that is wrong, Errc::NotFound without the file.
FsckPolicy fsck_policy(const Config& config, const std::string& skip_list);

std::string_view severity_name(Severity severity) noexcept;  // "error", "warning", ...

// "error missingObject ref HEAD: object 12... is missing", or with "warning" or "notice"; without
// control characters.
std::string finding_line(const StoreFinding& finding);

enum class FsckDepth : std::uint8_t {
  Quick,         // refs, the newest entry of each session, the numbers the store keeps of itself
  Connectivity,  // that all is there that refs and their logs lead to
  Full           // every object's hash and form, what it names, and every derived table
};

struct FsckOptions {
  FsckDepth depth = FsckDepth::Full;
  bool unreachable = false;  // notice objects that no ref and no log leads to
  bool dangling = false;     // the same, but those only that no other of them names
  // If there are any, only what they lead to is checked, and no index.
  std::vector<std::string> names = {};
  const Workspace* workspace = nullptr;  // for the names
  FsckPolicy policy = {};
  // With `dangling`: where each of these becomes a file, job/<id> or other/<id>, with the content
  // of a blob, else the id and a newline.
  std::optional<std::filesystem::path> lost_found = {};
  // How many objects were checked, and of how many.
  std::function<void(std::uint64_t, std::uint64_t)> progress = {};
};

struct FsckReport {
  std::uint8_t damage = 0;  // Damage bits, of errors
  std::vector<StoreFinding> findings;
};

// Checks a store that is not open, and changes nothing in it. Done in a child process, because LMDB
// crashes on some damage; what was found until then is reported.
//
// Throws Errc::NotFound if there is no store or nothing of a name that was given, and
// Errc::Unsupported if it is of a newer version.
FsckReport fsck(const std::filesystem::path& store_directory, const FsckOptions& options = {});

}  // namespace roar::plumbing
