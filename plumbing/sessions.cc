#include "plumbing/sessions.h"

#include <set>
#include <utility>

#include "objects/base/error.h"
#include "objects/base/hex.h"
#include "objects/session.h"
#include "plumbing/quote.h"
#include "plumbing/refs/hooked_write.h"
#include "plumbing/resolve.h"

namespace roar::plumbing {

std::vector<ListedSession> list_sessions(const Store& store) {
  std::vector<ListedSession> listed;
  store.read([&](const ReadTransaction& transaction) {
    listed.clear();
    for (SessionSummary& summary : sessions(transaction)) {
      ListedSession session{.summary = std::move(summary)};
      std::set<std::pair<JobKind, std::uint32_t>> steps;
      for (const JobPlace& place : jobs_of_session(transaction, session.summary.id)) {
        ++session.jobs;
        if (!steps.emplace(place.kind, place.step).second) continue;
        ++(place.kind == JobKind::Build ? session.builds : session.runs);
      }
      listed.push_back(std::move(session));
    }
  });
  return listed;
}

std::string session_named(const ReadTransaction& transaction, std::string_view name) {
  constexpr std::string_view kSession = "session:";
  if (name.empty()) {
    auto active = active_session(transaction);
    if (!active) throw Error(Errc::NotFound, "no active session\nhint: run 'roar init' first");
    return *std::move(active);
  }
  const std::string_view digits = name.starts_with(kSession) ? name.substr(kSession.size()) : name;
  if (!is_hex(digits) || digits.size() < kPrefixMin) {
    throw Error(Errc::NotFound, quoted_subject(name) + " names no session; give at least " +
                                    std::to_string(kPrefixMin) +
                                    " digits of an id\nhint: 'roar session list' shows them");
  }
  const ObjectId id = resolve_object(transaction, std::string(kSession).append(digits));
  return decode_session(transaction.payload(id, ObjectType::Session)).session;
}

std::string session_named(const Store& store, std::string_view name) {
  std::string id;
  store.read([&](const ReadTransaction& transaction) { id = session_named(transaction, name); });
  return id;
}

std::string use_session_named(Store& store, const Workspace& workspace, std::string_view name) {
  const Timestamp now = Timestamp::now();
  std::string id;
  write_with_hook(store, UserHooks(workspace), [&](WriteTransaction& transaction) {
    id = session_named(transaction, name);
    if (active_session(transaction) != id) use_session(transaction, id, now);
  });
  return id;
}

}  // namespace roar::plumbing
