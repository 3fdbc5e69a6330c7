#include <filesystem>
#include <ostream>
#include <string>

#include "objects/base/error.h"
#include "objects/json.h"
#include "plumbing/care/fsck.h"
#include "plumbing/care/rebuild.h"
#include "plumbing/commands.h"
#include "plumbing/options.h"
#include "plumbing/workspace.h"

namespace roar::plumbing {

int cmd_backup(Context& context, Arguments arguments) {
  bool quiet = false;
  bool json = false;
  bool verify = true;
  bool no_verify = false;
  Options options("backup [--no-verify] [-q | --json] <directory>");
  options.flag(0, "no-verify", no_verify, "do not check the copy")
      .flag('q', "quiet", quiet, "print nothing when all went well")
      .flag(0, "json", json, "print JSON");
  const auto operands = options.parse(arguments);
  if (operands.size() != 1) throw options.usage_error("name one directory");
  if (quiet && json) throw options.usage_error("cannot combine --quiet and --json");
  verify = !no_verify;
  const std::filesystem::path to(operands.front());
  copy_in_child(context.workspace->store_directory(), to);
  FsckReport report;
  if (verify) report = fsck(to);
  for (const StoreFinding& finding : report.findings) context.err << finding_line(finding) << '\n';
  if (json)
    context.out << json::encode(json::Object{
                       {"damage", int{report.damage}}, {"verified", verify}, {"version", 1}})
                << '\n';
  else if (!quiet)
    context.out << "copied the store to " << to.string()
                << (verify ? report.damage == 0 ? ", and checked it" : ", which is damaged" : "")
                << '\n';
  return report.damage == 0 ? 0 : 1;
}

}  // namespace roar::plumbing
