#include "objects/ref_change.h"

#include <algorithm>
#include <set>

#include "objects/base/error.h"
#include "objects/composite.h"
#include "objects/fields.h"
#include "objects/label.h"
#include "objects/ref_name.h"
#include "objects/session.h"
#include "objects/session_moves.h"

namespace roar {
namespace {

constexpr std::string_view kSessions = "refs/sessions/";
constexpr std::string_view kLabels = "refs/labels/";
constexpr std::string_view kComposites = "refs/composites/";

std::string named(std::string_view name) {
  return "ref '" + std::string(name) + "'";
}

std::string text_of(const RefValue& value) {
  if (value.is_absent()) return "absent";
  return value.target ? "at " + value.target->hex() : "a name for '" + value.symbolic + "'";
}

bool is_session_name(std::string_view name) {
  constexpr std::size_t kDigits = 32;
  return name.starts_with(kSessions) && is_lower_hex(name.substr(kSessions.size()), kDigits);
}

void check_head(const RefValue& value) {
  if (value.is_absent()) throw Error(Errc::Usage, "HEAD cannot be removed");
  if (!is_session_name(value.symbolic))
    throw Error(Errc::Usage, "HEAD can only be a name for a ref refs/sessions/<id>");
}

void check_session(const ReadTransaction& transaction, std::string_view name,
                   const RefValue& value) {
  if (!is_session_name(name))
    throw Error(Errc::Usage, named(name) + " cannot be: after refs/sessions/ follows an id of 32" +
                                 " lower-case hexadecimal digits");
  const auto info = value.target ? transaction.info(*value.target) : std::nullopt;
  if (value.target && !info)
    throw Error(Errc::NotFound, "object " + value.target->hex() + " is missing");
  const bool is_entry =
      info && info->type == ObjectType::Session &&
      decode_session(transaction.payload(*value.target, ObjectType::Session)).session ==
          name.substr(kSessions.size());
  if (!is_entry) throw Error(Errc::Usage, named(name) + " can only be at an entry of that session");
}

void check_label(const ReadTransaction& transaction, std::string_view name, const RefValue& value) {
  const auto info = value.target ? transaction.info(*value.target) : std::nullopt;
  if (value.target && !info)
    throw Error(Errc::NotFound, "object " + value.target->hex() + " is missing");
  const bool is_label =
      info && info->type == ObjectType::Label &&
      decode_label(transaction.payload(*value.target, ObjectType::Label)).target.hex() ==
          name.substr(kLabels.size());
  if (!is_label) throw Error(Errc::Usage, named(name) + " can only be at a label of that object");
}

void check_composite(const ReadTransaction& transaction, std::string_view name,
                     const RefValue& value) {
  const auto info = value.target ? transaction.info(*value.target) : std::nullopt;
  if (value.target && !info)
    throw Error(Errc::NotFound, "object " + value.target->hex() + " is missing");
  const bool is_composite =
      info && info->type == ObjectType::Composite &&
      read_composite(transaction, *value.target).digest == name.substr(kComposites.size());
  if (!is_composite)
    throw Error(Errc::Usage, named(name) + " can only be at a composite of that digest");
}

void check_ends(const ReadTransaction& transaction, std::string_view name,
                const std::string& target) {
  if (!is_ref_name(target)) throw Error(Errc::Usage, "'" + target + "' is no name for a ref");
  constexpr int kHopsMax = 5;
  std::string current = target;
  for (int hop = 0; hop < kHopsMax && current != name; ++hop) {
    const RefValue next = ref_value(transaction, current);
    if (next.symbolic.empty()) return;
    current = next.symbolic;
  }
  throw Error(Errc::Usage, named(name) + " would be symbolic without end");
}

// An id is compared with where a symbolic ref leads.
bool is_as_expected(const ReadTransaction& transaction, std::string_view name,
                    const RefValue& present, const RefValue& expected) {
  if (present == expected) return true;
  if (!expected.target || present.symbolic.empty()) return false;
  return transaction.resolve_ref(name) == expected.target;
}

// A change of the ref that is really changed.
struct Step {
  const RefChange* change;
  std::string name;
  RefValue before;
};

std::vector<Step> steps_of(const ReadTransaction& transaction, std::span<const RefChange> changes) {
  std::vector<Step> steps;
  std::set<std::string> names;
  for (const RefChange& change : changes) {
    if (!is_ref_name(change.name))
      throw Error(Errc::Usage, "'" + change.name + "' is no name for a ref");
    Step step{&change, change.follow ? transaction.followed_ref(change.name) : change.name, {}};
    step.before = ref_value(transaction, step.name);
    if (!names.insert(step.name).second)
      throw Error(Errc::Usage, named(step.name) + " is changed twice at once");
    steps.push_back(std::move(step));
  }
  return steps;
}

void check_expected(const ReadTransaction& transaction, const Step& step) {
  const std::optional<RefValue>& expected = step.change->expected;
  if (expected && !is_as_expected(transaction, step.name, step.before, *expected))
    throw Error(Errc::Conflict, named(step.change->name) + " is " + text_of(step.before) +
                                    ", and was expected to be " + text_of(*expected));
}

void make(WriteTransaction& transaction, const Step& step, Timestamp when) {
  const RefValue& value = *step.change->value;
  check_ref_value(transaction, step.name, value);
  if (!value.symbolic.empty()) {
    check_ends(transaction, step.name, value.symbolic);
    if (step.before.target) transaction.remove_ref(step.name, when, step.change->reason);
    transaction.set_symbolic_ref(step.name, value.symbolic, when, step.change->reason);
    return;
  }
  if (value.is_absent() || !step.before.symbolic.empty())
    transaction.remove_ref(step.name, when, step.change->reason);
  if (value.target)
    transaction.set_ref(step.name, *value.target, step.before.target, when, step.change->reason);
}

}  // namespace

void check_ref_value(const ReadTransaction& transaction, std::string_view name,
                     const RefValue& value) {
  if (name == "HEAD") return check_head(value);
  if (value.is_absent()) return;
  if (name.starts_with(kSessions)) return check_session(transaction, name, value);
  if (name.starts_with(kLabels)) return check_label(transaction, name, value);
  if (name.starts_with(kComposites)) return check_composite(transaction, name, value);
}

RefValue ref_value(const ReadTransaction& transaction, std::string_view name) {
  const std::optional<Ref> present = transaction.ref(name);
  if (!present) return {};
  return {.target = present->target, .symbolic = present->symbolic};
}

void change_refs(WriteTransaction& transaction, std::span<const RefChange> changes,
                 Timestamp when) {
  std::vector<Step> steps = steps_of(transaction, changes);
  for (const Step& step : steps) check_expected(transaction, step);
  // What goes makes room for what comes.
  std::stable_partition(steps.begin(), steps.end(), [](const Step& step) {
    return step.change->value && step.change->value->is_absent();
  });
  std::erase_if(steps, [](const Step& step) {
    return !step.change->value || *step.change->value == step.before;
  });
  for (const Step& step : steps) make(transaction, step, when);
  // When all refs are what they are to be: those of composites follow.
  for (const Step& step : steps)
    if (step.name.starts_with(kSessions) && step.change->value->symbolic.empty())
      session_moved(transaction, step.name.substr(kSessions.size()), step.before.target,
                    step.change->value->target, when);
  const RefValue head = ref_value(transaction, "HEAD");
  if (!head.is_absent() && ref_value(transaction, head.symbolic).is_absent())
    throw Error(Errc::Usage,
                "HEAD would name no session: there would be no " + named(head.symbolic));
}

}  // namespace roar
