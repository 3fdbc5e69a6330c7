#include "porcelain/commands.h"
#include "porcelain/run_and_record.h"

namespace roar::porcelain {

int cmd_build(Context& context, Arguments arguments) {
  return run_and_record(context, arguments, "build [<options>] <command> [<argument>...]",
                        JobKind::Build);
}

}  // namespace roar::porcelain
