#include <ostream>
#include <utility>

#include "objects/base/error.h"
#include "plumbing/lookup.h"
#include "plumbing/options.h"
#include "porcelain/commands.h"
#include "porcelain/dag_json.h"
#include "porcelain/dag_text.h"

namespace roar::porcelain {

// The active session's steps and what flows between them.
int cmd_dag(Context& context, Arguments arguments) {
  bool expanded = false;
  bool stale_only = false;
  bool artifacts = false;
  bool json = false;
  bool dot = false;
  bool mermaid = false;
  Options options("dag [<options>] [--json | --dot | --mermaid]");
  options.flag(0, "expanded", expanded, "every execution of a step, not only the one that counts")
      .flag(0, "stale-only", stale_only, "only steps that are stale")
      .flag(0, "show-artifacts", artifacts, "show every output, not only final ones")
      .flag(0, "json", json, "print JSON")
      .flag(0, "dot", dot, "print a graph for Graphviz")
      .flag(0, "mermaid", mermaid, "print a flow chart for Mermaid");
  if (!options.parse(arguments).empty()) {
    throw Error(Errc::Usage, "dag takes no operands\n" + options.usage());
  }
  if ((json ? 1 : 0) + (dot ? 1 : 0) + (mermaid ? 1 : 0) > 1) {
    throw Error(Errc::Usage, "cannot combine --json, --dot and --mermaid");
  }
  plumbing::Dag dag = plumbing::active_dag(*context.store, *context.workspace,
                                           {.expanded = expanded, .survey = nullptr});
  if (stale_only) dag = plumbing::stale_part(std::move(dag));
  if (json) {
    print_dag_json(context.out, dag);
  } else if (dot) {
    print_dot(context.out, dag, artifacts);
  } else if (mermaid) {
    print_mermaid(context.out, dag, artifacts);
  } else {
    print_tree(context.out, dag, artifacts);
  }
  return 0;
}

}  // namespace roar::porcelain
