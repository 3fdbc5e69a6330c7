#pragma once

#include <iosfwd>

#include "plumbing/dag.h"

namespace roar::porcelain {

// As JSON (json_views.h), a step at a time: a session may have very many.
void print_dag_json(std::ostream& out, const plumbing::Dag& dag);

}  // namespace roar::porcelain
