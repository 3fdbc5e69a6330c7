#include "plumbing/import_roar_db.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "objects/base/error.h"
#include "objects/history.h"
#include "objects/label.h"
#include "plumbing/claimed_content.h"
#include "plumbing/old_job.h"
#include "plumbing/roar_db.h"

namespace roar::plumbing {
namespace {

constexpr std::size_t kBatch = 256;  // jobs that are made durable together

bool is_stored(const ReadTransaction& transaction, const std::string& uid) {
  return !jobs_with_uid(transaction, uid, 1).empty();
}

class Importer {
 public:
  Importer(Store& store, const Workspace& workspace, RoarDb& database, const ImportControl& control)
      : store_(store), database_(database), control_(control), reader_(database, workspace) {}

  ImportReport import() {
    all_ = database_.count_jobs();
    for (const OldSession& session : database_.sessions()) import_session(session);
    flush();
    import_labels();
    activate();
    left_out("jobs that were not run to their end", unfinished_);
    left_out("jobs that cannot be understood", damaged_);
    left_out("edges to composite artifacts", reader_.composites);
    left_out("second versions of one path in one job", reader_.second_versions);
    left_out("labels of what was not taken over", homeless_labels_);
    for (auto& [what, count] : database_.left_over()) left_out(what, count);
    if (reader_.unhashed > 0) left_out("contents without a usable hash", reader_.unhashed);
    return std::move(report_);
  }

 private:
  struct Pending {
    std::string session;
    std::uint32_t step = 0;
    NewJob job;
  };

  void left_out(const std::string& what, std::uint64_t count) {
    if (count > 0) report_.left_out.emplace_back(what, count);
  }

  void import_session(const OldSession& old) {
    const std::string session = session_id_of(old);
    session_ids_[old.id] = session;
    if (old.active) active_ = session;
    bool known = false;
    store_.read([&](const ReadTransaction& transaction) {
      known = session_summary(transaction, session).has_value();
    });
    ++(known ? report_.known : report_.added).sessions;
    if (!known && !control_.dry_run) {
      const Timestamp created{static_cast<std::int64_t>(old.created), 0};
      store_.write([&](WriteTransaction& transaction) {
        if (!session_summary(transaction, session)) create_session(transaction, session, created);
      });
    }
    for (const std::int64_t id : database_.jobs_of(old.id)) {
      import_job(session, database_.job(id));
      if (control_.progress) control_.progress(++done_, all_);
    }
  }

  void import_job(const std::string& session, const OldJob& old) {
    if (!is_finished(old)) {
      ++unfinished_;
      return;
    }
    Pending pending{.session = session, .step = step_of(session, old), .job = {}};
    const std::string uid = job_uid_of(old.uid, old.started);
    bool known = false;
    try {
      store_.read([&](const ReadTransaction& transaction) {
        known = is_stored(transaction, uid);
        if (!known) pending.job = reader_.read(transaction, old);
      });
    } catch (const Error& error) {
      if (error.code() != Errc::Usage) throw;
      ++damaged_;
      return;
    }
    job_uids_[old.id] = uid;
    ++(known ? report_.known : report_.added).jobs;
    if (known) return;
    count_contents(pending.job);
    if (!control_.dry_run) pending_.push_back(std::move(pending));
    if (pending_.size() >= kBatch) flush();
  }

  // Steps without a number come after all that have one.
  std::uint32_t step_of(const std::string& session, const OldJob& old) {
    constexpr std::int64_t kLargest = 1'000'000'000;
    std::uint32_t& last = last_steps_[session];
    const auto step =
        old.step > 0 && old.step <= kLargest ? static_cast<std::uint32_t>(old.step) : last + 1;
    last = std::max(last, step);
    return step;
  }

  void count_contents(const NewJob& job) {
    for (const Artifact& artifact : job.artifacts) {
      if (artifacts_.insert(object_id_of(artifact)).second) ++report_.added.artifacts;
    }
    for (const DigestRecord& digest : job.digests) {
      if (hashes_.emplace(digest.artifact, digest.algorithm).second) ++report_.added.hashes;
    }
  }

  void flush() {
    if (pending_.empty()) return;
    store_.write([&](WriteTransaction& transaction) {
      for (const Pending& pending : pending_) {
        // Another import may have been faster.
        if (is_stored(transaction, pending.job.job.uid)) continue;
        append_job_to(transaction, pending.job, pending.session, pending.step);
      }
    });
    pending_.clear();
  }

