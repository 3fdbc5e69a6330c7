#include <array>
#include <ostream>
#include <string>

#include "plumbing/graph/why.h"
#include "plumbing/options.h"
#include "plumbing/quote.h"
#include "porcelain/commands.h"
#include "porcelain/difference_text.h"
#include "porcelain/json_views.h"
#include "porcelain/text.h"

namespace roar::porcelain {
namespace {

using plumbing::WhyVersion;
using plumbing::WhyView;

constexpr std::size_t kDifferencesShown = 10;

std::string_view answer_name(WhyView::Answer answer) {
  constexpr std::array<std::string_view, 5> kNames = {"first", "outside", "appeared", "difference",
                                                      "unexplained"};
  return kNames.at(static_cast<std::size_t>(answer));
}

std::string job_text(const plumbing::JobSummary& job) {
  return job_reference(job) + " (" + command_text(job.argv, 50) + ")";
}

// The others that may have had a part in it.
std::size_t other_causes(const WhyView& view) {
  std::size_t causes = 0;
  for (const plumbing::Difference& one : view.comparison.differences) {
    causes += one.weight >= view.first()->weight && &one != view.first() ? 1U : 0U;
  }
  return causes;
}

std::string_view kind_word(plumbing::DifferenceKind kind) {
  if (kind == plumbing::DifferenceKind::Packages) return "package version";
  if (kind == plumbing::DifferenceKind::Parameters) return "parameter";
  return difference_name(kind);
}

std::string cause_text(const plumbing::Difference& difference) {
  const std::string subject = plumbing::quoted_path(difference.subject);
  const std::string by =
      difference.job_after ? " (" + job_reference(*difference.job_after) + ")" : std::string();
  switch (difference.kind) {
    case plumbing::DifferenceKind::Data:
    case plumbing::DifferenceKind::Code:
      if (difference.before.empty()) return subject + " was read now, and not before" + by;
      if (difference.after.empty()) return subject + " was read before, and is not now" + by;
      return subject + " changed" + by;
    case plumbing::DifferenceKind::Parameters:
    case plumbing::DifferenceKind::Pipeline:
    case plumbing::DifferenceKind::Packages:
    case plumbing::DifferenceKind::Environment:
    case plumbing::DifferenceKind::Commit:
    case plumbing::DifferenceKind::Outcome:
      break;
  }
  return "of another " + std::string(kind_word(difference.kind)) + by + ": " +
         difference_text(difference);
}

std::string sentence(const WhyView& view) {
  const std::string path = plumbing::quoted_path(view.path);
  switch (view.answer) {
    case WhyView::Answer::First:
      return view.now.writer
                 ? path + " has one recorded version, made by " + job_text(*view.now.writer) + "."
                 : path + " has one recorded version, which no recorded job made.";
    case WhyView::Answer::Outside:
      return path + " was changed by no recorded job: " + job_reference(view.now.seen) +
             " was the first to find this version.";
    case WhyView::Answer::Appeared:
      return path + " was made by " + job_text(*view.now.writer) +
             ", and the version before by no recorded job.";
    case WhyView::Answer::Unexplained:
      return path + " changed, and nothing that was recorded of how it was made differs.";
    case WhyView::Answer::Difference:
      break;
  }
  const plumbing::Difference& first = *view.first();
  std::string text = path + " changed because " + cause_text(first);
  const std::size_t others = other_causes(view);
  if (others > 0) text += ", and " + count_text(others, "other thing");
  return text + ".";
}

void print_version(std::ostream& out, std::string_view title, const WhyVersion& version) {
  out << title << version.digest.substr(0, 12) << "  ";
  if (version.writer) {
    out << "made by " << job_text(*version.writer) << ", " << time_text(version.writer->started);
  } else {
    out << "first read by " << job_text(version.seen) << ", " << time_text(version.seen.started);
  }
  out << '\n';
}

void print_notes(std::ostream& out, const WhyView& view) {
  for (const plumbing::JobSummary& job : view.incomplete) {
    out << "\nThe record of " << job.short_uid << " has gaps, so this may not be all: 'roar show "
        << job.short_uid << "' lists them.\n";
  }
  if (!view.newest) return;
  if (view.disk == plumbing::DiskState::Differs) {
    out << "\nOn disk it is another one by now, which no job has used yet.\n";
  } else if (view.disk == plumbing::DiskState::Missing) {
    out << "\nOn disk it is gone.\n";
  }
}

void print_why(std::ostream& out, const WhyView& view) {
  out << sentence(view) << "\n\n";
  if (view.before) print_version(out, "was  ", *view.before);
  print_version(out, "is   ", view.now);
  if (!view.chain.empty()) {
    out << "\nFrom there to here:\n";
    for (const plumbing::Consequence& one : view.chain) {
      out << "  " << job_text(one.made_after) << " made " << plumbing::quoted_path(one.path)
          << '\n';
    }
    out << "  " << job_text(*view.now.writer) << " made " << plumbing::quoted_path(view.path)
        << '\n';
  }
  const plumbing::Comparison& comparison = view.comparison;
  if (!comparison.differences.empty()) out << "\nWhat differs, the likeliest reason first:\n";
  print_comparison(out, comparison, kDifferencesShown);
  print_notes(out, view);
}

json::Object version_json(const WhyVersion& version) {
  json::Object object{{"artifact_oid", version.artifact.hex()},
                      {"digest", version.digest},
                      {"first_seen_by", job_summary_json(version.seen)}};
  if (version.writer) object.emplace("made_by", job_summary_json(*version.writer));
  return object;
}

json::Object why_json(const WhyView& view) {
  json::Object object{{"type", "why"},
                      {"answer", answer_name(view.answer)},
                      {"now", version_json(view.now)},
                      {"newest", view.newest}};
  json::put_bytes(object, "path", view.path);
  json::put_bytes(object, "sentence", sentence(view));
  if (view.before) object.emplace("before", version_json(*view.before));
  if (const plumbing::Difference* first = view.first(); first != nullptr) {
    json::Object entry{{"kind", difference_name(first->kind)}};
    json::put_bytes(entry, "subject", first->subject);
    if (first->job_after) entry.emplace("job_after", first->job_after->id.hex());
    object.emplace("first", std::move(entry));
  }
  json::Array chain;
  for (const plumbing::Consequence& one : view.chain) {
    json::Object entry{{"job", one.made_after.id.hex()}};
    json::put_bytes(entry, "path", one.path);
    chain.emplace_back(std::move(entry));
  }
  object.emplace("chain", std::move(chain));
  json::Array incomplete;
  for (const plumbing::JobSummary& job : view.incomplete) incomplete.emplace_back(job.id.hex());
  object.emplace("incomplete", std::move(incomplete));
  put_comparison(object, view.comparison);
  return object;
}

}  // namespace

// Why a file is not what it was before.
int cmd_why(Context& context, Arguments arguments) {
  bool json = false;
  Options options("why [--json] <file>");
  options.flag(0, "json", json, "print JSON");
  const auto operands = options.parse(arguments);
  if (operands.size() != 1) throw options.usage_error("name one file or artifact");
  const WhyView view = plumbing::why(*context.store, *context.workspace, operands.front());
  if (json) {
    print_json(context.out, why_json(view));
  } else {
    print_why(context.out, view);
  }
  return 0;
}

}  // namespace roar::porcelain
