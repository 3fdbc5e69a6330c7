#include "plumbing/labels/label_target.h"

#include <algorithm>
#include <array>
#include <optional>

#include "objects/base/error.h"
#include "objects/history.h"
#include "objects/label.h"
#include "objects/session.h"
#include "plumbing/quote.h"
#include "plumbing/resolve.h"
#include "plumbing/sessions.h"

namespace roar::plumbing {
namespace {

constexpr std::array<std::string_view, 5> kKinds{"artifact", "composite", "dag", "job", "session"};
// Types of objects that labels hang on, by name.
constexpr std::array<std::string_view, 4> kTypes{"artifact", "composite", "job", "session"};

std::string_view type_of_kind(std::string_view kind) {
  return kind == "dag" ? "session" : kind;
}

ResolvedName found_by_name(const ReadTransaction& transaction, const Workspace& workspace,
                           const std::string& name) {
  return resolve(transaction, workspace, name);
}

// Nullopt if there is no such thing.
std::optional<ResolvedName> tried(const ReadTransaction& transaction, const Workspace& workspace,
                                  const std::string& name) {
  try {
    return found_by_name(transaction, workspace, name);
  } catch (const Error& error) {
    if (error.code() != Errc::NotFound) throw;
    return std::nullopt;
  }
}

ResolvedName found_session(const ReadTransaction& transaction, const Workspace& workspace,
                           const std::string& name) {
  const bool current = name == "current";
  if (current && !active_session(transaction))
    throw Error(Errc::NotFound, "no active session\nhint: run 'roar init' first");
  return found_by_name(transaction, workspace,
                       current ? "@" : "session:" + session_named(transaction, name));
}

ResolvedName found(const ReadTransaction& transaction, const Workspace& workspace,
                   const LabelName& wanted) {
  const std::string name(wanted.name);
  const std::string_view type = type_of_kind(wanted.kind);
  if (type == "session" && !name.starts_with('@') && !name.starts_with("HEAD"))
    return found_session(transaction, workspace, name);
  if (type == "job" && name.find_first_of("@:/") == std::string::npos) {
    if (auto job = tried(transaction, workspace, "job:" + name)) return *std::move(job);
  }
  if (type == "artifact" && name.find(':') == std::string::npos) {
    if (auto file = tried(transaction, workspace, "path:" + name)) return *std::move(file);
  }
  return found_by_name(transaction, workspace, name);
}

}  // namespace

bool is_label_kind(std::string_view word) noexcept {
  return std::ranges::find(kKinds, word) != kKinds.end();
}

LabelTarget label_target(const ReadTransaction& transaction, const Workspace& workspace,
                         const LabelName& name) {
  const ResolvedName object = found(transaction, workspace, name);
  const std::string_view type = type_name(object.type);
  if (!name.kind.empty() && type != type_of_kind(name.kind))
    throw Error(Errc::Usage, quoted_subject(name.name) + " is of type " + std::string(type) +
                                 ", not " + std::string(type_of_kind(name.kind)));
  if (std::ranges::find(kTypes, type) == kTypes.end())
    throw Error(Errc::Usage, quoted_subject(name.name) + " is of type " + std::string(type) +
                                 "; labels are for sessions, jobs, artifacts and composites");
  return label_target_of(transaction, object.id);
}

LabelTarget label_target_of(const ReadTransaction& transaction, const ObjectId& id) {
  constexpr std::size_t kDigits = 12;
  const auto info = transaction.info(id);
  if (!info) throw Error(Errc::Corrupt, "object " + id.hex() + " is missing");
  LabelTarget target{
      .id = id, .type = info->type, .shown = std::string(type_name(info->type)) + " "};
  if (info->type == ObjectType::Session) {
    const std::string session = decode_session(transaction.payload(id, info->type)).session;
    target.id = session_root(transaction, session);
    target.shown += session.substr(0, kDigits);
  } else if (info->type == ObjectType::Job) {
    constexpr std::size_t kUidDigits = 8;
    target.shown += read_job(transaction, id).uid.substr(0, kUidDigits);
  } else {
    target.shown += short_id(transaction, id, kDigits);
  }
  return target;
}

}  // namespace roar::plumbing
