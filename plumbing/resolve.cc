#include "plumbing/resolve.h"

#include <algorithm>
#include <array>
#include <system_error>
#include <utility>

#include "objects/base/error.h"
#include "objects/base/hex.h"
#include "plumbing/composite/composite_at.h"
#include "plumbing/lineage/earlier.h"
#include "plumbing/lineage/follow_suffix.h"
#include "plumbing/lineage/name_base.h"
#include "plumbing/lineage/name_syntax.h"
#include "plumbing/quote.h"

namespace roar::plumbing {
namespace {

constexpr std::array<std::string_view, 8> kForms{
    "@N, @BN, @",         "HEAD, refs/...",    ":/TEXT", "path:FILE", "KIND:HEX, session/ID",
    "hexadecimal digits", "a ref below refs/", "a path"};
enum FormNumber : std::size_t { kCommandForm = 2, kPathForm = 3, kShortRef = 6, kBarePath = 7 };

constexpr std::string_view kPathPrefix = "path:";
constexpr std::string_view kCommandPrefix = ":/";

[[noreturn]] void not_found(std::string_view name, const std::string& why = {}) {
  throw Error(Errc::NotFound, quoted_subject(name) + " names nothing that is recorded" +
                                  (why.empty() ? std::string() : ": " + why));
}

std::optional<NameBase> version_at(const ReadTransaction& transaction, const std::string& stored) {
  const auto newest = newest_version_of(transaction, stored);
  if (newest) return NameBase{.id = *newest, .ref = {}, .path = stored};
  const std::string_view directory(stored.data(), stored.size() - (stored.ends_with('/') ? 1 : 0));
  const auto composite = composite_at(transaction, directory);
  if (!composite) return std::nullopt;
  return NameBase{.id = *composite, .ref = {}, .path = {}};
}

std::optional<NameBase> path_base(const ReadTransaction& transaction, const Workspace& workspace,
                                  std::string_view name) {
  const std::filesystem::path absolute =
      workspace.directory / name;  // or `name`, if that is absolute
  const std::filesystem::path lexical = absolute.lexically_normal();
  auto version = version_at(transaction, stored_path(workspace, lexical.native()));
  if (version) return version;
  // Paths are recorded as the kernel resolves them, so a name that leads through a symbolic link is
  // found only so.
  std::error_code error;
  const std::filesystem::path resolved = std::filesystem::weakly_canonical(absolute, error);
  if (error || resolved == lexical) return std::nullopt;
  return version_at(transaction, stored_path(workspace, resolved.native()));
}

// A name in its two parts.
struct Split {
  NameBase base;
  std::vector<NameSuffix> suffixes;
  std::string warning = {};
};

class NameResolver {
 public:
  NameResolver(const ReadTransaction& transaction, const Workspace& workspace,
               NameExplanation* explanation)
      : transaction_(transaction),
        workspace_(workspace),
        explanation_(explanation),
        bases_(transaction, explanation) {}

  std::vector<ResolvedName> resolve(std::string_view name) const {
    const Split split = this->split(name);
    std::string warning = split.warning;
    std::vector<ResolvedName> found = start(split, warning);
    bool first = true;
    for (const NameSuffix& suffix : split.suffixes) {
      if (suffix.kind != NameSuffix::Kind::Earlier) found = follow(found, suffix);
      if (suffix.kind == NameSuffix::Kind::Earlier && !first)
        throw Error(Errc::Usage, "'" + to_text(suffix) + "' must follow a ref or a path directly");
      note_suffix(suffix, found);
      first = false;
    }
    found.front().warning = warning;
    return found;
  }

