#include "objects/numbered_history.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "objects/base/error.h"
#include "objects/index.h"
#include "objects/use_rows.h"

namespace roar {
namespace {

NumberedJob decode_numbered(const std::pair<ObjectId, RawObject>& object) {
  const auto& [id, raw] = object;
  try {
    if (raw.type != ObjectType::Job) throw Error(Errc::Corrupt, "it is no job");
    return {id, decode_job(raw.payload)};
  } catch (Error& error) {
    error.during("reading job " + id.hex());
    throw;
  }
}

JobPlace place_of(const IndexedPlace& place, const ObjectId& job) {
  return {.job = job,
          .session = place.session,
          .kind = place.kind,
          .step = place.step,
          .step_name = place.step_name};
}

void read_jobs(ReadTransaction::Impl& impl, std::vector<IndexedPlace> places,
               const ReadJobVisitor& visit) {
  std::ranges::sort(places, {}, &IndexedPlace::entry);
  for (const IndexedPlace& place : places) {
    const NumberedJob read = decode_numbered(impl.object_at(place.job));
    visit(place_of(place, read.id), read.job);
  }
}

}  // namespace

NumberedJob read_numbered_job(const ReadTransaction& transaction, std::uint64_t number) {
  return decode_numbered(IndexAccess::of(transaction).object_at(number));
}

ObjectId id_of_numbered(const ReadTransaction& transaction, std::uint64_t number) {
  return IndexAccess::of(transaction).id_of(number);
}

std::uint64_t number_of_job(const ReadTransaction& transaction, const ObjectId& job) {
  const std::optional<Location> location = IndexAccess::of(transaction).locate(job);
  if (!location) throw Error(Errc::Corrupt, "job " + job.hex() + " is missing");
  return location->sequence;
}

void for_each_read_job_of_session(const ReadTransaction& transaction, std::string_view session,
                                  const ReadJobVisitor& visit) {
  ReadTransaction::Impl& impl = IndexAccess::of(transaction);
  read_jobs(impl, indexed_places(impl, session, std::nullopt, std::nullopt), visit);
}

void for_each_read_job_of_steps(const ReadTransaction& transaction, std::string_view session,
                                std::span<const StepTip> steps, const ReadJobVisitor& visit) {
  ReadTransaction::Impl& impl = IndexAccess::of(transaction);
  std::vector<IndexedPlace> places;
  for (const StepTip& step : steps) {
    std::ranges::move(indexed_places(impl, session, step.kind, step.step),
                      std::back_inserter(places));
  }
  read_jobs(impl, std::move(places), visit);
}

void for_each_read_job_of_step(const ReadTransaction& transaction, std::string_view session,
                               JobKind kind, std::uint32_t step,
                               const std::function<bool(const JobPlace& place, Job& job)>& visit) {
  ReadTransaction::Impl& impl = IndexAccess::of(transaction);
  for_each_place_of_step(impl, session, kind, step, [&](const IndexedPlace& place) {
    NumberedJob read = decode_numbered(impl.object_at(place.job));
    return visit(place_of(place, read.id), read.job);
  });
}

namespace {

// All uses that the rows tell of, with their jobs.
template <typename Rows>
std::vector<typename Rows::Use> all_uses(const ReadTransaction::Impl& impl, const Rows& rows) {
  Holders holders(impl);
  std::vector<typename Rows::Use> uses;
  rows.for_each([&](std::uint64_t leaf, const typename Rows::Use& use) {
    for (const std::uint64_t job : holders.jobs_with(leaf)) {
      uses.push_back(use);
      uses.back().job = job;
    }
    return true;
  });
  std::ranges::sort(uses);
  return uses;
}

}  // namespace

std::vector<NumberedUse> numbered_uses_of_artifact(const ReadTransaction& transaction,
                                                   const ObjectId& artifact,
                                                   std::optional<EdgeRole> role) {
  const ReadTransaction::Impl& impl = IndexAccess::of(transaction);
  const std::optional<Location> location = impl.locate(artifact);
  if (!location) return {};
  return all_uses(impl, ArtifactRows(impl, location->sequence, role));
}

std::vector<NumberedPathUse> numbered_uses_of_path(const ReadTransaction& transaction,
                                                   std::string_view path,
                                                   std::optional<EdgeRole> role) {
  const ReadTransaction::Impl& impl = IndexAccess::of(transaction);
  return all_uses(impl, PathRows(impl, path, role));
}

std::vector<StepTip> steps_of_numbered_job(const ReadTransaction& transaction,
                                           std::string_view session, std::uint64_t job) {
  std::vector<StepTip> steps;
  for (IndexedPlace& place : indexed_places_of_job(IndexAccess::of(transaction), job)) {
    if (place.session != session) continue;
    steps.push_back(
        {.kind = place.kind, .step = place.step, .step_name = std::move(place.step_name)});
  }
  return steps;
}

}  // namespace roar
