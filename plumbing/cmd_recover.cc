#include <filesystem>
#include <ostream>
#include <string>
#include <vector>

#include "objects/json.h"
#include "plumbing/care/recover.h"
#include "plumbing/commands.h"
#include "plumbing/options.h"
#include "plumbing/quote.h"
#include "plumbing/workspace.h"

namespace roar::plumbing {
namespace {

json::Array array_of(const std::vector<std::string>& texts) {
  json::Array array;
  for (const std::string& text : texts) array.emplace_back(json::bytes_value(text));
  return array;
}

void print(std::ostream& out, const Recovered& recovered) {
  for (const std::string& id : recovered.lost) out << "lost object " << id << '\n';
  for (const std::string& name : recovered.refs_lost)
    out << "lost ref " << quoted_path(name) << '\n';
  for (const std::string& name : recovered.refs_moved)
    out << "moved ref " << quoted_path(name) << '\n';
  out << "recovered " << recovered.objects << " objects, " << recovered.filled
      << " of them from elsewhere, to " << recovered.generation << '\n';
}

}  // namespace

int cmd_recover(Context& context, Arguments arguments) {
  std::vector<std::string> from;
  bool json = false;
  Options options("recover [--from <path>]... [--json]");
  options.list(0, "from", "path", from, "look for what is missing in a backup, a bundle or a pack")
      .flag(0, "json", json, "print JSON");
  if (!options.parse(arguments).empty()) throw options.usage_error("recover takes no operands");
  const Recovered recovered = recover(context.workspace->store_directory(),
                                      std::vector<std::filesystem::path>(from.begin(), from.end()));
  if (json)
    context.out << json::encode(json::Object{{"filled", recovered.filled},
                                             {"generation", recovered.generation},
                                             {"lost", array_of(recovered.lost)},
                                             {"objects", recovered.objects},
                                             {"refs_lost", array_of(recovered.refs_lost)},
                                             {"refs_moved", array_of(recovered.refs_moved)},
                                             {"version", 1}})
                << '\n';
  else
    print(context.out, recovered);
  const bool whole =
      recovered.lost.empty() && recovered.refs_lost.empty() && recovered.refs_moved.empty();
  return whole ? 0 : 1;
}

}  // namespace roar::plumbing
