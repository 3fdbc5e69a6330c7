#include "porcelain/commands.h"
#include "porcelain/run_and_record.h"

namespace roar::porcelain {

int cmd_run(Context& context, Arguments arguments) {
  return run_and_record(context, arguments,
                        "run [<options>] <command> [<argument>...]\n"
                        "run [<options>] @<n> [--<key>=<value>...]",
                        JobKind::Run);
}

}  // namespace roar::porcelain
