#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "objects/history.h"
#include "objects/store_impl.h"

namespace roar {

// The step of the session to which the job belongs, by the rule at append_job (or `known`, if that
// is not 0), and from now on every job like it. Only for append_job.
std::uint32_t assign_step(ReadTransaction::Impl& impl, std::string_view session, const NewJob& job,
                          std::uint32_t known);

// Whether a job that has this edge may be recognized by it, as one of its outputs.
bool is_result(const Edge& edge) noexcept;

// What a job is recognized by: its identities in the table of them, the strongest first. Empty
// where it has none of a sort.
struct StepIdentities {
  std::string name;
  std::string command;
  std::string outputs;
};
StepIdentities identities_of(std::string_view session, const Job& job,
                             const std::vector<Edge>& edges);

}  // namespace roar
