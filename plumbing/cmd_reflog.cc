#include <algorithm>
#include <charconv>
#include <cstdint>
#include <map>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "objects/base/error.h"
#include "objects/json.h"
#include "objects/ref_name.h"
#include "objects/store.h"
#include "objects/transaction.h"
#include "plumbing/commands.h"
#include "plumbing/lineage/moment.h"
#include "plumbing/options.h"
#include "plumbing/refs/reflog.h"

namespace roar::plumbing {
namespace {

using Operands = std::vector<std::string_view>;

struct Request {
  std::string count;
  std::string expire = "90 days ago";
  std::string expire_unreachable = "30 days ago";
  bool all = false;
  bool dry_run = false;
  bool null = false;
  bool json = false;
};

std::size_t number_from(const Options& options, std::string_view text) {
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) {
    throw options.usage_error("'" + std::string(text) + "' is not a number");
  }
  return number;
}

std::string ref_named(const Options& options, std::string_view name) {
  if (!is_ref_name(name)) {
    throw options.usage_error("'" + std::string(name) + "' is no name for a ref");
  }
  return std::string(name);
}

std::string line_of(const Request& request, const std::string& ref, std::size_t age,
                    const ReflogEntry& entry) {
  if (!request.json) {
    return entry.after.hex() + ' ' + ref + "@{" + std::to_string(age) + "}: " + entry.reason +
           (request.null ? '\0' : '\n');
  }
  json::Object object{
      {"age", std::uint64_t{age}},
      {"when", json::Array{entry.when.seconds, std::int64_t{entry.when.nanoseconds}}}};
  json::put_bytes(object, "refname", ref);
  json::put_bytes(object, "reason", entry.reason);
  if (!entry.before.is_zero()) object.emplace("before", entry.before.hex());
  if (!entry.after.is_zero()) object.emplace("after", entry.after.hex());
  return json::encode(object) + '\n';
}

int show(Context& context, const Options& options, const Request& request,
         const Operands& operands) {
  if (operands.size() > 1) throw options.usage_error("name one ref");
  const std::size_t limit =
      request.count.empty() ? static_cast<std::size_t>(-1) : number_from(options, request.count);
  std::string text;
  context.store->read([&](const ReadTransaction& transaction) {
    text.clear();
    const std::string ref =
        operands.empty() ? transaction.followed_ref("HEAD") : ref_named(options, operands.front());
    const std::vector<ReflogEntry> log = transaction.reflog(ref);
    if (log.empty()) throw Error(Errc::NotFound, "ref '" + ref + "' has no log");
    for (std::size_t age = 0; age < std::min(limit, log.size()); ++age)
      text += line_of(request, ref, age, log[log.size() - 1 - age]);
  });
  context.out << text;
  return 0;
}

int list(Context& context, const Options& options, const Request& request,
         const Operands& operands) {
  if (!operands.empty()) throw options.usage_error("list takes no ref");
  std::vector<std::string> names;
  context.store->read(
      [&](const ReadTransaction& transaction) { names = transaction.logged_refs(); });
  for (const std::string& name : names) context.out << name << (request.null ? '\0' : '\n');
  return 0;
}

int tell_existence(Context& context, const Options& options, const Operands& operands) {
  if (operands.size() != 1) throw options.usage_error("name one ref");
  const std::string ref = ref_named(options, operands.front());
  bool found = false;
  context.store->read([&](const ReadTransaction& transaction) {
    found = transaction.oldest_reflog_entry(ref).has_value();
  });
  return found ? 0 : 1;
}

std::optional<Timestamp> moment_named(const Options& options, const std::string& text) {
  if (text == "never") return std::nullopt;
  if (text == "all") return Timestamp{.seconds = INT64_MAX, .nanoseconds = 0};
  const auto moment = parse_moment(text, Timestamp::now());
  if (!moment) throw options.usage_error("'" + text + "' is no time");
  return moment;
}

int expire(Context& context, const Options& options, const Request& request,
           const Operands& operands) {
  if (operands.empty() != request.all) throw options.usage_error("name refs, or give --all");
  const ReflogExpiry expiry{
      .before = moment_named(options, request.expire),
      .unreachable_before = moment_named(options, request.expire_unreachable)};
  std::vector<std::string> refs;
  for (const std::string_view name : operands) refs.push_back(ref_named(options, name));
  std::string text;
  context.store->read([&](const ReadTransaction& transaction) {
    text.clear();
    if (request.all) refs = transaction.logged_refs();
    for (const ExpiredEntry& gone : expired_entries(transaction, refs, expiry))
      text += line_of(request, gone.ref, gone.age, gone.entry);
  });
  if (request.dry_run) {
    context.out << text;
  } else if (!text.empty()) {
    context.store->write(
        [&](WriteTransaction& transaction) { expire_reflogs(transaction, refs, expiry); });
  }
  return 0;
}

int drop(Context& context, const Options& options, const Operands& operands) {
  std::map<std::string, std::vector<std::size_t>> ages;
  for (const std::string_view entry : operands) {
    const std::size_t at = entry.find("@{");
    if (at == std::string_view::npos || !entry.ends_with('}')) {
      throw options.usage_error("'" + std::string(entry) + "' is not <ref>@{<n>}");
    }
    const std::size_t begin = at + 2;
    ages[ref_named(options, entry.substr(0, at))].push_back(
        number_from(options, entry.substr(begin, entry.size() - begin - 1)));
  }
  if (ages.empty()) throw options.usage_error("name entries");
  context.store->write([&](WriteTransaction& transaction) {
    for (const auto& [ref, which] : ages) drop_reflog_entries(transaction, ref, which);
  });
  return 0;
}

}  // namespace

int cmd_reflog(Context& context, Arguments arguments) {
  Request request;
  Options options(
      "reflog [show] [-n <count>] [-z | --json] [<ref>]\n"
      "reflog list [-z]\n"
      "reflog exists <ref>\n"
      "reflog expire [--expire <time>] [--expire-unreachable <time>] [--dry-run [-z | --json]] "
      "(--all | <ref>...)\n"
      "reflog delete <ref>@{<n>}...");
  options.value('n', "max-count", "count", request.count, "show this many at most")
      .value(0, "expire", "time", request.expire, "drop what is older; default: 90 days ago")
      .value(0, "expire-unreachable", "time", request.expire_unreachable,
             "drop what is older and was left; default: 30 days ago")
      .flag(0, "all", request.all, "of all logs")
      .flag(0, "dry-run", request.dry_run, "show what would be dropped, and drop nothing")
      .flag('z', "null", request.null, "end lines with NUL")
      .flag(0, "json", request.json, "print one JSON object a line");
  Operands operands = options.parse(arguments);
  if (request.json && request.null) throw options.usage_error("--json or -z, not both");
  std::string word = "show";
  for (const std::string_view known : {"show", "list", "exists", "expire", "delete"}) {
    if (operands.empty() || operands.front() != known) continue;
    word = known;
    operands.erase(operands.begin());
    break;
  }
  if (word == "list") return list(context, options, request, operands);
  if (word == "exists") return tell_existence(context, options, operands);
  if (word == "expire") return expire(context, options, request, operands);
  if (word == "delete") return drop(context, options, operands);
  return show(context, options, request, operands);
}

}  // namespace roar::plumbing
