#include <array>
#include <filesystem>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "objects/json.h"
#include "objects/store.h"
#include "objects/store_usage.h"
#include "plumbing/care/garbage.h"
#include "plumbing/commands.h"
#include "plumbing/options.h"
#include "plumbing/progress.h"
#include "plumbing/workspace.h"

namespace roar::plumbing {
namespace {

struct Line {
  std::string key;
  std::uint64_t number = 0;
  bool is_size = false;  // in bytes
};

void add_types(const StoreContents& contents, std::vector<Line>& lines) {
  StoreContents::OfType all;
  for (const StoreContents::OfType& type : contents.types) {
    all.objects += type.objects;
    all.payload_bytes += type.payload_bytes;
    all.stored_bytes += type.stored_bytes;
    all.compressed += type.compressed;
  }
  lines.push_back({"count", all.objects});
  lines.push_back({"size", all.payload_bytes, true});
  lines.push_back({"size-stored", all.stored_bytes, true});
  lines.push_back({"compressed", all.compressed});
  for (std::size_t i = 1; i < contents.types.size(); ++i) {
    const std::string name(type_name(static_cast<ObjectType>(i)));
    lines.push_back({name, contents.types.at(i).objects});
    lines.push_back({"size-" + name, contents.types.at(i).payload_bytes, true});
  }
}

std::vector<Line> lines_of(const StoreContents& contents, const StoreUsage& usage,
                           const Garbage& garbage) {
  std::vector<Line> lines;
  add_types(contents, lines);
  for (const StoreContents::OfTable& table : contents.tables)
    lines.push_back({"entries-" + std::string(table.name), table.entries});
  for (const StoreContents::OfTable& table : contents.tables)
    lines.push_back(
        {"size-table-" + std::string(table.name), table.pages * contents.page_bytes, true});
  lines.push_back({"pages", contents.pages});
  lines.push_back({"free-pages", contents.free_pages});
  lines.push_back({"size-file", contents.pages * contents.page_bytes, true});
  lines.push_back({"size-free", contents.free_pages * contents.page_bytes, true});
  lines.push_back({"size-map", usage.map_bytes, true});
  lines.push_back({"garbage", garbage.files.size()});
  lines.push_back({"size-garbage", garbage.bytes, true});
  return lines;
}

}  // namespace

int cmd_count_objects(Context& context, Arguments arguments) {
  bool verbose = false;
  bool human = false;
  bool json = false;
  Options options("count-objects [-v] [-H | --json]");
  options.flag('v', "verbose", verbose, "say more, one number a line")
      .flag('H', "human-readable", human, "print sizes with a unit")
      .flag(0, "json", json, "print JSON");
  if (!options.parse(arguments).empty())
    throw options.usage_error("count-objects takes no operands");
  if (human && json) throw options.usage_error("cannot combine --human-readable and --json");

  StoreContents contents;
  context.store->read(
      [&](const ReadTransaction& transaction) { contents = contents_of(transaction); });
  const Garbage garbage = garbage_in(context.workspace->store_directory());
  const std::vector<Line> lines = lines_of(contents, context.store->usage(), garbage);
  for (const std::filesystem::path& file : garbage.files)
    context.err << "warning: garbage found: " << file.string() << '\n';
  if (json) {
    json::Object object{{"version", 1}};
    for (const Line& line : lines) {
      std::string key = line.key;
      for (char& c : key)
        if (c == '-') c = '_';
      object.emplace(std::move(key), line.number);
    }
    context.out << json::encode(object) << '\n';
    return 0;
  }
  constexpr std::uint64_t kKilobyte = 1024;
  const auto size = [&](std::uint64_t bytes) {
    return human ? size_text(bytes) : std::to_string(bytes);
  };
  if (!verbose) {
    const std::uint64_t bytes = contents.pages * contents.page_bytes;
    context.out << lines.front().number << " objects, "
                << (human ? size_text(bytes) : std::to_string(bytes / kKilobyte) + " kilobytes")
                << '\n';
    return 0;
  }
  for (const Line& line : lines)
    context.out << line.key << ": "
                << (line.is_size ? size(line.number) : std::to_string(line.number)) << '\n';
  return 0;
}

}  // namespace roar::plumbing
