#include <charconv>
#include <optional>
#include <ostream>
#include <set>
#include <string>
#include <vector>

#include "objects/base/error.h"
#include "objects/base/hex.h"
#include "objects/json.h"
#include "objects/store.h"
#include "plumbing/commands.h"
#include "plumbing/options.h"
#include "plumbing/quote.h"
#include "plumbing/resolve.h"

namespace roar::plumbing {
namespace {

struct Request {
  std::optional<std::string> abbreviate;
  bool verify = false;
  bool quiet = false;
  bool explain = false;
  bool all = false;
  bool json = false;
  bool null = false;
  std::string prefix;
  std::size_t digits = 0;  // of an abbreviated id; 0: whole ids
};

// A line of the answer, before it is written.
struct Answer {
  std::string asked;
  ListedName listed;
  std::string id;
};

std::size_t digits_of(const Options& options, const std::string& text) {
  constexpr std::size_t kDefault = 8;
  if (text.empty()) return kDefault;
  std::size_t digits = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, digits);
  if (error != std::errc() || stop != end || digits < kPrefixMin || digits > 2 * ObjectId::kSize)
    throw options.usage_error("--short wants a number from 4 to 64");
  return digits;
}

void check(const Options& options, const Request& request,
           const std::vector<std::string_view>& names) {
  if (!request.prefix.empty()) {
    if (!names.empty() || request.all || request.explain || request.verify)
      throw options.usage_error("--disambiguate goes with neither names nor other questions");
    if (!is_hex(request.prefix) || request.prefix.size() < kPrefixMin)
      throw options.usage_error("--disambiguate wants at least four hexadecimal digits");
    return;
  }
  if (names.empty() && !request.all) throw options.usage_error("no name given");
  if (request.verify && (names.size() != 1 || request.all))
    throw options.usage_error("--verify wants exactly one name");
  if (request.explain && (request.all || request.verify || request.abbreviate))
    throw options.usage_error("--explain goes with names, --json and -z only");
}

std::vector<Answer> answers_to(const ReadTransaction& transaction, const Workspace& workspace,
                               const std::vector<std::string_view>& names, const Request& request) {
  std::vector<Answer> answers;
  const auto add = [&](std::string_view asked, ListedName listed) {
    std::string id = request.digits == 0 ? listed.name.id.hex()
                                         : short_id(transaction, listed.name.id, request.digits);
    answers.push_back({std::string(asked), std::move(listed), std::move(id)});
  };
  if (request.all) {
    for (const Ref& ref : transaction.refs("refs/"))
      if (transaction.resolve_ref(ref.name))
        add(ref.name, {resolve(transaction, workspace, ref.name), false});
  }
  for (const std::string_view name : names) {
    if (request.verify) {
      add(name, {resolve(transaction, workspace, name), false});
      continue;
    }
    for (ListedName& listed : resolve_listed(transaction, workspace, name))
      add(name, std::move(listed));
  }
  return answers;
}

std::string text_of(const std::vector<Answer>& answers, char end) {
  std::string text;
  for (const Answer& answer : answers)
    text += (answer.listed.excluded ? "^" : "") + answer.id + end;
  return text;
}

json::Object json_of(const std::vector<Answer>& answers) {
  json::Array names;
  for (const Answer& answer : answers) {
    json::Object name{{"oid", answer.id}, {"type", type_name(answer.listed.name.type)}};
    json::put_bytes(name, "name", answer.asked);
    if (!answer.listed.name.path.empty()) json::put_bytes(name, "path", answer.listed.name.path);
    if (answer.listed.excluded) name.emplace("excluded", true);
    names.emplace_back(std::move(name));
  }
  return {{"names", std::move(names)}, {"version", 1}};
}

std::vector<Answer> objects_with_prefix(const ReadTransaction& transaction,
                                        const Request& request) {
  constexpr std::size_t kNoLimit = static_cast<std::size_t>(-1);
  std::vector<Answer> answers;
  for (const ObjectInfo& object : transaction.with_prefix(request.prefix, kNoLimit)) {
    ListedName listed{.name = {.id = object.id, .type = object.type}, .excluded = false};
    std::string id =
        request.digits == 0 ? object.id.hex() : short_id(transaction, object.id, request.digits);
    answers.push_back({request.prefix, std::move(listed), std::move(id)});
  }
  return answers;
}

// One line a form, in the order in which they are tried; those that were not reached say so.
std::string text_of(std::string_view name, const NameExplanation& explanation) {
  std::string text = quoted_path(name) + '\n';
  const auto forms = name_forms();
  for (std::size_t i = 0; i < forms.size(); ++i) {
    std::string outcome = "not reached";
    for (const NameExplanation::Tried& tried : explanation.tried)
      if (tried.form == forms[i]) outcome = tried.outcome;
    text += "  " + std::to_string(i + 1) + ". " + std::string(forms[i]) + ": " + outcome + '\n';
  }
  for (const NameExplanation::Followed& followed : explanation.followed)
    text += "  then " + quoted_path(followed.suffix) + ": " + followed.object + '\n';
  return text;
}

json::Object json_of(std::string_view name, const NameExplanation& explanation) {
  json::Array tried;
  for (const NameExplanation::Tried& one : explanation.tried) {
    json::Object form{{"form", one.form}};
    json::put_bytes(form, "outcome", one.outcome);
    tried.emplace_back(std::move(form));
  }
  json::Array followed;
  for (const NameExplanation::Followed& one : explanation.followed) {
    json::Object step;
    json::put_bytes(step, "suffix", one.suffix);
    json::put_bytes(step, "outcome", one.object);
    followed.emplace_back(std::move(step));
  }
  json::Object object{{"followed", std::move(followed)}, {"tried", std::move(tried)}};
  json::put_bytes(object, "name", name);
  if (explanation.failure) json::put_bytes(object, "failure", explanation.failure->what());
  return object;
}

// Prints what could be found out of every name, and throws the first failure then.
void explain(Context& context, const std::vector<std::string_view>& names, const Request& request,
             char end) {
  std::string text;
  json::Array explained;
  std::set<std::string> warnings;
  std::optional<Error> failure;
  context.store->read([&](const ReadTransaction& transaction) {
    for (const std::string_view name : names) {
      const NameExplanation explanation = explain_name(transaction, *context.workspace, name);
      text += text_of(name, explanation);
      explained.emplace_back(json_of(name, explanation));
      if (!explanation.warning.empty()) warnings.insert(explanation.warning);
      if (!failure) failure = explanation.failure;
    }
  });
  if (request.json)
    text = json::encode(json::Object{{"names", std::move(explained)}, {"version", 1}}) + end;
  context.out << text;
  for (const std::string& warning : warnings) context.err << "warning: " << warning << '\n';
  if (failure) throw Error(*failure);
}

}  // namespace

