#include <ostream>

#include "objects/base/error.h"
#include "plumbing/lookup.h"
#include "plumbing/options.h"
#include "porcelain/commands.h"

namespace roar::porcelain {

// Asks nothing: the old session stays in the store with all its jobs.
int cmd_reset(Context& context, Arguments arguments) {
  bool yes = false;
  Options options("reset [-y]");
  options.flag('y', "yes", yes, "accepted for compatibility; nothing is asked");
  if (!options.parse(arguments).empty()) {
    throw Error(Errc::Usage, "reset takes no operands\n" + options.usage());
  }
  const plumbing::StartedSession session =
      plumbing::start_new_session(*context.store, *context.workspace);
  if (!session.before.empty()) {
    context.out << "Deactivated session " << session.before.substr(0, 12)
                << " (kept: roar show session:" << session.before.substr(0, 12) << ")\n";
  }
  context.out << "Created new session " << session.now.substr(0, 12) << ".\n";
  return 0;
}

}  // namespace roar::porcelain
