#include "plumbing/refs/ref_transaction.h"

#include <utility>

#include "objects/base/error.h"
#include "objects/ref_name.h"

namespace roar::plumbing {
namespace {

// Ends a trial: the store takes a body that throws for one that is to leave no trace.
struct TrialEnded final : std::exception {};

std::string text_for_hook(const RefValue& value) {
  return value.symbolic.empty() ? value_text(value) : "ref:" + value.symbolic;
}

}  // namespace

std::string value_text(const RefValue& value) {
  return value.symbolic.empty() ? value.target.value_or(ObjectId()).hex() : value.symbolic;
}

std::string hook_line(const RefValue& before, const RefValue& after, std::string_view name) {
  return text_for_hook(before) + ' ' + text_for_hook(after) + ' ' + std::string(name) + '\n';
}

std::optional<std::string> RefTransaction::apply(Mode mode) {
  const Timestamp now = Timestamp::now();
  std::optional<std::string> conflict;
  try {
    store_.write([&](WriteTransaction& transaction) {
      conflict.reset();
      try {
        change_refs(transaction, changes_, now);
      } catch (const Error& error) {
        if (error.code() != Errc::Conflict) throw;
        conflict = error.what();
      }
      if (conflict || mode == Mode::Try) throw TrialEnded();
    });
  } catch (const TrialEnded&) {
    return conflict;
  }
  return conflict;
}

// Whatever goes wrong, the hook hears of it.
std::optional<std::string> RefTransaction::apply_or_tell(Mode mode) {
  std::optional<std::string> conflict;
  try {
    conflict = apply(mode);
  } catch (const Error&) {
    tell("aborted");
    throw;
  }
  if (conflict) tell("aborted");
  return conflict;
}

// From here on the refs must be what the hook is told that they are.
void RefTransaction::fix_old_values() {
  store_.read([&](const ReadTransaction& transaction) {
    lines_.clear();
    for (RefChange& change : changes_) {
      if (!is_ref_name(change.name)) continue;
      const std::string name = change.follow ? transaction.followed_ref(change.name) : change.name;
      const RefValue present = ref_value(transaction, name);
      if (!change.expected) change.expected = present;
      if (change.value) lines_ += hook_line(present, *change.value, name);
    }
  });
}

void RefTransaction::ask(const std::string& state) {
  if (!has_hook_ || lines_.empty()) return;
  if (const auto refusal = hooks_.refusal(kHook, {state}, lines_)) {
    tell("aborted");
    throw Error(Errc::Conflict, *refusal);
  }
}

// What it answers changes nothing any more.
void RefTransaction::tell(const std::string& state) const {
  if (has_hook_ && !lines_.empty()) hooks_.refusal(kHook, {state}, lines_);
}

std::optional<std::string> RefTransaction::prepare() {
  if (has_hook_) fix_old_values();
  ask("preparing");
  std::optional<std::string> conflict = apply_or_tell(Mode::Try);
  if (conflict) return conflict;
  ask("prepared");
  prepared_ = true;
  return std::nullopt;
}

std::optional<std::string> RefTransaction::commit() {
  if (changes_.empty()) return std::nullopt;
  if (has_hook_ && !prepared_) {
    if (auto conflict = prepare()) return conflict;
  }
  std::optional<std::string> conflict = apply_or_tell(Mode::Make);
  prepared_ = false;
  if (conflict) return conflict;
  tell("committed");
  changes_.clear();
  lines_.clear();
  return std::nullopt;
}

void RefTransaction::abort() {
  if (prepared_) tell("aborted");
  changes_.clear();
  lines_.clear();
  prepared_ = false;
}

}  // namespace roar::plumbing
