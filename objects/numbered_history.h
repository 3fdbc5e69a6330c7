#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "objects/history.h"

// Questions of history.h that are asked of very many jobs, with jobs named by their sequence
// numbers (ObjectInfo::sequence). That is what the indexes have: to learn an id costs a read of the
// object.

namespace roar {

struct NumberedJob {
  ObjectId id;
  Job job;
};
// Throws Errc::Corrupt if there is no such job.
NumberedJob read_numbered_job(const ReadTransaction& transaction, std::uint64_t number);
// Of a job, or another object.
ObjectId id_of_numbered(const ReadTransaction& transaction, std::uint64_t number);
// Throws Errc::Corrupt if the store does not have it.
std::uint64_t number_of_job(const ReadTransaction& transaction, const ObjectId& job);

using ReadJobVisitor = std::function<void(const JobPlace& place, const Job& job)>;
// Every job of the session, oldest first, each object read once.
void for_each_read_job_of_session(const ReadTransaction& transaction, std::string_view session,
                                  const ReadJobVisitor& visit);
// The same, of some of its steps; their names are not looked at.
void for_each_read_job_of_steps(const ReadTransaction& transaction, std::string_view session,
                                std::span<const StepTip> steps, const ReadJobVisitor& visit);

// The executions of one step, newest first and until `visit` returns false.
void for_each_read_job_of_step(const ReadTransaction& transaction, std::string_view session,
                               JobKind kind, std::uint32_t step,
                               const std::function<bool(const JobPlace& place, Job& job)>& visit);

struct NumberedUse {
  std::uint64_t job = 0;
  EdgeRole role = EdgeRole::Input;
  std::string path;

  auto operator<=>(const NumberedUse&) const = default;
};
// In one role or in any; by job, role and path.
std::vector<NumberedUse> numbered_uses_of_artifact(const ReadTransaction& transaction,
                                                   const ObjectId& artifact,
                                                   std::optional<EdgeRole> role);
struct NumberedPathUse {
  std::uint64_t job = 0;
  EdgeRole role = EdgeRole::Input;
  std::uint64_t artifact = 0;  // 0: not known

  auto operator<=>(const NumberedPathUse&) const = default;
};
// Those that read or wrote the path, or in one role only; by job.
std::vector<NumberedPathUse> numbered_uses_of_path(const ReadTransaction& transaction,
                                                   std::string_view path,
                                                   std::optional<EdgeRole> role = std::nullopt);

// The steps of the session that the job is an execution of.
std::vector<StepTip> steps_of_numbered_job(const ReadTransaction& transaction,
                                           std::string_view session, std::uint64_t job);

}  // namespace roar
