#include "plumbing/tracer_name.h"

#include <string>

#include "objects/base/error.h"

namespace roar::plumbing {

tracer::Choice tracer_from_name(std::string_view name) {
  if (name == "auto") return tracer::Choice::Auto;
  if (name == "preload") return tracer::Choice::Preload;
  if (name == "ptrace") return tracer::Choice::Ptrace;
  throw Error(Errc::Usage, "no tracer is called '" + std::string(name) +
                               "'; there are auto, preload and ptrace");
}

}  // namespace roar::plumbing
