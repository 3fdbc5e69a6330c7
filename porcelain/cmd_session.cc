#include <iomanip>
#include <ostream>
#include <string>

#include "plumbing/lookup.h"
#include "plumbing/options.h"
#include "plumbing/session_hash.h"
#include "plumbing/sessions.h"
#include "porcelain/commands.h"
#include "porcelain/json_views.h"
#include "porcelain/show_text.h"
#include "porcelain/text.h"

namespace roar::porcelain {
namespace {

constexpr std::size_t kShortId = 12;

json::Object listed_json(const plumbing::ListedSession& session) {
  json::Object object = session_summary_json(session.summary);
  object.emplace("jobs", session.jobs);
  object.emplace("run_steps", session.runs);
  object.emplace("build_steps", session.builds);
  return object;
}

int list(Context& context, bool json) {
  const auto sessions = plumbing::list_sessions(*context.store);
  if (json) {
    json::Array listed;
    for (const auto& session : sessions) listed.emplace_back(listed_json(session));
    print_json(context.out, {{"type", "sessions"}, {"sessions", std::move(listed)}});
    return 0;
  }
  for (const auto& session : sessions) {
    context.out << (session.summary.active ? "* " : "  ") << session.summary.id.substr(0, kShortId)
                << "  " << time_text(session.summary.created) << "  "
                << count_text(session.jobs, "job") << ", " << count_text(session.runs, "run step")
                << ", " << count_text(session.builds, "build step") << '\n';
  }
  return 0;
}

int show(Context& context, std::string_view name, bool json) {
  const std::string id = plumbing::session_named(*context.store, name);
  const auto found = plumbing::look_up(*context.store, *context.workspace, "session:" + id);
  const auto& view = std::get<plumbing::SessionView>(found);
  if (json) {
    print_json(context.out, session_json(view));
  } else {
    print_session(context.out, view, Show::Usual);
  }
  return 0;
}

int use(Context& context, std::string_view name) {
  const std::string id = plumbing::use_session_named(*context.store, *context.workspace, name);
  context.out << "Active session: " << id.substr(0, kShortId) << '\n';
  return 0;
}

int hash(Context& context, std::string_view name) {
  const std::string id = plumbing::session_named(*context.store, name);
  const auto canonical = plumbing::canonical_session(*context.store, id);
  context.out << plumbing::session_hash(canonical) << '\n';
  return 0;
}

}  // namespace

int cmd_session(Context& context, Arguments arguments) {
  bool json = false;
  Options options(
      "session list [--json]\n"
      "session show [--json] [<session>]\n"
      "session use <session>\n"
      "session hash [<session>]");
  options.flag(0, "json", json, "print JSON");
  const auto operands = options.parse(arguments);
  const std::string_view action = operands.empty() ? "" : operands.front();
  const std::string_view name = operands.size() > 1 ? operands[1] : std::string_view();
  if (json && action != "list" && action != "show") {
    throw options.usage_error("--json is for list and show");
  }
  if (action == "list" && operands.size() == 1) return list(context, json);
  if (action == "show" && operands.size() <= 2) return show(context, name, json);
  if (action == "use" && operands.size() == 2) return use(context, name);
  if (action == "hash" && operands.size() <= 2) return hash(context, name);
  throw options.usage_error("expected list, show, use or hash");
}

}  // namespace roar::porcelain
