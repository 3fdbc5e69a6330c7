#pragma once

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "objects/base/error.h"
#include "objects/transaction.h"
#include "plumbing/care/fsck.h"
#include "plumbing/care/reachable.h"

namespace roar::plumbing {

// The checks that fsck is made of, each of one open store.
class FsckChecks {
 public:
  using Report = std::function<void(const StoreFinding&)>;
  using Progress = std::function<void(std::uint64_t, std::uint64_t)>;

  FsckChecks(const ReadTransaction& transaction, Report report, Progress progress)
      : transaction_(&transaction), report_(std::move(report)), progress_(std::move(progress)) {}

  void check_refs();
  // The newest entry of each session, its job, and whether that is found in the index.
  void check_sessions();
  // The numbers that the store keeps of itself, with or without that of ids.
  void check_counts(bool by_id);
  // What the checks before found missing. An object that is there and only cannot be found by its
  // id, which check_objects sees, is not missing.
  void report_missing();
  // Every object there is. False if objects cannot be found by their ids.
  bool check_objects();
  void check_indexes();
  // The order and number of all rows.
  void check_tables();
  // What can be reached from these objects; with `payloads` each is read and checked.
  void check_below(const std::vector<ObjectId>& roots, bool payloads);
  // The same from refs and their logs.
  void check_connectivity();
  // Tells `visit` of each as well.
  void list_unreachable(bool only_dangling, const std::function<void(const ObjectInfo&)>& visit);

 private:
  void attempt(const std::string& subject, const std::function<void()>& check);
  void report_error(const std::string& subject, const Error& error);
  void report_hole(const Reachable::Hole& hole);
  void check_kept_ref(const std::string& name);
  void check_renamed(const std::string& logged, const ObjectId& end);
  void check_ref(const std::string& name);
  void check_session(const std::string& session);
  void check_named_by(const ObjectId& job);
  void check_payload_of(const ObjectInfo& info, const std::string& payload);
  void check_link(const ObjectInfo& from, const ObjectId& to);
  void check_parts(const std::string& payload);

  const ReadTransaction* transaction_;
  Report report_;
  Progress progress_;
  std::vector<StoreFinding> missing_;
  std::set<std::string> unnamed_;  // ids
};

}  // namespace roar::plumbing
