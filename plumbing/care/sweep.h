#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "objects/object_id.h"
#include "objects/store.h"
#include "objects/transaction.h"
#include "plumbing/care/gc.h"
#include "plumbing/care/reachable.h"

namespace roar::plumbing {

// The work of collect_garbage on an open store: to be called in the order in which they stand.
class Sweep {
 public:
  Sweep(Store& store, const GcOptions& options);

  // Finds what is reached, a part of it in each snapshot. False if the time was up before; then
  // nothing else may be called but what has no parameters.
  bool mark();
  // Finds what is to be removed: garbage().
  void choose();
  // Keeps back what could not be brought back from a bundle: unsaved().
  void keep_unsavable();
  const std::vector<ObjectInfo>& garbage() const noexcept { return garbage_; }
  // Of one of the garbage.
  std::chrono::seconds age_of(const ObjectInfo& info) const;
  // Removes it, until the time is up, and returns what was removed.
  std::vector<ObjectInfo> remove();

  bool complete() const noexcept { return marked_ && left_ == 0; }
  // How much of the garbage was not removed because the time was up.
  std::uint64_t left() const noexcept { return left_; }
  std::uint64_t kept_young() const noexcept { return kept_young_; }
  std::uint64_t kept_below() const noexcept { return kept_below_; }
  const std::vector<std::string>& unreadable() const noexcept { return unreadable_; }
  const std::vector<std::string>& unsaved() const noexcept { return unsaved_; }

 private:
  bool time_is_up() const { return options_->time_is_up && options_->time_is_up(); }
  void add_roots(const ReadTransaction& transaction);
  void look_again(const WriteTransaction& transaction);
  std::vector<ObjectInfo> remove_batch(std::size_t start, std::size_t end);

  Store* store_;
  std::vector<ObjectId> kept_;  // that were named
  const GcOptions* options_;
  Reachable reachable_;
  std::vector<std::string> unreadable_;
  std::vector<std::string> unsaved_;
  std::uint64_t keep_below_ = 0;  // objects with lower numbers may be led to
  std::uint64_t newest_ = 0;      // object that was there when garbage was chosen
  std::uint64_t last_commit_ = 0;
  std::vector<ObjectInfo> garbage_;
  std::vector<std::chrono::seconds> ages_;  // of garbage_
  bool marked_ = false;
  std::uint64_t left_ = 0;
  std::uint64_t kept_young_ = 0;
  std::uint64_t kept_below_ = 0;
};

}  // namespace roar::plumbing
