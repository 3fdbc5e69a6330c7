#include <ostream>
#include <string>
#include <string_view>

#include "objects/base/error.h"
#include "objects/base/hex.h"
#include "objects/json.h"
#include "plumbing/commands.h"
#include "plumbing/options.h"
#include "plumbing/packs/file_streams.h"
#include "plumbing/packs/verify_pack.h"
#include "plumbing/quote.h"

namespace roar::plumbing {
namespace {

struct View {
  bool objects = false;
  bool statistics = false;
  bool as_json = false;
};

json::Object json_of(const PackStatistics& pack) {
  json::Object types;
  for (const auto& [type, of_type] : pack.types)
    types.emplace(type_name(type),
                  json::Object{{"bytes", of_type.bytes}, {"objects", of_type.objects}});
  json::Array outside;
  for (const ObjectId& id : pack.outside) outside.emplace_back(id.hex());
  return {{"blake3", to_hex(pack.summary.digest)},
          {"bytes", pack.summary.bytes},
          {"objects", pack.summary.objects},
          {"outside", std::move(outside)},
          {"payload_bytes", pack.summary.payload_bytes},
          {"types", std::move(types)}};
}

void print_statistics(std::ostream& out, const PackStatistics& pack) {
  for (const auto& [type, of_type] : pack.types)
    out << type_name(type) << ": " << of_type.objects << " objects, " << of_type.bytes
        << " bytes\n";
  out << "total: " << pack.summary.objects << " objects, " << pack.summary.payload_bytes
      << " bytes, " << pack.summary.bytes << " packed\n";
  if (!pack.outside.empty())
    out << "outside: " << pack.outside.size() << " objects are named and not in the pack\n";
}

// False if it is damaged, which it says.
bool verify_file(Context& context, std::string_view path, const View& view) {
  InputFile file(path, context.in);
  json::Object document{{"file", json::bytes_value(path)}, {"version", 1}};
  try {
    const auto visit = [&](const PackedObject& object) {
      if (view.objects && !view.as_json)
        context.out << object.id.hex() << ' ' << type_name(object.type) << ' '
                    << object.payload.size() << '\n';
    };
    const PackStatistics pack = verify_pack(file.source(), {}, visit);
    document.merge(json_of(pack));
    if (view.statistics && !view.as_json) print_statistics(context.out, pack);
    if (view.objects && !view.as_json) context.out << quoted_path(path) << ": ok\n";
  } catch (const Error& error) {
    if (error.code() != Errc::Corrupt && error.code() != Errc::Unsupported) throw;
    document.emplace("problem", error.what());
    if (!view.as_json)
      context.err << "error: " << quoted_path(path) << ": " << error.what() << '\n';
  }
  const bool sound = !document.contains("problem");
  document.emplace("ok", sound);
  if (view.as_json) context.out << json::encode(document) << '\n';
  return sound;
}

}  // namespace

int cmd_verify_pack(Context& context, Arguments arguments) {
  bool verbose = false;
  bool stat_only = false;
  bool as_json = false;
  Options options("verify-pack [-v | -s] [--json] <file>...");
  options.flag('v', "verbose", verbose, "list the objects, and count them by type")
      .flag('s', "stat-only", stat_only, "count the objects by type")
      .flag(0, "json", as_json, "print one JSON object a pack");
  const auto operands = options.parse(arguments);
  if (operands.empty()) throw options.usage_error("no file given");
  const View view{
      .objects = verbose && !stat_only, .statistics = verbose || stat_only, .as_json = as_json};
  int status = 0;
  for (const std::string_view path : operands)
    if (!verify_file(context, path, view)) status = 1;
  return status;
}

}  // namespace roar::plumbing
