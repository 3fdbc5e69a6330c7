#include "plumbing/packs/name_list.h"

#include <algorithm>
#include <array>
#include <optional>

#include "objects/base/error.h"
#include "objects/session.h"
#include "plumbing/lineage/name_syntax.h"
#include "plumbing/quote.h"
#include "plumbing/resolve.h"

namespace roar::plumbing {
namespace {

constexpr std::string_view kNot = "--not";
constexpr std::string_view kHead = "HEAD";
constexpr std::string_view kSessions = "refs/sessions/";

std::string turned(std::string_view name) {
  return name.starts_with('^') ? std::string(name.substr(1)) : "^" + std::string(name);
}

std::optional<Ref> find_ref(const ReadTransaction& transaction, std::string_view name) {
  for (const std::string_view before : {std::string_view(), std::string_view("refs/"), kSessions}) {
    std::optional<Ref> ref = transaction.ref(std::string(before).append(name));
    if (ref) return ref;
  }
  return std::nullopt;
}

class Finder {
 public:
  Finder(const ReadTransaction& transaction, const Workspace& workspace)
      : transaction_(transaction), workspace_(workspace) {}

  void add_wanted(std::string_view name) {
    // Whole ids come by the hundred thousand.
    if (const auto id = ObjectId::from_hex(name); id && transaction_.info(*id)) {
      found_.selection.wanted.push_back(*id);
      add_session_at(*id);
      return;
    }
    if (const std::optional<Ref> ref = find_ref(transaction_, name)) {
      if (!add_ref(ref->name))
        throw Error(Errc::NotFound, "ref " + quoted_subject(ref->name) + " leads nowhere");
      // HEAD alone would not say which session it is.
      if (!ref->symbolic.empty()) add_ref(ref->symbolic);
      return;
    }
    const ObjectId id = resolve(transaction_, workspace_, name).id;
    found_.selection.wanted.push_back(id);
    add_session_at(id);
  }

  void add_excluded(std::string_view name) {
    const std::optional<Ref> ref = find_ref(transaction_, name);
    const auto target = ref ? transaction_.resolve_ref(ref->name) : std::nullopt;
    found_.selection.excluded.push_back(target ? *target
                                               : resolve(transaction_, workspace_, name).id);
  }

  // A name, or "A..B" if nothing is called so.
  void add(std::string_view name) {
    if (name.starts_with('^')) return add_excluded(name.substr(1));
    try {
      add_wanted(name);
    } catch (const Error& error) {
      const std::optional<NameRange> range = parse_range(name);
      // "../x" is a path.
      if (error.code() != Errc::NotFound || !range || range->to.starts_with('/')) throw;
      add_excluded(range->from.empty() ? kHead : range->from);
      add_wanted(range->to.empty() ? kHead : range->to);
    }
  }

  // False if it leads nowhere.
  bool add_ref(const std::string& name) {
    const std::optional<ObjectId> target = transaction_.resolve_ref(name);
    if (!target) return false;
    found_.selection.wanted.push_back(*target);
    found_.refs.push_back({name, *target});
    return true;
  }

  NamedObjects take() {
    std::ranges::sort(found_.refs);
    const auto twice = std::unique(found_.refs.begin(), found_.refs.end());
    found_.refs.erase(twice, found_.refs.end());
    return std::move(found_);
  }

 private:
  void add_session_at(const ObjectId& id) {
    const auto info = transaction_.info(id);
    if (!info || info->type != ObjectType::Session) return;
    const SessionEntry entry = decode_session(transaction_.payload(id, ObjectType::Session));
    const std::string ref = std::string(kSessions) + entry.session;
    if (transaction_.resolve_ref(ref) == id) add_ref(ref);
  }

  const ReadTransaction& transaction_;
  const Workspace& workspace_;
  NamedObjects found_;
};

}  // namespace

std::vector<std::string> with_not_applied(Arguments arguments, int before) {
  std::vector<std::string> result;
  bool turn = false;
  bool operands_only = false;
  for (const std::string_view argument : arguments) {
    const bool is_option = !operands_only && argument.starts_with('-') && argument.size() > 1;
    if (is_option && argument == kNot) turn = !turn;
    if (is_option && argument == "--") operands_only = true;
    const bool is_name = !is_option && before-- <= 0;
    result.push_back(turn && is_name ? turned(argument) : std::string(argument));
  }
  return result;
}

NameList names_of_lines(const std::vector<std::string>& lines) {
  NameList names;
  bool turn = false;
  for (const std::string& line : lines) {
    if (line == kNot) {
      turn = !turn;
    } else if (!line.empty()) {
      names.push_back(turn ? turned(line) : line);
    }
  }
  return names;
}

NamedObjects find_named(const ReadTransaction& transaction, const Workspace& workspace,
                        const NameList& names, bool all) {
  Finder finder(transaction, workspace);
  if (all) {
    finder.add_ref(std::string(kHead));
    for (const Ref& ref : transaction.refs("refs/")) finder.add_ref(ref.name);
  }
  for (const std::string_view name : names) finder.add(name);
  return finder.take();
}

}  // namespace roar::plumbing
