#include <ostream>

#include "objects/base/error.h"
#include "plumbing/lookup.h"
#include "plumbing/options.h"
#include "porcelain/commands.h"
#include "porcelain/dag_text.h"
#include "porcelain/json_views.h"

namespace roar::porcelain {

// The active session's steps and what flows between them.
int cmd_dag(Context& context, Arguments arguments) {
  bool json = false;
  bool dot = false;
  bool artifacts = false;
  Options options("dag [--show-artifacts] [--json | --dot]");
  options.flag(0, "show-artifacts", artifacts, "show every output, not only final ones")
      .flag(0, "json", json, "print JSON")
      .flag(0, "dot", dot, "print a graph for Graphviz");
  if (!options.parse(arguments).empty()) {
    throw Error(Errc::Usage, "dag takes no operands\n" + options.usage());
  }
  if (json && dot) throw Error(Errc::Usage, "cannot combine --json and --dot");
  const plumbing::Dag dag = plumbing::active_dag(*context.store);
  if (json) {
    print_json(context.out, dag_json(dag));
  } else if (dot) {
    print_dot(context.out, dag);
  } else {
    print_tree(context.out, dag, artifacts);
  }
  return 0;
}

}  // namespace roar::porcelain
