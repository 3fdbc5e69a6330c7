#include <ostream>
#include <string>

#include "objects/base/error.h"
#include "plumbing/init_project.h"
#include "plumbing/options.h"
#include "porcelain/commands.h"

namespace roar::porcelain {
namespace {

void report(std::ostream& out, const plumbing::InitializedProject& project) {
  const std::string directory = (project.root / ".roar").string();
  switch (project.result) {
    case plumbing::InitResult::Created:
      out << "Initialized roar in " << project.root.string() << '\n';
      break;
    case plumbing::InitResult::Completed:
      out << "Completed the .roar directory at " << directory << '\n';
      break;
    case plumbing::InitResult::AlreadyThere:
      out << ".roar directory already exists at " << directory << '\n';
      return;
  }
  out << "  store:      " << directory << "/objects\n";
  out << "  config:     " << directory << "/config.toml\n";
  if (project.has_public_database) out << "  roar.db:    left as it is\n";
  if (!project.in_git) {
    out << "  git:        (not in a git repo; no commit will tie jobs to their code)\n";
  }
}

}  // namespace

int cmd_init(Context& context, Arguments arguments) {
  bool yes = false;
  std::string path = ".";
  Options options("init [-y] [--path <dir>]");
  options.flag('y', "yes", yes, "accepted for compatibility; nothing is asked")
      .value(0, "path", "dir", path, "the project's directory, instead of the current one");
  if (!options.parse(arguments).empty()) {
    throw Error(Errc::Usage, "init takes no operands\n" + options.usage());
  }
  report(context.out, plumbing::init_project(path));
  return 0;
}

}  // namespace roar::porcelain
