#include <optional>
#include <ostream>
#include <string>

#include "objects/base/error.h"
#include "objects/ref_name.h"
#include "objects/transaction.h"
#include "plumbing/commands.h"
#include "plumbing/options.h"
#include "plumbing/refs/ref_transaction.h"
#include "plumbing/refs/short_ref.h"

namespace roar::plumbing {
namespace {

struct Request {
  bool remove = false;
  bool quiet = false;
  bool brief = false;
  bool no_recurse = false;
  std::string reason = "symbolic-ref";
};

// What the ref names; nullopt, with a message unless it is to be quiet, if it is not symbolic.
std::optional<std::string> target_of(const Context& context, const Request& request,
                                     const std::string& name) {
  std::optional<std::string> target;
  std::string brief;
  context.store->read([&](const ReadTransaction& transaction) {
    const std::optional<Ref> ref = transaction.ref(name);
    target.reset();
    if (!ref || ref->target) return;
    target = request.no_recurse ? ref->symbolic : transaction.followed_ref(name);
    if (request.brief) brief = short_ref_name(transaction, *target);
  });
  if (!target && !request.quiet) {
    throw Error(Errc::NotFound, "'" + name + "' is not a symbolic ref");
  }
  return target && request.brief ? brief : target;
}

int change(const Context& context, RefChange change) {
  const UserHooks hooks(*context.workspace);
  RefTransaction transaction(*context.store, hooks);
  transaction.add(std::move(change));
  const std::optional<std::string> conflict = transaction.commit();
  if (conflict) throw Error(Errc::Conflict, *conflict);
  return 0;
}

}  // namespace

int cmd_symbolic_ref(Context& context, Arguments arguments) {
  Request request;
  Options options(
      "symbolic-ref [-q] [--short] [--no-recurse] <name>\n"
      "symbolic-ref [-m <reason>] <name> <ref>\n"
      "symbolic-ref -d [-q] <name>");
  options.flag('d', "delete", request.remove, "remove the symbolic ref")
      .flag('q', "quiet", request.quiet, "say nothing if it is not symbolic; exit 1")
      .flag(0, "short", request.brief, "print the shortest name that is not ambiguous")
      .flag(0, "no-recurse", request.no_recurse, "print what it names, symbolic or not")
      .value('m', "message", "reason", request.reason, "what its log is to say");
  const auto operands = options.parse(arguments);
  const bool sets = operands.size() == 2;
  if (operands.empty() || operands.size() > 2 || (sets && request.remove)) {
    throw options.usage_error("name one symbolic ref, and the ref that it is to name");
  }
  const std::string name(operands.front());
  if (!is_ref_name(name)) throw options.usage_error("'" + name + "' is no name for a ref");
  RefChange changed{.name = name,
                    .follow = false,
                    .expected = std::nullopt,
                    .value = RefValue(),
                    .reason = request.reason};
  if (sets) {
    changed.value->symbolic = operands[1];
    return change(context, std::move(changed));
  }
  request.no_recurse = request.no_recurse || request.remove;
  const std::optional<std::string> target = target_of(context, request, name);
  if (!target) return 1;
  if (request.remove) return change(context, std::move(changed));
  context.out << *target << '\n';
  return 0;
}

}  // namespace roar::plumbing
