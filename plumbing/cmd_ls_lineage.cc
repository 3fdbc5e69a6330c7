#include <charconv>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "objects/base/error.h"
#include "objects/json.h"
#include "objects/store.h"
#include "plumbing/commands.h"
#include "plumbing/lineage/list_lineage.h"
#include "plumbing/lineage/moment.h"
#include "plumbing/object_format.h"
#include "plumbing/options.h"
#include "plumbing/resolve.h"
#include "plumbing/sessions.h"

namespace roar::plumbing {
namespace {

// What the command line asks for.
struct Request {
  bool ancestors = false;
  bool descendants = false;
  bool jobs = false;
  bool artifacts = false;
  bool topological = false;
  bool reverse = false;
  bool all = false;
  bool count = false;
  bool json = false;
  bool null = false;
  std::string depth;
  std::string since;
  std::string until;
  std::optional<std::string> session;
  std::vector<std::string> without;
  std::optional<std::string> format;
};

std::uint64_t number_of(const Options& options, const std::string& text) {
  std::uint64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stop != end)
    throw options.usage_error("--depth wants a number, not '" + text + "'");
  return number;
}

std::optional<Timestamp> moment_of(const Options& options, std::string_view option,
                                   const std::string& text) {
  if (text.empty()) return std::nullopt;
  const auto moment = parse_moment(text, Timestamp::now());
  if (!moment)
    throw options.usage_error(std::string(option) + " wants a time, such as 'yesterday', " +
                              "'3 days ago' or 2026-01-31T12:00, not '" + text + "'");
  return moment;
}

LineageQuery query_of(const Options& options, const Request& request) {
  LineageQuery query;
  query.ancestors = request.ancestors || !request.descendants;
  query.descendants = request.descendants;
  if (!request.depth.empty()) query.depth = number_of(options, request.depth);
  query.since = moment_of(options, "--since", request.since);
  query.until = moment_of(options, "--until", request.until);
  query.jobs = request.jobs || !request.artifacts;
  query.artifacts = request.artifacts || !request.jobs;
  query.topological = request.topological;
  query.reverse = request.reverse;
  query.ids = !request.count;
  return query;
}

void add_names(const ReadTransaction& transaction, const Workspace& workspace,
               const std::vector<std::string_view>& names, const Request& request,
               LineageQuery& query) {
  for (const std::string_view name : names)
    for (const ListedName& listed : resolve_listed(transaction, workspace, name))
      (listed.excluded ? query.without : query.from).push_back(listed.name.id);
  for (const std::string& name : request.without)
    for (const ResolvedName& one : resolve_each(transaction, workspace, name))
      query.without.push_back(one.id);
  if (request.all)
    for (const Ref& ref : transaction.refs("refs/"))
      if (const auto target = transaction.resolve_ref(ref.name)) query.from.push_back(*target);
  if (!request.session) return;
  query.session = session_named(transaction, *request.session);
  const bool whole = names.empty() && !request.all;
  if (!whole) return;
  if (const auto head = transaction.resolve_ref("refs/sessions/" + query.session))
    query.from.push_back(*head);
}

// Writes as it goes, as the answer may be long.
void write(Context& context, const Request& request, const ObjectFormat& format,
           const std::vector<ObjectInfo>& objects) {
  const char end = request.null ? '\0' : '\n';
  const bool plain = !request.format;
  const char* before = "{\"objects\":[";
  for (const ObjectInfo& object : objects) {
    if (request.json) {
      const json::Object one{{"oid", object.id.hex()}, {"type", type_name(object.type)}};
      context.out << before << json::encode(one);
      before = ",";
      continue;
    }
    std::string line;
    if (plain) {
      line = object.id.hex();
    } else {
      context.store->read([&](const ReadTransaction& transaction) {
        line = format.line(transaction, transaction.info(object.id).value_or(object), {});
      });
    }
    context.out << line << end;
  }
  if (!request.json) return;
  if (objects.empty()) context.out << before;
  context.out << "],\"version\":1}" << end;
}

void write_count(Context& context, const Request& request, std::size_t count) {
  if (request.json) {
    context.out << json::encode(json::Object{{"count", std::uint64_t{count}}, {"version", 1}});
  } else {
    context.out << count;
  }
  context.out << (request.null ? '\0' : '\n');
}

void check(const Options& options, const Request& request, bool has_names) {
  if (!has_names && !request.all && !request.session) throw options.usage_error("no name given");
  if (request.json && request.format) throw options.usage_error("give one of --json and --format");
  if (request.count && request.format)
    throw options.usage_error("give one of --count and --format");
}

}  // namespace

int cmd_ls_lineage(Context& context, Arguments arguments) {
  Request request;
  Options options(
      "ls-lineage [--ancestors] [--descendants] [--depth <n>] [--jobs] [--artifacts] "
      "[--since <time>] [--until <time>] [--session[=<session>]] [--not <name>]... "
      "[--topo-order] [--reverse] [--count] [--json | --format <format>] [-z] "
      "(--all | <name>...)");
  options.flag(0, "ancestors", request.ancestors, "what the names came from (default)")
      .flag(0, "descendants", request.descendants, "what came from them")
      .value(0, "depth", "n", request.depth, "go at most n jobs far")
      .flag(0, "jobs", request.jobs, "list jobs only")
      .flag(0, "artifacts", request.artifacts, "list artifacts only")
      .value(0, "since", "time", request.since, "of jobs that were started then or later")
      .value(0, "until", "time", request.until, "of jobs that were started then or earlier")
      .optional_value("session", "session", request.session,
                      "of jobs of this session, or the active one")
      .list(0, "not", "name", request.without, "without this, and what it leads to")
      .flag(0, "all", request.all, "begin with what all refs point at")
      .flag(0, "topo-order", request.topological, "put nothing before what was made of it")
      .flag(0, "reverse", request.reverse, "turn the order around")
      .flag(0, "count", request.count, "print only how many there are")
      .flag(0, "json", request.json, "print JSON")
      .value(0, "format", "format", request.format, "what a line says; see roar-cat-object(1)")
      .flag('z', "null", request.null, "end lines with NUL");
  const auto names = options.parse(arguments);
  check(options, request, !names.empty());
  const LineageQuery asked = query_of(options, request);
  const ObjectFormat format(request.format ? std::string_view(*request.format)
                                           : ObjectFormat::kDefault);
  std::vector<ObjectInfo> objects;
  context.store->read([&](const ReadTransaction& transaction) {
    LineageQuery query = asked;
    add_names(transaction, *context.workspace, names, request, query);
    objects = list_lineage(transaction, query);
  });
  if (request.count) {
    write_count(context, request, objects.size());
  } else {
    write(context, request, format, objects);
  }
  return 0;
}

}  // namespace roar::plumbing
