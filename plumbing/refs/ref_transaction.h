#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "objects/base/error.h"
#include "objects/ref_change.h"
#include "objects/store.h"
#include "plumbing/user_hooks.h"

namespace roar::plumbing {

// A change that cannot be made, and why, in the words of git-update-ref(1).
struct RejectedChange {
  RefChange change;
  std::string reason;
};

// Changes of refs that are collected and then made all at once or not at all, with the hook
// reference-transaction asked and told.
//
// prepare() and commit() return why the changes cannot be made as things stand: a ref is not what
// was expected, or its name and another one cannot both be. They throw Errc::Conflict if the hook
// refuses, and what change_refs throws of other failures. Nothing is locked between the two, nor
// while the hook runs: commit() looks at everything again, and at whether each ref still is what
// the hook was told.
class RefTransaction {
 public:
  // All must outlive the object.
  RefTransaction(Store& store, const UserHooks& hooks)
      : store_(store), hooks_(hooks), has_hook_(hooks.has(kHook)) {}

  void add(RefChange change) { changes_.push_back(std::move(change)); }
  bool empty() const noexcept { return changes_.empty(); }

  // Takes out what cannot be made, as things stand, together with what came before it; the hook is
  // not told. Throws Errc::Usage if a ref is to be changed twice.
  std::vector<RejectedChange> reject();
  std::optional<std::string> prepare();
  // Makes the changes, durably, and forgets them unless they cannot be made.
  std::optional<std::string> commit();
  // Forgets them.
  void abort();

 private:
  static constexpr std::string_view kHook = "reference-transaction";
  enum class Mode { Try, Make };

  std::optional<std::string> apply(Mode mode);
  std::optional<std::string> apply_or_tell(Mode mode);
  std::optional<Errc> obstacle();
  std::string reason_of(const RefChange& change, Errc obstacle) const;
  void check_once_each() const;
  void sort_out(std::span<const RefChange> some, std::vector<RejectedChange>& rejected);
  void fix_old_values();
  void ask(const std::string& state);
  void tell(const std::string& state) const;

  Store& store_;
  const UserHooks& hooks_;
  bool has_hook_;
  bool prepared_ = false;
  std::vector<RefChange> changes_;
  std::string lines_;  // for the hook
};

// As on a command line: an id, the name of a ref, or 64 zeros.
std::string value_text(const RefValue& value);

// What the hook reads of one change: two values and a name.
std::string hook_line(const RefValue& before, const RefValue& after, std::string_view name);

}  // namespace roar::plumbing
