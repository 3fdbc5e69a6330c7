#include "plumbing/care/gc.h"

#include <algorithm>
#include <map>
#include <string_view>

#include "objects/base/error.h"
#include "objects/component_node.h"
#include "objects/edge_node.h"
#include "objects/json.h"
#include "objects/transaction.h"
#include "plumbing/care/describe_object.h"
#include "plumbing/care/in_child.h"
#include "plumbing/care/sweep.h"
#include "plumbing/quote.h"

// The child says a line that begins with "!" for what cannot be read, one with "?" for what cannot
// be saved, an object with "id" for each object, and one with "kept_young" at the end.

namespace roar::plumbing {
namespace {

std::string encode_object(const GarbageObject& object) {
  return json::encode(json::Object{{"bytes", object.bytes},
                                   {"days", object.days},
                                   {"id", object.id},
                                   {"name", object.name},
                                   {"type", object.type}});
}

std::uint64_t number_of(const json::Object& object, std::string_view key) {
  return static_cast<std::uint64_t>(*object.find(key)->second.integer());
}

void take_line(std::string_view line, GcReport& report) {
  if (line.starts_with('!')) {
    report.unreadable.emplace_back(line.substr(1));
    return;
  }
  if (line.starts_with('?')) {
    report.unsaved.emplace_back(line.substr(1));
    return;
  }
  const json::Object object = json::decode(line);
  if (!object.contains("id")) {
    report.kept_young = number_of(object, "kept_young");
    report.kept_below = number_of(object, "kept_below");
    report.left = number_of(object, "left");
    report.complete = *object.at("complete").boolean();
    return;
  }
  report.objects.push_back({.id = *object.at("id").string(),
                            .type = *object.at("type").string(),
                            .name = *object.at("name").string(),
                            .days = number_of(object, "days"),
                            .bytes = number_of(object, "bytes")});
}

// Where an artifact was, as a tree of files that goes with it has it: the indexes have forgotten.
using Paths = std::map<ObjectId, std::string>;

void add_paths(const ReadTransaction& transaction, const ObjectInfo& info, Paths& paths) {
  if (info.type != ObjectType::Node) return;
  try {
    const std::string payload = transaction.payload(info.id, info.type);
    if (is_component_node(payload)) return;
    for (const Edge& edge : decode_node(payload).edges)
      if (edge.artifact) paths.emplace(*edge.artifact, edge.path);
  } catch (const Error&) {
    return;  // what cannot be read is told of elsewhere
  }
}

GarbageObject garbage_of(const ReadTransaction& transaction, const ObjectInfo& info,
                         std::chrono::seconds age) {
  constexpr std::chrono::seconds kDay = std::chrono::hours(24);
  return {.id = info.id.hex(),
          .type = std::string(type_name(info.type)),
          .name = describe_object(transaction, info),
          .days = static_cast<std::uint64_t>(age / kDay),
          .bytes = info.size};
}

void say_problems(char sign, const std::vector<std::string>& problems, const Say& say) {
  for (std::string line : problems) {
    std::ranges::replace(line, '\n', ' ');
    say(sign + line);
  }
}

void collect(const std::filesystem::path& directory, const GcOptions& options, const Say& say) {
  Store store(directory, options.remove ? Store::Mode::ReadWrite : Store::Mode::ReadOnly);
  Sweep sweep(store, options);
  if (sweep.mark()) sweep.choose();
  if (options.expire) sweep.keep_unsavable();
  std::map<std::uint64_t, GarbageObject> objects;
  store.read([&](const ReadTransaction& transaction) {
    objects.clear();
    Paths paths;
    for (const ObjectInfo& info : sweep.garbage()) add_paths(transaction, info, paths);
    for (const ObjectInfo& info : sweep.garbage()) {
      GarbageObject object = garbage_of(transaction, info, sweep.age_of(info));
      const auto path = paths.find(info.id);
      if (path != paths.end()) object.name = quoted_path(path->second) + ", " + object.name;
      objects.emplace(info.sequence, std::move(object));
    }
  });
  if (options.remove && options.expire && !sweep.garbage().empty()) {
    std::vector<ObjectId> ids;
    for (const ObjectInfo& info : sweep.garbage()) ids.push_back(info.id);
    std::ranges::reverse(ids);
    options.expire(store, ids);
  }
  for (const ObjectInfo& info : options.remove ? sweep.remove() : sweep.garbage())
    say(encode_object(objects.at(info.sequence)));
  say_problems('!', sweep.unreadable(), say);
  say_problems('?', sweep.unsaved(), say);
  say(json::encode(json::Object{{"complete", sweep.complete()},
                                {"kept_below", sweep.kept_below()},
                                {"kept_young", sweep.kept_young()},
                                {"left", sweep.left()}}));
}

}  // namespace

GcReport collect_garbage(const std::filesystem::path& store_directory, const GcOptions& options) {
  GcReport report;
  const int signal = in_child([&](const Say& say) { collect(store_directory, options, say); },
                              [&](std::string_view line) { take_line(line, report); });
  if (signal != 0)
    throw Error(Errc::Corrupt, "store '" + store_directory.string() +
                                   "' is damaged: reading it ended by signal " +
                                   std::to_string(signal) + "\nhint: 'roar fsck' says more");
  return report;
}

}  // namespace roar::plumbing
