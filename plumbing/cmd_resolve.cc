#include <ostream>

#include "objects/base/error.h"
#include "objects/store.h"
#include "plumbing/commands.h"
#include "plumbing/options.h"
#include "plumbing/resolve.h"

namespace roar::plumbing {

// Prints one id a line, in the order of the operands. Prints nothing if one of them fails.
int cmd_resolve(Context& context, Arguments arguments) {
  bool abbreviate = false;
  bool quiet = false;
  Options options("resolve [--short] [-q] <name>...");
  options.flag(0, "short", abbreviate, "print the shortest unique prefix, at least 8 digits")
      .flag('q', "quiet", quiet, "print no message for a name that stands for nothing; exit 1");
  const auto names = options.parse(arguments);
  if (names.empty()) throw Error(Errc::Usage, "no name given\n" + options.usage());
  std::string text;
  try {
    context.store->read([&](const ReadTransaction& transaction) {
      text.clear();
      for (const std::string_view name : names) {
        const ObjectId id = resolve(transaction, *context.workspace, name).id;
        text += (abbreviate ? short_id(transaction, id) : id.hex()) + "\n";
      }
    });
  } catch (const Error& error) {
    if (quiet && error.code() == Errc::NotFound) return 1;
    throw;
  }
  context.out << text;
  return 0;
}

}  // namespace roar::plumbing
