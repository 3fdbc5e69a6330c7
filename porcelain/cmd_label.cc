#include <algorithm>
#include <ostream>
#include <string>
#include <vector>

#include "objects/base/error.h"
#include "plumbing/labels/assignments.h"
#include "plumbing/labels/labels.h"
#include "plumbing/options.h"
#include "porcelain/commands.h"
#include "porcelain/label_text.h"
#include "porcelain/text.h"

namespace roar::porcelain {
namespace {

using Words = std::span<const std::string_view>;

struct Flags {
  bool all = false;
  bool json = false;

  Show show() const noexcept { return all ? Show::All : Show::Usual; }
};

// The target that words begin with, of which there are `rest_least` more; they are taken off.
plumbing::LabelName take_name(Words& words, std::size_t rest_least, const Options& options) {
  if (words.size() > rest_least + 1 && plumbing::is_label_kind(words[0]) &&
      !plumbing::is_assignment(words[1])) {
    const plumbing::LabelName name{.kind = words[0], .name = words[1]};
    words = words.subspan(2);
    return name;
  }
  if (words.size() <= rest_least) throw options.usage_error("no target given");
  const plumbing::LabelName name{.kind = {}, .name = words[0]};
  words = words.subspan(1);
  return name;
}

json::Object target_json(const plumbing::LabelTarget& target) {
  return {{"type", "label"},
          {"version", kJsonVersion},
          {"target_type", std::string(type_name(target.type))},
          {"target_oid", target.id.hex()}};
}

void print_version_json(std::ostream& out, const plumbing::LabelVersion& version,
                        json::Object object) {
  object.merge(target_json(version.target));
  object.merge(label_version_json(version));
  out << with_document(object, version.document) << '\n';
}

void report(const Context& context, const plumbing::LabelChange& change, const Flags& flags) {
  const plumbing::LabelVersion& now = change.now;
  if (flags.json) return print_version_json(context.out, now, {{"changed", change.changed}});
  if (!change.changed) {
    context.out << "No change: the labels of " << now.target.shown << " are so already\n";
    return;
  }
  context.out << "Labels of " << now.target.shown << ", version " << now.version << ":\n";
  print_label_lines(context.out, now.document, flags.show(), "  ");
}

int set(const Context& context, Words words, const Flags& flags, const Options& options) {
  const plumbing::LabelName name = take_name(words, 1, options);
  LabelDocument entries = plumbing::parse_assignments(words);
  for (const std::string& key : plumbing::redact_labels(*context.workspace, entries))
    context.err << "warning: the value of '" << key
                << "' holds a secret; a placeholder is kept in its place\n";
  report(context, plumbing::set_labels(*context.store, *context.workspace, name, entries), flags);
  return 0;
}

int unset(const Context& context, Words words, const Flags& flags, const Options& options) {
  const plumbing::LabelName name = take_name(words, 1, options);
  const auto change = plumbing::unset_labels(*context.store, *context.workspace, name,
                                             {words.begin(), words.end()});
  if (!change.missing.empty()) {
    context.err << "label not set: " << change.missing << '\n';
    return 1;
  }
  report(context, change, flags);
  return 0;
}

int copy(const Context& context, Words words, const Flags& flags, const Options& options) {
  const plumbing::LabelName from = take_name(words, words.size() == 4 ? 2 : 1, options);
  const plumbing::LabelName to = take_name(words, 0, options);
  if (!words.empty()) throw options.usage_error("cp takes two targets");
  report(context, plumbing::copy_labels(*context.store, *context.workspace, from, to), flags);
  return 0;
}

int show(const Context& context, Words words, const Flags& flags, const Options& options) {
  plumbing::LabelName name{.kind = "session", .name = "current"};
  if (!words.empty()) name = take_name(words, 0, options);
  if (!words.empty()) throw options.usage_error("show takes one target");
  const auto version = plumbing::labels_of(*context.store, *context.workspace, name);
  if (flags.json) {
    print_version_json(context.out, version, {});
    return 0;
  }
  context.out << "Labels of " << version.target.shown;
  if (version.version > 0) context.out << ", version " << version.version;
  context.out << ":\n";
  print_label_lines(context.out, version.document, flags.show(), "  ");
  return 0;
}

void print_history_json(std::ostream& out, const plumbing::LabelTarget& target,
                        const std::vector<plumbing::LabelVersion>& versions) {
  json::Object head = target_json(target);
  std::string text = json::encode(head);
  text.pop_back();
  text += ",\"versions\":[";
  for (const plumbing::LabelVersion& version : versions) {
    if (version.version > 1) text += ',';
    text += with_document(label_version_json(version), version.document);
  }
  out << text << "]}\n";
}

int history(const Context& context, Words words, const Flags& flags, const Options& options) {
  plumbing::LabelName name{.kind = "session", .name = "current"};
  if (!words.empty()) name = take_name(words, 0, options);
  if (!words.empty()) throw options.usage_error("history takes one target");
  const auto history = plumbing::label_history(*context.store, *context.workspace, name);
  if (flags.json) {
    print_history_json(context.out, history.target, history.versions);
    return 0;
  }
  if (history.versions.empty())
    context.out << "Labels of " << history.target.shown << ":\n  (no labels)\n";
  const LabelDocument* before = nullptr;
  const LabelDocument nothing;
  for (const plumbing::LabelVersion& version : history.versions) {
    context.out << "version " << version.version << "  " << time_text(version.when) << "  "
                << version.origin << '\n';
    print_label_changes(context.out, before == nullptr ? nothing : *before, version.document,
                        flags.show());
    before = &version.document;
  }
  return 0;
}

}  // namespace

int cmd_label(Context& context, Arguments arguments) {
  Flags flags;
  Options options(
      "label set [--json] [<kind>] <target> <key>=<value>...\n"
      "label unset [--json] [<kind>] <target> <key>...\n"
      "label cp [--json] [<kind>] <target> [<kind>] <target>\n"
      "label show [--all] [--json] [[<kind>] <target>]\n"
      "label history [--all] [--json] [[<kind>] <target>]");
  options.flag(0, "all", flags.all, "facts that roar recorded too")
      .flag(0, "json", flags.json, "print JSON");
  const auto operands = options.parse(arguments);
  const std::string_view action = operands.empty() ? "" : operands.front();
  const Words words = Words(operands).subspan(std::min<std::size_t>(1, operands.size()));
  if (action == "set") return set(context, words, flags, options);
  if (action == "unset") return unset(context, words, flags, options);
  if (action == "cp") return copy(context, words, flags, options);
  if (action == "show") return show(context, words, flags, options);
  if (action == "history") return history(context, words, flags, options);
  throw options.usage_error("expected set, unset, cp, show or history");
}

}  // namespace roar::porcelain