 private:
  Split split(std::string_view name) const {
    if (name.starts_with(kCommandPrefix)) {
      for (std::size_t form = 0; form < kCommandForm; ++form) bases_.note(form, "no");
      return noted(kCommandForm, [&] {
        return Split{bases_.by_command(name.substr(kCommandPrefix.size())), {}};
      });
    }
    if (name.starts_with(kPathPrefix)) {
      for (std::size_t form = 0; form < kPathForm; ++form) bases_.note(form, "no");
      return noted(kPathForm, [&] { return split_path(name.substr(kPathPrefix.size()), name); });
    }
    const std::size_t length = length_without_suffixes(name);
    // "@{1}" is what "@" stood for.
    const std::string_view text =
        length == 0 && name.starts_with('@') ? "@" : name.substr(0, length);
    auto suffixes = parse_suffixes(name.substr(length));
    if (!suffixes && text.starts_with('@'))
      throw Error(Errc::NotFound, "invalid DAG reference " + quoted_subject(name) +
                                      "; use @N or @BN where N is a number from 1");
    if (suffixes) {
      if (auto base = bases_.find(text))
        return {*std::move(base), *std::move(suffixes), warning_about(text)};
      auto base = bases_.short_ref(text);
      bases_.note(kShortRef, base ? bases_.described(base->id) : "no");
      if (base) return {*std::move(base), *std::move(suffixes)};
    }
    return noted(kBarePath, [&] { return split_path(name, name); });
  }

  // What `find` returns, the name taken in this form; notes that, or why it failed.
  template <typename Find>
  Split noted(FormNumber form, const Find& find) const {
    try {
      Split split = find();
      bases_.note(form, bases_.described(split.base.id));
      return split;
    } catch (const Error& error) {
      bases_.note(form, error.what());
      throw;
    }
  }

  // A path that was recorded as it stands has no suffix; else it ends before the first one that
  // leaves a recorded path.
  Split split_path(std::string_view path, std::string_view name) const {
    if (auto whole = path_base(transaction_, workspace_, path)) return {*std::move(whole), {}};
    for (std::size_t end = path.size(); end > 0; --end) {
      constexpr std::string_view kStarts = "^~:@";
      if (end == path.size() || kStarts.find(path[end]) == std::string_view::npos) continue;
      auto suffixes = parse_suffixes(path.substr(end));
      if (!suffixes) continue;
      if (auto base = path_base(transaction_, workspace_, path.substr(0, end)))
        return {*std::move(base), *std::move(suffixes)};
    }
    not_found(name, "no job read or wrote this path");
  }

  // As git does, whose users know it: digits are taken for an id, and whoever has a ref or a file
  // of that name hears of it.
  std::string warning_about(std::string_view text) const {
    if (!is_hex(text) || text.size() < kPrefixMin) return {};
    const std::string begin =
        quoted_subject(text) + " is taken for the digits of an id, but it is ";
    if (const std::string ref = bases_.other_ref(text); !ref.empty())
      return begin + "the name of a ref too; '" + ref + "' names that";
    if (path_base(transaction_, workspace_, text))
      return begin + "a recorded path too; 'path:" + std::string(text) + "' names that";
    return {};
  }

  ResolvedName about(const ObjectId& id) const {
    const auto info = transaction_.info(id);
    if (!info) throw Error(Errc::Corrupt, "object " + id.hex() + " is missing");
    return {.id = id, .type = info->type};
  }

  std::vector<ResolvedName> start(const Split& split, std::string& warning) const {
    if (split.suffixes.empty() || split.suffixes.front().kind != NameSuffix::Kind::Earlier) {
      ResolvedName found = about(split.base.id);
      if (split.suffixes.empty()) found.path = split.base.path;
      return {found};
    }
    const std::string& when = split.suffixes.front().text;
    if (!split.base.path.empty())
      return {about(earlier_version(transaction_, split.base.path, when))};
    if (!split.base.ref.empty())
      return {about(earlier_target(transaction_, split.base.ref, when, warning))};
    throw Error(Errc::Usage,
                "'" + to_text(split.suffixes.front()) + "' is asked of refs and paths only");
  }

