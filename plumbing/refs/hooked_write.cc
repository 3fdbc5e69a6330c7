#include "plumbing/refs/hooked_write.h"

#include <exception>
#include <map>
#include <string_view>

#include "objects/base/error.h"
#include "objects/ref_change.h"
#include "plumbing/refs/ref_transaction.h"

namespace roar::plumbing {
namespace {

constexpr std::string_view kHook = "reference-transaction";
constexpr int kRoundsMost = 8;

// Ends a write that is to leave no trace.
struct GivenUp final : std::exception {};

using Refs = std::map<std::string, RefValue>;

Refs all_refs(const ReadTransaction& transaction) {
  Refs refs;
  for (const Ref& ref : transaction.refs("refs/"))
    refs.emplace(ref.name, RefValue{.target = ref.target, .symbolic = ref.symbolic});
  if (RefValue head = ref_value(transaction, "HEAD"); !head.is_absent())
    refs.emplace("HEAD", std::move(head));
  return refs;
}

std::string changed_lines(const Refs& before, const Refs& after) {
  const RefValue absent;
  std::string lines;
  for (const auto& [name, value] : before) {
    const auto now = after.find(name);
    const RefValue& other = now == after.end() ? absent : now->second;
    if (other != value) lines += hook_line(value, other, name);
  }
  for (const auto& [name, value] : after)
    if (!before.contains(name)) lines += hook_line(absent, value, name);
  return lines;
}

// Runs `body`, and tells what it does to refs. It is given up unless that is what is `wanted`.
std::string written_lines(Store& store, const WriteBody& body,
                          const std::optional<std::string>& wanted) {
  std::string lines;
  try {
    store.write([&](WriteTransaction& transaction) {
      const Refs before = all_refs(transaction);
      body(transaction);
      lines = changed_lines(before, all_refs(transaction));
      if (lines != wanted) throw GivenUp();
    });
  } catch (const GivenUp&) {
    return lines;
  }
  return lines;
}

std::optional<std::string> asked(const UserHooks& hooks, const std::string& lines) {
  for (const char* state : {"preparing", "prepared"}) {
    std::optional<std::string> refusal = hooks.refusal(kHook, {state}, lines);
    if (!refusal) continue;
    hooks.refusal(kHook, {"aborted"}, lines);
    return refusal;
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> write_unless_refused(Store& store, const UserHooks& hooks,
                                                const WriteBody& body) {
  if (!hooks.has(kHook)) {
    store.write(body);
    return std::nullopt;
  }
  std::string lines = written_lines(store, body, std::nullopt);
  for (int round = 0; round < kRoundsMost; ++round) {
    if (!lines.empty())
      if (auto refusal = asked(hooks, lines)) return refusal;
    std::string written;
    try {
      written = written_lines(store, body, lines);
    } catch (const Error&) {
      if (!lines.empty()) hooks.refusal(kHook, {"aborted"}, lines);
      throw;
    }
    const bool done = written == lines;
    if (!lines.empty()) hooks.refusal(kHook, {done ? "committed" : "aborted"}, lines);
    if (done) return std::nullopt;
    lines = std::move(written);
  }
  throw Error(Errc::Conflict, "refs are moved by others again and again; try again");
}

void write_with_hook(Store& store, const UserHooks& hooks, const WriteBody& body) {
  if (const auto refusal = write_unless_refused(store, hooks, body))
    throw Error(Errc::Conflict, *refusal);
}

}  // namespace roar::plumbing
