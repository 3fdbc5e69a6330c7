#pragma once

#include <functional>
#include <optional>
#include <string>

#include "objects/store.h"
#include "objects/transaction.h"
#include "plumbing/user_hooks.h"

namespace roar::plumbing {

using WriteBody = std::function<void(WriteTransaction&)>;

// Store::write for what moves refs, with the hook reference-transaction asked before and told
// after. Returns why the hook refuses; then nothing has changed. Whether or not refs move is seen
// by comparing them, so `body` need not say.
//
// With the hook, `body` runs for a trial first, whose writes are given up; no transaction is open
// while the hook runs. If `body` then moves refs otherwise, because others wrote meanwhile, the
// hook is told "aborted" and asked again, and after some rounds Errc::Conflict is thrown. Throws
// besides what Store::write and `body` throw.
std::optional<std::string> write_unless_refused(Store& store, const UserHooks& hooks,
                                                const WriteBody& body);

// The same; a refusal is thrown, as Errc::Conflict.
void write_with_hook(Store& store, const UserHooks& hooks, const WriteBody& body);

}  // namespace roar::plumbing
