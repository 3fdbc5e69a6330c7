#include "objects/numbered_history.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "objects/base/error.h"
#include "objects/digest_key.h"
#include "objects/index.h"
#include "objects/key.h"

namespace roar {
namespace {

EdgeRole role_at(std::string_view bytes, std::size_t offset) {
  const std::uint64_t number = number_at(bytes, offset, 1);
  if (number != static_cast<std::uint64_t>(EdgeRole::Input) &&
      number != static_cast<std::uint64_t>(EdgeRole::Output))
    throw Error(Errc::Corrupt, "store is damaged: an index has an unknown role");
  return static_cast<EdgeRole>(number);
}

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

std::vector<NumberedUse> numbered_uses_of_artifact(const ReadTransaction& transaction,
                                                   const ObjectId& artifact,
                                                   std::optional<EdgeRole> role) {
  ReadTransaction::Impl& impl = IndexAccess::of(transaction);
  const std::optional<Location> location = impl.locate(artifact);
  if (!location) return {};
  std::string prefix = number_key(location->sequence);
  if (role) append_number(prefix, static_cast<std::uint64_t>(*role), 1);
  Holders holders(impl);
  std::vector<NumberedUse> uses;
  for_each_with_prefix(*impl.txn, impl.table(Table::Use), prefix,
                       [&](std::string_view key, std::string_view path) {
                         const EdgeRole edge_role = role_at(key, kNumberSize);
                         for (const std::uint64_t job :
                              holders.jobs_with(number_at(key, kNumberSize + 1, kNumberSize)))
                           uses.push_back({job, edge_role, std::string(path)});
                         return true;
                       });
  std::ranges::sort(uses);
  return uses;
}

std::vector<NumberedPathUse> numbered_uses_of_path(const ReadTransaction& transaction,
                                                   std::string_view path,
                                                   std::optional<EdgeRole> role) {
  constexpr std::size_t kRest = kNumberSize + 1 + kNumberSize;
  ReadTransaction::Impl& impl = IndexAccess::of(transaction);
  const std::string prefix = path_prefix(path);
  const std::string_view full = path.size() > kKeyTextMax ? path : std::string_view();
  Holders holders(impl);
  std::vector<NumberedPathUse> uses;
  for_each_with_prefix(
      *impl.txn, impl.table(Table::Path), prefix, [&](std::string_view key, std::string_view text) {
        // A key that was cut goes on with a digest, which may start like the end of another key.
        if (key.size() != prefix.size() + kRest || text != full) return true;
        const EdgeRole edge_role = role_at(key, prefix.size() + kNumberSize);
        if (role && edge_role != *role) return true;
        const std::uint64_t artifact = number_at(key, prefix.size() + kNumberSize + 1, kNumberSize);
        for (const std::uint64_t job :
             holders.jobs_with(number_at(key, prefix.size(), kNumberSize)))
          uses.push_back({job, edge_role, artifact});
        return true;
      });
  std::ranges::sort(uses);
  return uses;
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
