#include <ostream>
#include <string>
#include <vector>

#include "objects/base/error.h"
#include "plumbing/filters.h"
#include "plumbing/options.h"
#include "plumbing/quote.h"
#include "porcelain/commands.h"
#include "porcelain/filter_text.h"
#include "porcelain/json_views.h"

namespace roar::porcelain {
namespace {

using plumbing::ConfigFile;

struct Flags {
  bool all = false;
  bool json = false;
  std::string path_class;
  bool local = false;
  bool project = false;
  bool user = false;

  int files() const noexcept { return (local ? 1 : 0) + (project ? 1 : 0) + (user ? 1 : 0); }
  std::optional<ConfigFile> file() const noexcept {
    if (local) return ConfigFile::Local;
    if (project) return ConfigFile::Project;
    return user ? std::optional(ConfigFile::User) : std::nullopt;
  }
};

std::vector<plumbing::UserRule> rules_here(Context& context) {
  const auto config = plumbing::load_config(context.workspace->root);
  for (const std::string& warning : config.warnings()) {
    context.err << "warning: " << warning << '\n';
  }
  return plumbing::user_rules(config);
}

int list_json(Context& context, const std::vector<plumbing::UserRule>& rules, bool all) {
  json::Array user;
  for (const plumbing::UserRule& rule : rules) {
    json::Object object{{"class", plumbing::class_word(rule.path_class)}};
    json::put_bytes(object, "pattern", rule.pattern);
    json::put_bytes(object, "where", rule.where);
    user.emplace_back(std::move(object));
  }
  json::Object answer{{"type", "filters"}, {"rules", std::move(user)}};
  if (all) {
    json::Array table;
    for (const tracer::PathRule& row : tracer::path_rules()) {
      table.emplace_back(json::Object{{"row", std::uint64_t{row_number(row)}},
                                      {"class", class_name(row.path_class)},
                                      {"pattern", row.pattern},
                                      {"text", row_text(row)}});
    }
    answer.emplace("table", std::move(table));
  }
  print_json(context.out, std::move(answer));
  return 0;
}

int list(Context& context, const Flags& flags) {
  const auto rules = rules_here(context);
  if (flags.json) return list_json(context, rules, flags.all);
  if (rules.empty() && !flags.all) context.err << "No filters configured.\n";
  for (const plumbing::UserRule& rule : rules) {
    context.out << plumbing::class_word(rule.path_class) << '\t'
                << plumbing::quoted_path(rule.pattern) << '\t' << rule.where << '\n';
  }
  if (!flags.all) return 0;
  for (const tracer::PathRule& row : tracer::path_rules()) {
    context.out << class_name(row.path_class) << '\t' << row_text(row)
                << "\ttable:" << row_number(row) << '\n';
  }
  return 0;
}

plumbing::RuleList list_for(const std::string& word, const Options& options) {
  if (word.empty() || word == "ignore") return {};
  const auto path_class = class_from_name(word);
  if (!path_class || !plumbing::parse_user_rule(word + " x")) {
    throw options.usage_error("no class is called '" + word +
                              "'; there are ignore, data, code, package, system, cache, temporary "
                              "and credential");
  }
  return {.ignore = false, .path_class = *path_class};
}

void print_edit(Context& context, std::string_view sign, const plumbing::EditedRules& edited) {
  for (const std::string& pattern : edited.changed) {
    context.out << "  " << sign << ' ' << plumbing::quoted_path(pattern) << '\n';
  }
  for (const auto& file : edited.files) context.out << "Updated " << file.string() << '\n';
}

int add(Context& context, const Flags& flags, const Options& options,
        const std::vector<std::string>& patterns) {
  const auto edited = plumbing::add_rules(context.workspace->root, flags.file(),
                                          list_for(flags.path_class, options), patterns);
  print_edit(context, "+", edited);
  if (edited.changed.empty()) context.out << "All patterns already present.\n";
  return 0;
}

int remove(Context& context, const Flags& flags, const std::vector<std::string>& patterns) {
  const auto edited = plumbing::remove_rules(context.workspace->root, flags.file(), patterns);
  print_edit(context, "-", edited);
  if (!edited.changed.empty()) return 0;
  context.err << "None of the specified patterns were found.\n";
  return 1;
}

json::Object classification_json(const plumbing::Classification& classification, bool written) {
  json::Object object{{"class", plumbing::class_word(classification.path_class)},
                      {"rule", reason_text(classification)},
                      {"means", consequence_text(classification, written)}};
  if (classification.row != nullptr) {
    object.emplace("row", std::uint64_t{row_number(*classification.row)});
  }
  if (classification.rule != nullptr) {
    json::put_bytes(object, "pattern", classification.rule->pattern);
    json::put_bytes(object, "where", classification.rule->where);
  }
  return object;
}

void print_classification(std::ostream& out, std::string_view title,
                          const plumbing::Classification& classification, bool written) {
  out << "  " << title << plumbing::class_word(classification.path_class) << ": "
      << consequence_text(classification, written) << "\n           " << reason_text(classification)
      << '\n';
}

int explain(Context& context, const Flags& flags, const std::vector<std::string>& paths) {
  const plumbing::Classifier classifier(*context.workspace, rules_here(context));
  json::Array explained;
  for (const std::string& path : paths) {
    const auto one = plumbing::explain_path(*context.workspace, classifier, path);
    if (flags.json) {
      json::Object object{{"exists", one.exists},
                          {"read", classification_json(one.input, false)},
                          {"written", classification_json(one.output, true)}};
      json::put_bytes(object, "path", one.path);
      explained.emplace_back(std::move(object));
      continue;
    }
    context.out << plumbing::quoted_path(one.path) << (one.exists ? "" : "  (not there)") << '\n';
    print_classification(context.out, "read:    ", one.input, false);
    print_classification(context.out, "written: ", one.output, true);
  }
  if (flags.json) print_json(context.out, {{"type", "classes"}, {"paths", std::move(explained)}});
  return 0;
}

}  // namespace

int cmd_filter(Context& context, Arguments arguments) {
  Flags flags;
  Options options(
      "filter list [--all] [--json]\n"
      "filter add [--class <class>] [--local | --project | --user] <pattern>...\n"
      "filter remove [--local | --project | --user] <pattern>...\n"
      "filter explain [--json] <path>...");
  options.flag(0, "all", flags.all, "the built-in table too")
      .flag(0, "json", flags.json, "print JSON")
      .value(0, "class", "class", flags.path_class, "give the files this class, not ignore them")
      .flag(0, "local", flags.local, "edit .roar/config.toml")
      .flag(0, "project", flags.project, "edit roar.toml, which is made to be committed")
      .flag(0, "user", flags.user, "edit the user's own file");
  const auto operands = options.parse(arguments);
  const std::string_view action = operands.empty() ? "" : operands.front();
  const bool edits = action == "add" || action == "remove";
  const bool shows = action == "list" || action == "explain";
  if (flags.json && !shows) throw options.usage_error("--json is for list and explain");
  if (flags.all && action != "list") throw options.usage_error("--all is for list");
  if (!flags.path_class.empty() && action != "add") {
    throw options.usage_error("--class is for add");
  }
  if (flags.files() > (edits ? 1 : 0)) {
    throw options.usage_error("one of --local, --project and --user may stand, for add and remove");
  }
  if (action == "list" && operands.size() == 1) return list(context, flags);
  const std::vector<std::string> names(operands.begin() + (operands.empty() ? 0 : 1),
                                       operands.end());
  if (names.empty()) throw options.usage_error("expected list, add, remove or explain");
  if (action == "add") return add(context, flags, options, names);
  if (action == "remove") return remove(context, flags, names);
  if (action == "explain") return explain(context, flags, names);
  throw options.usage_error("expected list, add, remove or explain");
}

}  // namespace roar::porcelain