  void import_labels() {
    std::vector<Label> labels;
    database_.for_each_label([&](const OldLabel& old) {
      std::optional<ObjectId> target;
      store_.read([&](const ReadTransaction& transaction) {
        target = target_of(transaction, old);
        if (!target) return;
        Label label = reader_.read(old, *target);
        const bool known = has_label(transaction, label);
        ++(known ? report_.known : report_.added).labels;
        if (!known) labels.push_back(std::move(label));
      });
      if (!target && !is_dry_target(old)) ++homeless_labels_;
      if (!target && is_dry_target(old)) ++report_.added.labels;
      if (labels.size() >= kBatch) write_labels(labels);
    });
    write_labels(labels);
  }

  void write_labels(std::vector<Label>& labels) {
    if (labels.empty()) return;
    if (!control_.dry_run) {
      store_.write([&](WriteTransaction& transaction) {
        for (const Label& label : labels)
          if (!has_label(transaction, label)) append_label(transaction, label);
      });
    }
    labels.clear();
  }

  // Nullopt if the target is not in the store.
  std::optional<ObjectId> target_of(const ReadTransaction& transaction, const OldLabel& old) {
    if (old.job) {
      const auto uid = job_uids_.find(*old.job);
      if (uid == job_uids_.end()) return std::nullopt;
      const auto jobs = jobs_with_uid(transaction, uid->second, 1);
      return jobs.empty() ? std::nullopt : std::optional(jobs.front());
    }
    if (old.session) {
      const auto session = session_ids_.find(*old.session);
      if (session == session_ids_.end() || !session_summary(transaction, session->second))
        return std::nullopt;
      return session_root(transaction, session->second);
    }
    const auto artifact = database_.artifact(old.artifact);
    if (!artifact || artifact->kind == "composite") return std::nullopt;
    const auto content = known_content(transaction, *artifact);
    if (!content) return std::nullopt;
    const bool would_be = control_.dry_run && artifacts_.contains(content->id);
    return would_be || transaction.info(content->id) ? std::optional(content->id) : std::nullopt;
  }

  // In a dry run targets are not there yet; this says which ones would be.
  bool is_dry_target(const OldLabel& old) {
    if (!control_.dry_run) return false;
    if (old.job) return job_uids_.contains(*old.job);
    return old.session.has_value();
  }

  static bool has_label(const ReadTransaction& transaction, const Label& wanted) {
    auto label = label_of(transaction, wanted.target);
    while (label) {
      if (label->document == wanted.document && label->when == wanted.when) return true;
      if (!label->previous) return false;
      label = decode_label(transaction.payload(*label->previous, ObjectType::Label));
    }
    return false;
  }

  // A project that has recorded nothing yet goes on where the older program was.
  void activate() {
    if (active_.empty()) return;
    const auto is_empty = [](const ReadTransaction& transaction) {
      const auto session = active_session(transaction);
      return !session || jobs_of_session(transaction, *session).empty();
    };
    if (control_.dry_run) {
      store_.read([&](const ReadTransaction& transaction) {
        if (is_empty(transaction)) report_.active = active_;
      });
      return;
    }
    store_.write([&](WriteTransaction& transaction) {
      report_.active.clear();
      if (active_session(transaction) == active_ || !is_empty(transaction)) return;
      make_active(transaction, active_, Timestamp::now());
      report_.active = active_;
    });
  }

  Store& store_;
  RoarDb& database_;
  const ImportControl& control_;
  OldJobReader reader_;
  ImportReport report_;
  std::vector<Pending> pending_;
  std::map<std::int64_t, std::string> session_ids_;
  std::map<std::int64_t, std::string> job_uids_;
  std::map<std::string, std::uint32_t> last_steps_;
  std::set<ObjectId> artifacts_;
  std::set<std::pair<ObjectId, std::string>> hashes_;
  std::string active_;
  std::uint64_t done_ = 0;
  std::uint64_t all_ = 0;
  std::uint64_t unfinished_ = 0;
  std::uint64_t damaged_ = 0;
  std::uint64_t homeless_labels_ = 0;
};

}  // namespace

ImportReport import_roar_db(Store& store, const Workspace& workspace,
                            const std::filesystem::path& file, const ImportControl& control) {
  RoarDb database(file, workspace.roar_directory());
  return Importer(store, workspace, database, control).import();
}

}  // namespace roar::plumbing
