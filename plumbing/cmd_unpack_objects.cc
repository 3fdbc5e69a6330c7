#include <unistd.h>

#include <optional>
#include <ostream>
#include <string>

#include "objects/base/error.h"
#include "objects/json.h"
#include "objects/store.h"
#include "plumbing/commands.h"
#include "plumbing/options.h"
#include "plumbing/packs/file_streams.h"
#include "plumbing/packs/quarantine.h"
#include "plumbing/progress.h"
#include "plumbing/quantity.h"
#include "plumbing/workspace.h"

namespace roar::plumbing {
namespace {

struct Face {
  bool dry_run = false;
  bool quiet = false;
  bool as_json = false;
};

void report(Context& context, const Quarantine& quarantine, const Face& face) {
  for (const std::string& problem : quarantine.problems())
    context.err << "error: " << problem << '\n';
  if (face.as_json) {
    json::Array problems;
    for (const std::string& problem : quarantine.problems())
      problems.emplace_back(json::bytes_value(problem));
    context.out << json::encode(json::Object{{"dry_run", face.dry_run},
                                             {"new", quarantine.unknown()},
                                             {"objects", quarantine.accepted()},
                                             {"problems", std::move(problems)},
                                             {"version", 1}})
                << '\n';
  } else if (!face.quiet) {
    context.err << (face.dry_run ? "would unpack " : "unpacked ") << quarantine.accepted()
                << (quarantine.accepted() == 1 ? " object, " : " objects, ") << quarantine.unknown()
                << " of them new\n";
  }
}

}  // namespace

int cmd_unpack_objects(Context& context, Arguments arguments) {
  Face face;
  IncomingOptions incoming;
  std::string max_size;
  Options options(
      "unpack-objects [-n] [-q] [-r] [--strict] [--max-input-size <size>] [--json] <pack");
  options.flag('n', "dry-run", face.dry_run, "check the pack and store nothing")
      .flag('q', "quiet", face.quiet, "print neither progress nor a summary")
      .flag('r', "recover", incoming.recover, "store what is sound of a damaged pack")
      .flag(0, "strict", incoming.strict, "read what the pack names in the store, too")
      .value(0, "max-input-size", "size", max_size, "refuse a pack of more than so many bytes")
      .flag(0, "json", face.as_json, "print what was unpacked as JSON");
  if (!options.parse(arguments).empty())
    throw options.usage_error("the pack comes on standard input");
  if (!max_size.empty()) {
    const std::optional<std::uint64_t> bytes = parse_size(max_size);
    if (!bytes) throw options.usage_error("'" + max_size + "' is not a size");
    incoming.max_bytes = *bytes;
  }

  const auto directory = context.workspace->store_directory();
  Store store(directory, face.dry_run ? Store::Mode::ReadOnly : Store::Mode::ReadWrite);
  std::optional<Progress> progress;
  if (!face.quiet) progress.emplace(STDERR_FILENO, Work{.verb = "unpacking", .unit = "object"});
  incoming.progress = [&](std::uint64_t objects) {
    if (progress) progress->show({.files = objects});
  };
  InputFile input("-", context.in);
  Quarantine quarantine(store, input.source(), incoming,
                        face.dry_run ? std::nullopt : std::optional(directory));
  if (!face.dry_run) quarantine.accept(store, [](WriteTransaction&) {});
  progress.reset();
  report(context, quarantine, face);
  return quarantine.problems().empty() ? 0 : 1;
}

}  // namespace roar::plumbing
