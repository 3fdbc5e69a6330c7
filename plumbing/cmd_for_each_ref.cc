#include <algorithm>
#include <charconv>
#include <istream>
#include <optional>
#include <ostream>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "objects/base/error.h"
#include "objects/json.h"
#include "objects/store.h"
#include "objects/transaction.h"
#include "plumbing/commands.h"
#include "plumbing/options.h"
#include "plumbing/refs/merged.h"
#include "plumbing/refs/reach.h"
#include "plumbing/refs/ref_format.h"
#include "plumbing/refs/ref_list.h"
#include "plumbing/resolve.h"

namespace roar::plumbing {
namespace {

struct SortKey {
  RefAtom atom;
  bool descending = false;
};

struct Request {
  std::vector<std::string> patterns;
  std::vector<std::string> excluded;
  std::vector<std::string> points_at;
  std::vector<std::string> contains;
  std::vector<std::string> not_contains;
  std::vector<std::string> merged;
  std::vector<std::string> not_merged;
  std::vector<std::string> sort;
  std::optional<std::string> format;
  std::string count;
  std::string start_after;
  bool from_input = false;
  bool for_shell = false;
  bool with_head = false;
  bool null = false;
  bool json = false;
};

std::size_t limit_of(const Options& options, const std::string& text) {
  std::size_t limit = 0;
  if (text.empty()) return static_cast<std::size_t>(-1);
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), limit);
  if (error != std::errc() || end != text.data() + text.size()) {
    throw options.usage_error("'" + text + "' is no number of refs");
  }
  return limit == 0 ? static_cast<std::size_t>(-1) : limit;  // as in git
}

std::vector<SortKey> sort_keys(const std::vector<std::string>& names) {
  std::vector<SortKey> keys;
  for (const std::string& name : names) {
    const bool descending = name.starts_with('-');
    keys.push_back({RefAtom(std::string_view(name).substr(descending ? 1 : 0)), descending});
  }
  return keys;
}

// The last key is the first to count, as in git; refs that are equal stay in the order of names.
void sort_refs(const RefAtom::Scene& scene, const std::vector<SortKey>& keys,
               std::vector<ListedRef>& refs) {
  for (const SortKey& key : keys) {
    std::vector<std::pair<RefAtom::Value, ListedRef>> keyed;
    for (ListedRef& ref : refs) {
      RefAtom::Value value = key.atom.of(scene, ref);
      keyed.emplace_back(std::move(value), std::move(ref));
    }
    std::ranges::stable_sort(keyed, [&](const auto& a, const auto& b) {
      const auto& low = key.descending ? b.first : a.first;
      const auto& high = key.descending ? a.first : b.first;
      return std::tie(low.number, low.text) < std::tie(high.number, high.text);
    });
    refs.clear();
    for (auto& entry : keyed) refs.push_back(std::move(entry.second));
  }
}

bool matches_one(std::string_view name, const std::vector<std::string>& patterns) {
  return std::ranges::any_of(
      patterns, [&](const std::string& pattern) { return matches_ref_pattern(name, pattern); });
}

void keep_matching(const Request& request, std::vector<ListedRef>& refs) {
  std::erase_if(refs, [&](const ListedRef& ref) {
    return (!request.patterns.empty() && !matches_one(ref.name, request.patterns)) ||
           matches_one(ref.name, request.excluded) ||
           (!request.start_after.empty() && ref.name <= request.start_after);
  });
}

void keep_leading_to(const ReadTransaction& transaction, const Workspace& workspace,
                     const Request& request, std::vector<ListedRef>& refs) {
  const auto id_of = [&](const std::string& name) {
    return resolve(transaction, workspace, name).id;
  };
  if (!request.points_at.empty()) {
    std::set<ObjectId> ids;
    for (const std::string& name : request.points_at) ids.insert(id_of(name));
    std::erase_if(refs, [&](const ListedRef& ref) {
      if (ids.contains(ref.object.id)) return false;
      const auto subject = subject_of(transaction, ref.object);
      return !subject || !ids.contains(*subject);
    });
  }
  const auto keep = [&](const std::vector<std::string>& names, bool wanted) {
    if (names.empty()) return;
    std::vector<Reach> reaches;
    for (const std::string& name : names) reaches.emplace_back(transaction, id_of(name));
    std::erase_if(refs, [&](const ListedRef& ref) {
      return wanted != std::ranges::any_of(reaches, [&](Reach& reach) {
               return reach.is_reached_from(ref.object.id);
             });
    });
  };
  keep(request.contains, true);
  keep(request.not_contains, false);
  const auto keep_in_lineage = [&](const std::vector<std::string>& names, bool merged) {
    if (names.empty()) return;
    std::vector<ObjectId> ids;
    for (const std::string& name : names) ids.push_back(id_of(name));
    keep_merged(transaction, ids, merged, refs);
  };
  keep_in_lineage(request.merged, true);
  keep_in_lineage(request.not_merged, false);
}

