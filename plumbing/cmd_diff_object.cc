#include <ostream>
#include <string>
#include <vector>

#include "objects/base/error.h"
#include "objects/json.h"
#include "objects/store.h"
#include "plumbing/commands.h"
#include "plumbing/lineage/diff_objects.h"
#include "plumbing/options.h"
#include "plumbing/quote.h"
#include "plumbing/resolve.h"

namespace roar::plumbing {
namespace {

char status_of(const ObjectDifference& difference) {
  if (difference.before.empty()) return 'A';
  return difference.after.empty() ? 'D' : 'M';
}

// Any value on a line of its own, as canonical JSON; of a file, its artifact.
std::string text_of(const std::vector<json::Value>& value, bool is_file) {
  if (value.empty()) return "-";
  if (is_file && value.front().object() != nullptr) {
    const auto artifact = value.front().object()->find("artifact_oid");
    if (artifact == value.front().object()->end()) return "unknown";
    return artifact->second.string() == nullptr ? "unknown" : *artifact->second.string();
  }
  const std::string text = json::encode(json::Object{{"x", value.front()}});
  constexpr std::size_t kBefore = 5;  // {"x":
  return text.substr(kBefore, text.size() - kBefore - 1);
}

std::string text_of(const std::vector<ObjectDifference>& differences, bool null) {
  const char between = null ? '\0' : '\t';
  const char end = null ? '\0' : '\n';
  std::string text;
  for (const ObjectDifference& one : differences) {
    text += status_of(one);
    text += between + (null ? one.what : quoted_path(one.what));
    text += between + text_of(one.before, one.is_file);
    text += between + text_of(one.after, one.is_file) + end;
  }
  return text;
}

json::Object json_of(const std::vector<ObjectDifference>& differences) {
  json::Array list;
  for (const ObjectDifference& one : differences) {
    json::Object difference{{"kind", one.is_file ? "file" : "field"},
                            {"status", std::string(1, status_of(one))}};
    json::put_bytes(difference, "what", one.what);
    if (!one.before.empty()) difference.emplace("before", one.before.front());
    if (!one.after.empty()) difference.emplace("after", one.after.front());
    list.emplace_back(std::move(difference));
  }
  return {{"differences", std::move(list)}, {"version", 1}};
}

}  // namespace

int cmd_diff_object(Context& context, Arguments arguments) {
  bool json = false;
  bool by_status = false;
  bool quiet = false;
  bool null = false;
  Options options("diff-object [--exit-code] [-q] [--json] [-z] <name> <name>");
  options.flag(0, "exit-code", by_status, "exit 1 if they differ")
      .flag('q', "quiet", quiet, "print nothing; exit 1 if they differ")
      .flag(0, "json", json, "print JSON")
      .flag('z', "null", null, "end every part of a line with NUL, and leave names as they are");
  const auto names = options.parse(arguments);
  if (names.size() != 2) throw options.usage_error("give two names");
  std::vector<ObjectDifference> differences;
  context.store->read([&](const ReadTransaction& transaction) {
    const ObjectId before = resolve(transaction, *context.workspace, names[0]).id;
    const ObjectId after = resolve(transaction, *context.workspace, names[1]).id;
    differences = diff_objects(transaction, before, after);
  });
  if (!quiet) {
    context.out << (json ? json::encode(json_of(differences)) + (null ? '\0' : '\n')
                         : text_of(differences, null));
  }
  return (by_status || quiet) && !differences.empty() ? 1 : 0;
}

}  // namespace roar::plumbing