// Prints the ids in the order of the operands. Prints nothing if one of them fails.
int cmd_resolve(Context& context, Arguments arguments) {
  Request request;
  Options options(
      "resolve [--short[=<digits>]] [-q] [--verify] [--all] [--json] [-z] [<name>...]\n"
      "resolve --explain [--json] <name>...\n"
      "resolve --disambiguate <prefix> [--short[=<digits>]] [--json] [-z]");
  options
      .optional_value("short", "digits", request.abbreviate,
                      "print the shortest unique prefix, at least 8 digits")
      .flag('q', "quiet", request.quiet,
            "print no message for a name that stands for nothing; exit 1")
      .flag(0, "verify", request.verify, "insist on one name for one object")
      .flag(0, "all", request.all, "what all refs point at, before any names")
      .flag(0, "explain", request.explain, "print how each name is taken")
      .value(0, "disambiguate", "prefix", request.prefix, "print all objects with these digits")
      .flag(0, "json", request.json, "print JSON")
      .flag('z', "null", request.null, "end lines with NUL");
  const auto names = options.parse(arguments);
  check(options, request, names);
  if (request.abbreviate) request.digits = digits_of(options, *request.abbreviate);
  const char end = request.null ? '\0' : '\n';
  std::vector<Answer> answers;
  try {
    if (request.explain) {
      explain(context, names, request, end);
      return 0;
    }
    context.store->read([&](const ReadTransaction& transaction) {
      answers = request.prefix.empty() ? answers_to(transaction, *context.workspace, names, request)
                                       : objects_with_prefix(transaction, request);
    });
  } catch (const Error& error) {
    if (request.quiet && error.code() == Errc::NotFound) return 1;
    throw;
  }
  for (const Answer& answer : answers)
    if (!answer.listed.name.warning.empty())
      context.err << "warning: " << answer.listed.name.warning << '\n';
  context.out << (request.json ? json::encode(json_of(answers)) + end : text_of(answers, end));
  return 0;
}

}  // namespace roar::plumbing
