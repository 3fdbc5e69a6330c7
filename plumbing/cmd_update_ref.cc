#include <optional>
#include <ostream>
#include <string>

#include "objects/ref_name.h"
#include "plumbing/commands.h"
#include "plumbing/options.h"
#include "plumbing/refs/ref_transaction.h"
#include "plumbing/refs/ref_value_text.h"
#include "plumbing/refs/update_script.h"

namespace roar::plumbing {
namespace {

constexpr int kExitConflict = 3;

struct Request {
  bool remove = false;
  bool no_follow = false;
  bool from_input = false;
  bool null = false;
  bool create_log = false;
  bool batch = false;
  std::string reason = "update-ref";
};

// The one change that the operands ask for.
RefChange change_of(const Context& context, const Options& options, const Request& request,
                    const std::vector<std::string_view>& operands) {
  const std::size_t values = request.remove ? 0 : 1;
  if (operands.size() < 1 + values || operands.size() > 2 + values) {
    throw options.usage_error(request.remove ? "name one ref, and what it should be now"
                                             : "name one ref, what it is to be, and what it should "
                                               "be now");
  }
  RefChange change;
  change.name = operands.front();
  change.follow = !request.no_follow;
  change.reason = request.reason;
  if (!is_ref_name(change.name)) {
    throw options.usage_error("'" + change.name + "' is no name for a ref");
  }
  const auto value = [&](std::string_view name) {
    return ref_value_named(*context.store, *context.workspace, name);
  };
  change.value = request.remove ? RefValue() : value(operands[1]);
  if (operands.size() == 2 + values) change.expected = value(operands.back());
  return change;
}

}  // namespace

int cmd_update_ref(Context& context, Arguments arguments) {
  Request request;
  Options options(
      "update-ref [-m <reason>] [--no-deref] [--create-reflog] <ref> <new> [<old>]\n"
      "update-ref [-m <reason>] [--no-deref] -d <ref> [<old>]\n"
      "update-ref [-m <reason>] [--no-deref] --stdin [-z] [--batch-updates]");
  options.flag('d', "delete", request.remove, "remove the ref")
      .value('m', "message", "reason", request.reason, "what the ref's log is to say")
      .flag(0, "no-deref", request.no_follow,
            "change a symbolic ref itself, not the one that it names")
      .flag(0, "create-reflog", request.create_log, "does nothing: every ref has a log")
      .flag(0, "stdin", request.from_input, "obey the commands on standard input")
      .flag('z', "null", request.null, "fields end with NUL, read and written")
      .flag(0, "batch-updates", request.batch, "do what can be done, and say what cannot");
  const auto operands = options.parse(arguments);
  if (request.null && !request.from_input) throw options.usage_error("-z goes with --stdin");
  if (request.batch && !request.from_input)
    throw options.usage_error("--batch-updates goes with --stdin");
  if (request.from_input && (request.remove || !operands.empty())) {
    throw options.usage_error("refs are named on standard input");
  }
  const UserHooks hooks(*context.workspace);
  std::optional<std::string> conflict;
  if (request.from_input) {
    UpdateScript script(*context.store, *context.workspace, hooks,
                        {.reason = request.reason,
                         .follow = !request.no_follow,
                         .end = request.null ? '\0' : '\n',
                         .batch = request.batch});
    conflict = script.obey(context.in, context.out);
  } else {
    RefTransaction transaction(*context.store, hooks);
    transaction.add(change_of(context, options, request, operands));
    conflict = transaction.commit();
  }
  if (!conflict) return 0;
  context.err << "error: " << *conflict << '\n';
  return kExitConflict;
}

}  // namespace roar::plumbing