std::string json_line(const ListedRef& ref) {
  json::Object object{{"objectname", ref.object.id.hex()},
                      {"objectsize", ref.object.size},
                      {"objecttype", type_name(ref.object.type)}};
  json::put_bytes(object, "refname", ref.name);
  if (!ref.symbolic.empty()) json::put_bytes(object, "symref", ref.symbolic);
  return json::encode(object) + '\n';
}

Options options_of(Request& request) {
  Options options(
      "for-each-ref [--count <n>] [--sort <key>]... [--format <format> [--shell] | --json] [-z] "
      "[--points-at <object>]... [--contains <object>]... [--no-contains <object>]... "
      "[--merged <object>]... [--no-merged <object>]... "
      "[--exclude <pattern>]... [--start-after <ref>] [--include-root-refs] "
      "(--stdin | [<pattern>...])");
  options.value(0, "count", "n", request.count, "list this many at most")
      .list(0, "sort", "key", request.sort, "sort by an atom of formats; after -, downwards")
      .value(0, "format", "format", request.format, "what to print of each ref")
      .flag(0, "shell", request.for_shell, "quote what stands for atoms as words of a shell")
      .flag(0, "json", request.json, "print one JSON object a line")
      .flag('z', "null", request.null, "end lines with NUL")
      .list(0, "points-at", "object", request.points_at,
            "list only refs that lead to the object, or to what is about it")
      .list(0, "contains", "object", request.contains,
            "list only refs from which the object can be reached")
      .list(0, "no-contains", "object", request.not_contains, "list only refs from which it cannot")
      .list(0, "merged", "object", request.merged,
            "list only refs at what the object came from, or is")
      .list(0, "no-merged", "object", request.not_merged, "list only refs at what it did not")
      .list(0, "exclude", "pattern", request.excluded, "leave out what matches")
      .value(0, "start-after", "ref", request.start_after, "begin with what follows this name")
      .flag(0, "include-root-refs", request.with_head, "list HEAD, too")
      .flag(0, "stdin", request.from_input, "read patterns, one a line");
  return options;
}

void read_patterns(Context& context, const Options& options, Request& request,
                   const std::vector<std::string_view>& operands) {
  request.patterns.assign(operands.begin(), operands.end());
  if (!request.from_input) return;
  if (!operands.empty()) throw options.usage_error("patterns are read from standard input");
  for (std::string line; std::getline(context.in, line, request.null ? '\0' : '\n');)
    request.patterns.push_back(line);
}

}  // namespace

int cmd_for_each_ref(Context& context, Arguments arguments) {
  Request request;
  const Options options = options_of(request);
  const auto operands = options.parse(arguments);
  if (request.json && (request.null || request.for_shell)) {
    throw options.usage_error("--json goes with neither -z nor --shell");
  }
  if (request.json && request.format) throw options.usage_error("give one of --json and --format");
  const std::size_t limit = limit_of(options, request.count);
  const std::vector<SortKey> keys = sort_keys(request.sort);
  const RefFormat format(request.format ? std::string_view(*request.format) : RefFormat::kDefault);
  read_patterns(context, options, request, operands);
  std::string text;
  std::vector<std::string> dangling;
  context.store->read([&](const ReadTransaction& transaction) {
    text.clear();
    RefList list = list_refs(transaction, request.with_head);
    keep_matching(request, list.refs);
    keep_leading_to(transaction, *context.workspace, request, list.refs);
    const auto head = transaction.ref("HEAD");
    const RefAtom::Scene scene{transaction, head ? head->symbolic : std::string()};
    sort_refs(scene, keys, list.refs);
    if (list.refs.size() > limit) list.refs.resize(limit);
    for (const ListedRef& ref : list.refs) {
      text += request.json
                  ? json_line(ref)
                  : format.line(scene, ref, request.for_shell) + (request.null ? '\0' : '\n');
    }
    dangling = std::move(list.dangling);
  });
  for (const std::string& name : dangling) {
    context.err << "warning: ref '" << name << "' leads nowhere\n";
  }
  context.out << text;
  return 0;
}

}  // namespace roar::plumbing
