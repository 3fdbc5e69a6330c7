#include <algorithm>
#include <ostream>
#include <string>

#include "objects/base/error.h"
#include "plumbing/config.h"
#include "plumbing/labels/labels.h"
#include "plumbing/options.h"
#include "plumbing/quote.h"
#include "plumbing/tags/edit_tags.h"
#include "plumbing/tags/tag_origins.h"
#include "porcelain/commands.h"
#include "porcelain/json_views.h"
#include "porcelain/tag_text.h"
#include "porcelain/text.h"

namespace roar::porcelain {
namespace {

using plumbing::TagForm;
using Words = std::span<const std::string_view>;

plumbing::TagWord tag_in(const Context& context, std::string_view word, TagForm form) {
  return plumbing::parse_tag(plumbing::load_config(context.workspace->root), word, form);
}

void print_tags(std::ostream& out, std::string_view name, const plumbing::Tags& tags,
                std::string_view nothing) {
  out << "Tags on " << plumbing::quoted_path(name) << ":\n";
  print_tag_lines(out, tags, "  ");
  if (tags.empty()) out << "  " << nothing << '\n';
}

int add(const Context& context, Words words) {
  const auto tag = tag_in(context, words[0], TagForm::Pair);
  const auto change = plumbing::add_tag(*context.store, *context.workspace, words[1], tag);
  if (change.changed) {
    context.out << "Tagged " << plumbing::quoted_path(words[1]) << ": tag." << tag.kind << " += ['"
                << tag.value << "']\n";
  } else {
    context.out << "No change: '" << tag.value << "' already present in tag." << tag.kind << '\n';
  }
  return 0;
}

int remove(const Context& context, Words words) {
  const auto tag = tag_in(context, words[0], TagForm::PairOrKind);
  const std::string target = plumbing::quoted_path(words[1]);
  const auto change = plumbing::remove_tag(*context.store, *context.workspace, words[1], tag);
  const std::string what = tag.value.empty() ? "tag." + tag.kind : "'" + tag.value + "'";
  if (!change.changed) {
    context.out << "No change: " << what << " not present"
                << (tag.value.empty() ? "" : " in tag." + tag.kind) << " on " << target << '\n';
    return 0;
  }
  context.out << "Removed " << what << " from "
              << (tag.value.empty() ? "" : "tag." + tag.kind + " on ") << target << '\n';
  print_tags(context.out, words[1], change.now.tags, "(no tags remaining)");
  return 0;
}

json::Object target_json(const plumbing::LabelTarget& target) {
  return {{"type", "tags"},
          {"target_type", std::string(type_name(target.type))},
          {"target_oid", target.id.hex()}};
}

int show(const Context& context, std::string_view name, bool json) {
  const auto tags = plumbing::tags_of(*context.store, *context.workspace, name);
  if (json) {
    json::Object object = target_json(tags.target);
    object.emplace("tags", tags_json(tags.tags));
    print_json(context.out, std::move(object));
  } else {
    print_tags(context.out, name, tags.tags, "(no tags)");
  }
  return 0;
}

void print_difference(std::ostream& out, std::string_view sign, const plumbing::Tags& tags,
                      const plumbing::Tags& others) {
  for (const auto& [kind, values] : tags.kinds)
    for (const plumbing::TagValue& value : values)
      if (others.find(kind, value.value) == nullptr)
        out << "  " << sign << ' ' << kind << '=' << value.value
            << (value.origin == "user" ? "" : "  (inherited)") << '\n';
}

int history(const Context& context, std::string_view name, bool json) {
  const auto history =
      plumbing::label_history(*context.store, *context.workspace, {.kind = {}, .name = name});
  json::Array versions;
  plumbing::Tags before;
  for (const plumbing::LabelVersion& version : history.versions) {
    plumbing::Tags tags = plumbing::tags_in(version.document);
    if (tags == before) continue;
    if (json) {
      versions.emplace_back(
          json::Object{{"label_version", version.version},
                       {"when", json::Array{version.when.seconds, version.when.nanoseconds}},
                       {"tags", tags_json(tags)}});
    } else {
      context.out << "version " << version.version << "  " << time_text(version.when) << '\n';
      print_difference(context.out, "-", before, tags);
      print_difference(context.out, "+", tags, before);
      for (std::size_t i = before.events.size(); i < tags.events.size(); ++i)
        for (const auto& [kind, values] : tags.events[i].covers)
          for (const std::string& value : values)
            context.out << "  " << (tags.events[i].bind ? "bind " : "unbind ") << kind << '='
                        << value << '\n';
    }
    before = std::move(tags);
  }
  if (json) {
    json::Object object = target_json(history.target);
    object.emplace("versions", std::move(versions));
    print_json(context.out, std::move(object));
  } else if (before == plumbing::Tags()) {
    print_tags(context.out, name, before, "(no tags)");
  }
  return 0;
}

int set_bound(const Context& context, Words names, bool bind) {
  for (const std::string_view name : names) {
    const auto change = plumbing::bind_tags(*context.store, *context.workspace, name, bind);
    if (!change.changed) {
      context.out << "No change: " << (bind ? "no tag to bind on " : "no tag is bound on ")
                  << plumbing::quoted_path(name) << '\n';
      continue;
    }
    context.out << (bind ? "Bound the tags on " : "Unbound the tags on ")
                << plumbing::quoted_path(name) << ":\n";
    for (const auto& [kind, values] : change.now.tags.events.back().covers)
      for (const std::string& value : values) context.out << "  " << kind << '=' << value << '\n';
  }
  return 0;
}

int why(const Context& context, Words words, bool json) {
  const auto tag = tag_in(context, words[0], TagForm::PairOrKind);
  const auto origins = plumbing::origins_of_tag(*context.store, *context.workspace, words[1], tag);
  if (json) {
    json::Array list;
    for (const plumbing::TagOrigin& origin : origins) list.emplace_back(origin_json(origin));
    print_json(context.out, {{"type", "tag_origins"}, {"kind", tag.kind}, {"origins", list}});
  } else {
    for (const plumbing::TagOrigin& origin : origins) print_origin(context.out, tag.kind, origin);
  }
  if (!origins.empty()) return 0;
  context.err << plumbing::quoted_path(words[1]) << " has no tag " << words[0] << '\n';
  return 1;
}

}  // namespace

int cmd_tag(Context& context, Arguments arguments) {
  bool json = false;
  Options options(
      "tag add <kind>=<value> <target>\n"
      "tag rm <kind>[=<value>] <target>\n"
      "tag show [--json] <target>\n"
      "tag history [--json] <target>\n"
      "tag bind <target>...\n"
      "tag unbind <target>...\n"
      "tag why [--json] <kind>[=<value>] <target>");
  options.flag(0, "json", json, "print JSON");
  const auto operands = options.parse(arguments);
  const std::string_view action = operands.empty() ? "" : operands.front();
  const Words words = Words(operands).subspan(std::min<std::size_t>(1, operands.size()));
  if (json && action != "show" && action != "history" && action != "why")
    throw options.usage_error("--json is for show, history and why");
  if (action == "add" && words.size() == 2) return add(context, words);
  if (action == "rm" && words.size() == 2) return remove(context, words);
  if (action == "show" && words.size() == 1) return show(context, words[0], json);
  if (action == "history" && words.size() == 1) return history(context, words[0], json);
  if (action == "bind" && !words.empty()) return set_bound(context, words, true);
  if (action == "unbind" && !words.empty()) return set_bound(context, words, false);
  if (action == "why" && words.size() == 2) return why(context, words, json);
  throw options.usage_error("expected add, rm, show, history, bind, unbind or why");
}

}  // namespace roar::porcelain
