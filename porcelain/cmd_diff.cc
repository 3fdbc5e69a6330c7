#include <ostream>
#include <string>

#include "plumbing/graph/diff_names.h"
#include "plumbing/options.h"
#include "plumbing/quote.h"
#include "porcelain/commands.h"
#include "porcelain/difference_text.h"
#include "porcelain/json_views.h"
#include "porcelain/text.h"

namespace roar::porcelain {
namespace {

constexpr std::size_t kDifferencesShown = 25;

void print_side(std::ostream& out, char sign, const plumbing::DiffSide& side) {
  out << sign << ' ' << plumbing::quoted_path(side.name);
  if (!side.digest.empty()) out << "  " << side.digest.substr(0, 12);
  if (!side.target.session.empty()) out << "  session " << side.target.session.substr(0, 12);
  if (side.job) {
    out << (side.target.artifact ? "  made by " : "  ") << job_reference(*side.job) << ' '
        << side.job->short_uid << "  " << command_text(side.job->argv, 50);
  } else if (side.target.artifact) {
    out << "  made by no recorded job";
  }
  out << '\n';
}

bool differs(const plumbing::DiffView& view) {
  return !view.same &&
         (!view.comparison.differences.empty() || !view.comparison.consequences.empty() ||
          !view.comparison.unexplained.empty() || view.before.target.artifact.has_value());
}

void print_diff(std::ostream& out, const plumbing::DiffView& view, std::size_t differences_max) {
  print_side(out, '-', view.before);
  print_side(out, '+', view.after);
  if (view.same) {
    out << (view.before.target.artifact ? "\nThe same content.\n" : "\nThe same.\n");
    return;
  }
  if (view.same_unpacked) out << "\nThe same content, packed differently.\n";
  if (view.comparison.differences.empty() && view.comparison.unexplained.empty()) {
    out << "\nNothing that was recorded differs.\n";
    return;
  }
  out << (view.comparison.differences.empty() ? "" : "\nThe likeliest reason first:\n");
  print_comparison(out, view.comparison, differences_max);
}

json::Object side_json(const plumbing::DiffSide& side) {
  json::Object object;
  json::put_bytes(object, "name", side.name);
  if (!side.digest.empty()) object.emplace("digest", side.digest);
  if (side.target.artifact) object.emplace("artifact_oid", side.target.artifact->hex());
  if (!side.target.session.empty()) object.emplace("session", side.target.session);
  if (side.job) object.emplace("job", job_summary_json(*side.job));
  return object;
}

json::Object diff_json(const plumbing::DiffView& view) {
  json::Object object{{"type", "diff"},
                      {"before", side_json(view.before)},
                      {"after", side_json(view.after)},
                      {"same", view.same},
                      {"same_unpacked", view.same || view.same_unpacked}};
  put_comparison(object, view.comparison);
  return object;
}

}  // namespace

// In what the histories of two things differ.
int cmd_diff(Context& context, Arguments arguments) {
  bool all = false;
  bool exit_code = false;
  bool json = false;
  Options options("diff [--all] [--exit-code] [--json] <before> <after>");
  options.flag(0, "all", all, "every difference, not only the likeliest 25")
      .flag(0, "exit-code", exit_code, "exit with 1 if they differ")
      .flag(0, "json", json, "print JSON");
  const auto operands = options.parse(arguments);
  if (operands.size() != 2) throw options.usage_error("name two things to compare");
  const plumbing::DiffView view =
      plumbing::diff_of_names(*context.store, *context.workspace, operands[0], operands[1]);
  if (json) {
    print_json(context.out, diff_json(view));
  } else {
    print_diff(context.out, view, all ? plumbing::kNoLimit : kDifferencesShown);
  }
  return exit_code && differs(view) ? 1 : 0;
}

}  // namespace roar::porcelain