  std::vector<ResolvedName> follow(const std::vector<ResolvedName>& from,
                                   const NameSuffix& suffix) const {
    std::vector<ResolvedName> found;
    for (const ResolvedName& one : from)
      for (const ObjectId& id : follow_suffix(transaction_, workspace_, one.id, suffix))
        found.push_back(about(id));
    return found;
  }

  void note_suffix(const NameSuffix& suffix, const std::vector<ResolvedName>& found) const {
    if (explanation_ == nullptr) return;
    for (const ResolvedName& one : found)
      explanation_->followed.push_back({to_text(suffix), bases_.described(one.id)});
  }

  const ReadTransaction& transaction_;
  const Workspace& workspace_;
  NameExplanation* explanation_;
  NameBases bases_;
};

ResolvedName only(const ReadTransaction& transaction, std::string_view name,
                  std::vector<ResolvedName> found) {
  if (found.size() == 1) return std::move(found.front());
  std::vector<ObjectId> ids;
  for (const ResolvedName& one : found) ids.push_back(one.id);
  throw Error(Errc::Conflict, quoted_subject(name) + " names " + std::to_string(found.size()) +
                                  " objects; candidates:" + candidate_lines(transaction, ids));
}

std::optional<ResolvedName> side_of(const ReadTransaction& transaction, const Workspace& workspace,
                                    std::string_view name, std::optional<Error>& failure) {
  try {
    return resolve(transaction, workspace, name.empty() ? "HEAD" : name);
  } catch (const Error& error) {
    if (error.code() == Errc::Corrupt) throw;
    failure = error;
    return std::nullopt;
  }
}

}  // namespace

ResolvedName resolve(const ReadTransaction& transaction, const Workspace& workspace,
                     std::string_view name) {
  return only(transaction, name, resolve_each(transaction, workspace, name));
}

std::vector<ResolvedName> resolve_each(const ReadTransaction& transaction,
                                       const Workspace& workspace, std::string_view name) {
  return NameResolver(transaction, workspace, nullptr).resolve(name);
}

std::vector<ListedName> resolve_listed(const ReadTransaction& transaction,
                                       const Workspace& workspace, std::string_view name) {
  std::vector<ListedName> listed;
  const bool excluded = name.size() > 1 && name.starts_with('^');
  try {
    for (ResolvedName& one : resolve_each(transaction, workspace, excluded ? name.substr(1) : name))
      listed.push_back({std::move(one), excluded});
    return listed;
  } catch (const Error& error) {
    const auto range = parse_range(name);
    if (error.code() != Errc::NotFound || !range || excluded) throw;
    if (range->to.starts_with('/')) throw;  // "../x" is a path
    std::optional<Error> failure;
    auto to = side_of(transaction, workspace, range->to, failure);
    auto from = side_of(transaction, workspace, range->from, failure);
    if (!to && !from) throw;
    if (!to || !from) throw Error(*failure);
    return {{*std::move(to), false}, {*std::move(from), true}};
  }
}

NameExplanation explain_name(const ReadTransaction& transaction, const Workspace& workspace,
                             std::string_view name) {
  NameExplanation explanation;
  try {
    const auto found = NameResolver(transaction, workspace, &explanation).resolve(name);
    explanation.warning = found.front().warning;
    only(transaction, name, found);
  } catch (const Error& error) {
    explanation.failure = error;
  }
  return explanation;
}

std::vector<std::string_view> name_forms() {
  return {kForms.begin(), kForms.end()};
}

ObjectId resolve_object(const ReadTransaction& transaction, std::string_view name) {
  const auto base = NameBases(transaction, nullptr).find(name);
  if (!base) not_found(name);
  return base->id;
}

std::string short_id(const ReadTransaction& transaction, const ObjectId& id, std::size_t digits) {
  std::string hex = id.hex();
  for (std::size_t length = digits; length < hex.size(); ++length) {
    if (transaction.with_prefix(hex.substr(0, length), 2).size() < 2) return hex.substr(0, length);
  }
  return hex;
}

}  // namespace roar::plumbing
