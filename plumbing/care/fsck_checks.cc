#include "plumbing/care/fsck_checks.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string_view>

#include "objects/check_indexes.h"
#include "objects/check_tables.h"
#include "objects/history.h"
#include "objects/links.h"
#include "objects/ref_change.h"
#include "objects/ref_scan.h"
#include "objects/validate.h"
#include "plumbing/care/describe_object.h"
#include "plumbing/care/reachable.h"
#include "plumbing/quote.h"

namespace roar::plumbing {
namespace {

constexpr std::size_t kAtOnce = 4096;

std::string subject_of(ObjectType type, const ObjectId& id) {
  return std::string(type_name(type)) + " object " + id.hex();
}

StoreFinding missing(const std::string& subject, const ObjectId& id) {
  return {"missingObject", Damage::Missing, subject, "object " + id.hex() + " is missing",
          id.hex()};
}

std::string_view message_of(IndexFaultKind kind) noexcept {
  switch (kind) {
    case IndexFaultKind::Missing:
      return "missingIndexEntry";
    case IndexFaultKind::Extra:
      return "extraIndexEntry";
    case IndexFaultKind::Stale:
      return "staleIndexEntry";
  }
  return {};
}

StoreFinding finding_of(const ScannedObject& scanned) {
  const std::string number = "object number " + std::to_string(scanned.sequence);
  const std::string id = scanned.id.is_zero() ? std::string() : scanned.id.hex();
  switch (scanned.fault) {
    case ScannedObject::Fault::Content:
      return {"badObject", Damage::Content, id.empty() ? number : "object " + id, scanned.problem,
              id};
    case ScannedObject::Fault::Unnamed:
      return {"missingIndexEntry", Damage::Index, "index oid", id, id};
    case ScannedObject::Fault::Misplaced:
      return {"staleIndexEntry", Damage::Index, "index oid", id, id};
    default:
      return {"duplicateObject", Damage::Structure, number, "object " + id + " is there twice", id};
  }
}

}  // namespace

void FsckChecks::report_error(const std::string& subject, const Error& error) {
  if (error.code() == Errc::NotFound)
    report_({"missingObject", Damage::Missing, subject, error.what(), {}});
  else
    report_({"badObject", Damage::Content, subject, error.what(), {}});
}

// Runs one check; what it throws is a finding.
void FsckChecks::attempt(const std::string& subject, const std::function<void()>& check) {
  try {
    check();
  } catch (const Error& error) {
    report_error(subject, error);
  }
}

// Those that roar keeps are at what their names say. That an object is missing is told elsewhere.
void FsckChecks::check_kept_ref(const std::string& name) {
  try {
    check_ref_value(*transaction_, name, ref_value(*transaction_, name));
  } catch (const Error& error) {
    if (error.code() == Errc::Usage) throw;
  }
}

void FsckChecks::check_ref(const std::string& name) {
  const std::string subject = "ref " + quoted_path(name);
  std::optional<ObjectId> target;
  try {
    if (!transaction_->ref(name)) throw Error(Errc::Corrupt, "it has no name for a ref");
    target = transaction_->resolve_ref(name);
    check_kept_ref(name);
  } catch (const Error& error) {
    report_({"badRef", Damage::Refs, subject, error.what(), {}});
    return;
  }
  if (!target) {
    // Other symbolic refs may name what is still to come.
    if (name == "HEAD") report_({"refLeadsNowhere", Damage::Refs, subject, "leads nowhere", {}});
    return;
  }
  attempt(subject, [&] {
    if (!transaction_->object(*target)) missing_.push_back(missing(subject, *target));
  });
}

// A name that was changed leaves a ref without a log, and a log without a ref that ends where the
// ref is. One of them alone is what people may bring about.
void FsckChecks::check_renamed(const std::string& logged, const ObjectId& end) {
  if (end.is_zero() || transaction_->ref(logged)) return;
  for (const std::string& name : stored_ref_names(*transaction_)) {
    const std::optional<Ref> ref = transaction_->ref(name);
    if (ref && ref->target == end && !transaction_->oldest_reflog_entry(name))
      report_({"badRef",
               Damage::Refs,
               "ref " + quoted_path(name),
               "it has no log, and that of " + quoted_path(logged) +
                   ", which is not there, ends where it is",
               {}});
  }
}

void FsckChecks::check_refs() {
  for (const std::string& name : stored_ref_names(*transaction_)) check_ref(name);
  std::vector<std::string> logged;
  try {
    logged = logged_ref_names(*transaction_);
  } catch (const Error& error) {
    report_({"badReflog", Damage::Refs, "logs of refs", error.what(), {}});
  }
  for (const std::string& name : logged) {
    const std::string subject = "log of ref " + quoted_path(name);
    std::set<ObjectId> ids;
    try {
      const std::vector<ReflogEntry> log = transaction_->reflog(name);
      for (const ReflogEntry& entry : log) {
        ids.insert(entry.before);
        ids.insert(entry.after);
      }
      if (!log.empty()) check_renamed(name, log.back().after);
    } catch (const Error& error) {
      report_({"badReflog", Damage::Refs, subject, error.what(), {}});
    }
    ids.erase(ObjectId());
    for (const ObjectId& id : ids)
      if (!transaction_->info(id)) missing_.push_back(missing(subject, id));
  }
}

// What the job names is there, and the blobs among it, which may be all that is left of what people
// wrote, can be read.
void FsckChecks::check_named_by(const ObjectId& job) {
  const std::string payload = transaction_->payload(job, ObjectType::Job);
  for (const ObjectId& id : links_of(ObjectType::Job, payload)) {
    const std::optional<ObjectInfo> info = transaction_->info(id);
    if (!info) missing_.push_back(missing(subject_of(ObjectType::Job, job), id));
    if (info && info->type == ObjectType::Blob) {
      try {
        transaction_->payload(id, ObjectType::Blob);
      } catch (const Error& error) {
        report_({"badObject", Damage::Content, "object " + id.hex(), error.what(), id.hex()});
      }
    }
  }
}

void FsckChecks::check_session(const std::string& session) {
  const std::string subject = "session " + session;
  attempt(subject, [&] {
    const std::optional<SessionSummary> summary = session_summary(*transaction_, session);
    if (!summary) return;
    const SessionEntry entry =
        decode_session(transaction_->payload(summary->head, ObjectType::Session));
    if (!entry.job) return;
    check_named_by(*entry.job);
    const std::vector<JobPlace> jobs = jobs_of_session(*transaction_, session);
    if (std::ranges::none_of(jobs, [&](const JobPlace& place) { return place.job == *entry.job; }))
      report_({"missingIndexEntry", Damage::Index, "index step", "newest job of session " + session,
               entry.job->hex()});
  });
}

void FsckChecks::check_sessions() {
  constexpr std::string_view kSessions = "refs/sessions/";
  for (const std::string& name : stored_ref_names(*transaction_))
    if (name.starts_with(kSessions)) check_session(name.substr(kSessions.size()));
}

void FsckChecks::check_counts(bool by_id) {
  const ObjectCounts counts = transaction_->counts();
  if (by_id && counts.by_id != counts.by_number)
    report_({"badCount",
             Damage::Structure,
             "objects",
             std::to_string(counts.by_number) + " are stored, " + std::to_string(counts.by_id) +
                 " have an id",
             {}});
  if (counts.highest_number >= counts.next_number)
    report_(
        {"badCount",
         Damage::Structure,
         "objects",
         "number " + std::to_string(counts.highest_number) + " is in use and would be given again",
         {}});
}

// What a job names must be of the type that it is named as.
void FsckChecks::check_parts(const std::string& payload) {
  const Job job = decode_job(payload);
  const auto check = [&](const std::optional<ObjectId>& id, ObjectType type) {
    const std::optional<ObjectInfo> info = id ? transaction_->info(*id) : std::nullopt;
    if (info && info->type != type)
      report_({"badLink", Damage::Content,
               std::string(type_name(type)) + " of job " + job.uid.substr(0, 8),
               "object " + id->hex() + " is of another type", id->hex()});
  };
  check(job.environment, ObjectType::Environment);
  check(job.packages, ObjectType::Packages);
  check(job.processes, ObjectType::Processes);
  for (const auto& root : job.edges) check(root, ObjectType::Node);
}

void FsckChecks::check_payload_of(const ObjectInfo& info, const std::string& payload) {
  const std::string subject = subject_of(info.type, info.id);
  try {
    check_payload(info.type, payload);
    for (const ObjectId& link : links_of(info.type, payload))
      if (!transaction_->info(link)) missing_.push_back(missing(subject, link));
    if (info.type == ObjectType::Job) check_parts(payload);
  } catch (const Error& error) {
    report_({"badPayload", Damage::Content, subject, error.what(), info.id.hex()});
  }
}

bool FsckChecks::check_objects() {
  constexpr std::uint64_t kProgressEvery = 4096;
  const std::uint64_t all = transaction_->counts().by_number;
  std::uint64_t done = 0;
  bool ids_are_right = true;
  scan_objects(
      *transaction_,
      [&](const ScannedObject& scanned) {
        if (++done % kProgressEvery == 0) progress_(done, all);
        if (scanned.fault == ScannedObject::Fault::None) {
          check_payload_of(
              {scanned.id, scanned.object.type, scanned.object.payload.size(), scanned.sequence},
              scanned.object.payload);
          return;
        }
        ids_are_right = false;
        if (scanned.fault == ScannedObject::Fault::Unnamed) unnamed_.insert(scanned.id.hex());
        report_(finding_of(scanned));
      },
      [&](const std::string& key) {
        ids_are_right = false;
        report_({"extraIndexEntry", Damage::Index, "index oid", key, {}});
      });
  progress_(all, all);
  return ids_are_right;
}

void FsckChecks::report_missing() {
  for (const StoreFinding& finding : missing_)
    if (!unnamed_.contains(finding.object)) report_(finding);
  missing_.clear();
}

void FsckChecks::check_indexes() {
  roar::check_indexes(
      *transaction_,
      [&](const IndexFault& fault) {
        report_({std::string(message_of(fault.kind)),
                 Damage::Index,
                 "index " + std::string(fault.table),
                 fault.entry,
                 {}});
      },
      [](const std::string&, const Error&) {});  // found by the other checks
}

void FsckChecks::check_tables() {
  roar::check_tables(*transaction_, [&](std::string_view table, const std::string& problem) {
    report_({"badFile", Damage::Structure, "table " + std::string(table), problem, {}});
  });
}

void FsckChecks::report_hole(const Reachable::Hole& hole) {
  const std::string id = hole.id.hex();
  if (hole.is_there)
    report_({"badObject", Damage::Content, "object " + id, hole.problem, id});
  else
    report_({"missingObject", Damage::Missing,
             hole.from == 0 ? "a ref or its log" : "object number " + std::to_string(hole.from),
             hole.problem, id});
}

void FsckChecks::check_below(const std::vector<ObjectId>& roots, bool payloads) {
  Reachable reachable([&](const Reachable::Hole& hole) {
    if (!payloads) report_hole(hole);  // else it is found below
  });
  for (const ObjectId& root : roots) reachable.add(root);
  while (reachable.advance(*transaction_, kAtOnce)) progress_(reachable.size(), reachable.size());
  if (!payloads) return;
  for_each_info(*transaction_, [&](const ObjectInfo& info) {
    if (!reachable.contains(info.sequence)) return;
    attempt(subject_of(info.type, info.id),
            [&] { check_payload_of(info, transaction_->payload(info.id, info.type)); });
  });
}

void FsckChecks::check_connectivity() {
  Reachable reachable([&](const Reachable::Hole& hole) { report_hole(hole); });
  reachable.add_refs(*transaction_, [](const std::string&, const Error&) {});
  const std::uint64_t all = transaction_->counts().by_id;
  while (reachable.advance(*transaction_, kAtOnce)) progress_(reachable.size(), all);
}

void FsckChecks::list_unreachable(bool only_dangling,
                                  const std::function<void(const ObjectInfo&)>& visit) {
  Reachable reachable([](const Reachable::Hole&) {});
  reachable.add_refs(*transaction_, [](const std::string&, const Error&) {});
  while (reachable.advance(*transaction_, kAtOnce)) continue;
  reachable.add_digests(*transaction_);
  std::vector<ObjectInfo> unreachable;
  for_each_info(*transaction_, [&](const ObjectInfo& info) {
    if (!reachable.contains(info.sequence)) unreachable.push_back(info);
  });
  std::set<ObjectId> named;
  if (only_dangling) {
    for (const ObjectInfo& info : unreachable) {
      try {
        for (const ObjectId& id : links_of(info.type, transaction_->payload(info.id, info.type)))
          named.insert(id);
      } catch (const Error&) {
        continue;  // found by another check
      }
    }
  }
  for (const ObjectInfo& info : unreachable) {
    if (named.contains(info.id)) continue;
    visit(info);
    report_({only_dangling ? "dangling" : "unreachable", Damage::None,
             std::string(type_name(info.type)) + " " + info.id.hex(),
             describe_object(*transaction_, info), info.id.hex()});
  }
}

}  // namespace roar::plumbing
