#include <algorithm>
#include <charconv>
#include <optional>
#include <ostream>
#include <string>

#include "objects/base/error.h"
#include "objects/json.h"
#include "objects/ref_name.h"
#include "plumbing/commands.h"
#include "plumbing/options.h"
#include "plumbing/refs/ref_list.h"
#include "plumbing/resolve.h"

namespace roar::plumbing {
namespace {

constexpr int kExitMissing = 2;

struct Request {
  bool verify = false;
  bool exists = false;
  bool head = false;
  bool dereference = false;
  bool quiet = false;
  bool null = false;
  bool json = false;
  std::optional<std::string> hash;
  std::size_t digits = 2 * ObjectId::kSize;  // of ids, at least; more where they must tell apart
};

std::size_t digits_of(const Options& options, const std::string& text) {
  std::size_t digits = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), digits);
  if (error != std::errc() || end != text.data() + text.size() || digits < kPrefixMin ||
      digits > 2 * ObjectId::kSize) {
    throw options.usage_error("'" + text + "' is no number of digits from " +
                              std::to_string(kPrefixMin) + " to 64");
  }
  return digits;
}

std::string line_of(const ReadTransaction& transaction, const Request& request, const ObjectId& id,
                    const std::string& name) {
  const char end = request.null ? '\0' : '\n';
  if (request.json) {
    json::Object object{{"objectname", id.hex()}};
    json::put_bytes(object, "refname", name);
    return json::encode(object) + '\n';
  }
  std::string hex = id.hex();
  std::size_t digits = request.digits;
  while (digits < hex.size() && transaction.with_prefix(hex.substr(0, digits), 2).size() > 1)
    ++digits;
  hex.resize(digits);
  return request.hash ? hex + end : hex + ' ' + name + end;
}

std::string text_of(const ReadTransaction& transaction, const Request& request,
                    const std::vector<ListedRef>& refs) {
  std::string text;
  for (const ListedRef& ref : refs) {
    text += line_of(transaction, request, ref.object.id, ref.name);
    if (!request.dereference) continue;
    if (const auto subject = subject_of(transaction, ref.object))
      text += line_of(transaction, request, *subject, ref.name + "^{}");
  }
  return text;
}

bool is_shown(const ListedRef& ref, const std::vector<std::string_view>& patterns) {
  if (patterns.empty() || ref.name == "HEAD") return true;
  return std::ranges::any_of(patterns, [&](std::string_view pattern) {
    return ref.name == pattern ||
           (ref.name.size() > pattern.size() && ref.name.ends_with(pattern) &&
            ref.name[ref.name.size() - pattern.size() - 1] == '/');
  });
}

// Exactly the refs that are named; nullopt if one is not there and that is to be told by the status
// alone.
std::optional<std::vector<ListedRef>> named_refs(const ReadTransaction& transaction,
                                                 const Request& request,
                                                 const std::vector<std::string_view>& names) {
  std::vector<ListedRef> refs;
  for (const std::string_view name : names) {
    const auto id = is_ref_name(name) ? transaction.resolve_ref(name) : std::nullopt;
    const auto info = id ? transaction.info(*id) : std::nullopt;
    if (id && !info) throw Error(Errc::Corrupt, "object " + id->hex() + " is missing");
    if (info) {
      refs.push_back({.name = std::string(name), .symbolic = {}, .object = *info});
    } else if (request.quiet) {
      return std::nullopt;
    } else {
      throw Error(Errc::NotFound, "there is no ref '" + std::string(name) + "'");
    }
  }
  return refs;
}

int show(Context& context, const Request& request, const std::vector<std::string_view>& operands) {
  std::string text;
  bool found = false;
  context.store->read([&](const ReadTransaction& transaction) {
    std::vector<ListedRef> refs;
    found = true;
    if (request.verify) {
      auto named = named_refs(transaction, request, operands);
      found = named.has_value();
      if (named) refs = *std::move(named);
    } else {
      refs = list_refs(transaction, request.head).refs;
      std::erase_if(refs, [&](const ListedRef& ref) { return !is_shown(ref, operands); });
      found = !refs.empty();
    }
    text = text_of(transaction, request, refs);
  });
  if (!request.quiet) context.out << text;
  return found ? 0 : 1;
}

int tell_existence(Context& context, const Options& options,
                   const std::vector<std::string_view>& operands) {
  if (operands.size() != 1) throw options.usage_error("name one ref");
  bool found = false;
  context.store->read([&](const ReadTransaction& transaction) {
    found = transaction.ref(operands[0]).has_value();
  });
  return found ? 0 : kExitMissing;
}

}  // namespace

int cmd_show_ref(Context& context, Arguments arguments) {
  Request request;
  Options options(
      "show-ref [--head] [-d] [-s | --hash[=<n>]] [-q] [-z | --json] [<pattern>...]\n"
      "show-ref --verify [-d] [-s | --hash[=<n>]] [-q] [-z | --json] <ref>...\n"
      "show-ref --exists <ref>");
  bool hash_only = false;
  options.flag(0, "verify", request.verify, "show exactly the refs that are named")
      .flag(0, "exists", request.exists, "print nothing; exit 2 if there is no such ref")
      .flag(0, "head", request.head, "show HEAD, too")
      .flag('d', "dereference", request.dereference, "show what entries and labels are about, too")
      .flag('s', "ids", hash_only, "print ids alone")
      .optional_value("hash", "n", request.hash, "the same, with n digits or more")
      .flag('q', "quiet", request.quiet, "print nothing; exit 1 if there is none")
      .flag('z', "null", request.null, "end lines with NUL")
      .flag(0, "json", request.json, "print one JSON object a line");
  const auto operands = options.parse(arguments);
  if (hash_only && !request.hash) request.hash.emplace();
  if (request.hash && !request.hash->empty()) request.digits = digits_of(options, *request.hash);
  if (request.json && (request.null || request.hash)) {
    throw options.usage_error("--json goes with neither -z nor --hash");
  }
  if (request.exists && request.verify) throw options.usage_error("--exists or --verify, not both");
  if (request.exists) return tell_existence(context, options, operands);
  if (request.verify && operands.empty()) throw options.usage_error("--verify wants a ref");
  return show(context, request, operands);
}

}  // namespace roar::plumbing
