#include "porcelain/difference_text.h"

#include <algorithm>
#include <iomanip>
#include <ostream>
#include <set>
#include <utility>

#include "plumbing/quote.h"
#include "porcelain/json_views.h"
#include "porcelain/text.h"

namespace roar::porcelain {
namespace {

constexpr std::size_t kConsequencesShown = 20;

// Digests, commits and ids are cut to what people compare by eye; long values to what fits.
std::string value_text(const std::string& value) {
  constexpr std::size_t kDigestShown = 12;
  constexpr std::size_t kCommitSize = 40;
  constexpr std::size_t kValueMax = 72;
  if (value.empty()) return "(none)";
  const bool hex = value.find_first_not_of("0123456789abcdef") == std::string::npos;
  if (hex && value.size() >= kCommitSize) return value.substr(0, kDigestShown);
  return value.size() > kValueMax ? plumbing::quoted_path(value.substr(0, kValueMax)) + "..."
                                  : plumbing::quoted_path(value);
}

std::string steps_text(const plumbing::Difference& difference) {
  const auto& before = difference.job_before;
  const auto& after = difference.job_after;
  if (!before && !after) return {};
  if (!before) return job_reference(*after);
  if (!after) return job_reference(*before);
  const std::string old = job_reference(*before);
  const std::string now = job_reference(*after);
  return old == now ? now : old + "," + now;
}

std::string artifact_json_value(const std::optional<ObjectId>& artifact) {
  return artifact ? artifact->hex() : std::string();
}

// Each file once, however many jobs read it.
void print_consequences(std::ostream& out, const std::vector<plumbing::Consequence>& consequences) {
  std::set<std::pair<std::string, ObjectId>> seen;
  std::size_t left_out = 0;
  for (const plumbing::Consequence& one : consequences) {
    if (!seen.emplace(one.path, one.made_after.id).second) continue;
    if (seen.size() > kConsequencesShown) {
      ++left_out;
      continue;
    }
    if (seen.size() == 1) out << "\nFollowing from these:\n";
    out << "  " << plumbing::quoted_path(one.path) << ", made by " << job_reference(one.made_after)
        << (one.repacked ? " (the same content, packed differently)" : "") << '\n';
  }
  if (left_out > 0) out << "  and " << count_text(left_out, "more file") << '\n';
}

json::Object difference_json(const plumbing::Difference& difference) {
  json::Object entry{{"kind", difference_name(difference.kind)},
                     {"weight", difference.weight},
                     {"distance", difference.distance}};
  json::put_bytes(entry, "subject", difference.subject);
  json::put_bytes(entry, "text", difference_text(difference));
  if (!difference.before.empty()) json::put_bytes(entry, "before", difference.before);
  if (!difference.after.empty()) json::put_bytes(entry, "after", difference.after);
  if (difference.job_before) entry.emplace("job_before", difference.job_before->id.hex());
  if (difference.job_after) entry.emplace("job_after", difference.job_after->id.hex());
  if (difference.job_after && difference.job_after->step) {
    entry.emplace("step", job_reference(*difference.job_after));
  }
  return entry;
}

json::Object consequence_json(const plumbing::Consequence& consequence) {
  json::Object entry{{"distance", consequence.distance},
                     {"before", artifact_json_value(consequence.before)},
                     {"after", artifact_json_value(consequence.after)},
                     {"job_before", consequence.made_before.id.hex()},
                     {"job_after", consequence.made_after.id.hex()},
                     {"reader_after", consequence.reader_after.hex()}};
  if (consequence.repacked) entry.emplace("repacked", true);
  json::put_bytes(entry, "path", consequence.path);
  return entry;
}

}  // namespace

std::string difference_text(const plumbing::Difference& difference) {
  return plumbing::quoted_path(difference.subject) + ": " + value_text(difference.before) + " -> " +
         value_text(difference.after);
}

void print_comparison(std::ostream& out, const plumbing::Comparison& comparison,
                      std::size_t differences_max) {
  const auto& differences = comparison.differences;
  const std::size_t shown = std::min(differences_max, differences.size());
  for (std::size_t i = 0; i < shown; ++i) {
    out << std::right << std::setw(3) << i + 1 << ". " << std::left << std::setw(12)
        << difference_name(differences[i].kind) << std::setw(6) << steps_text(differences[i])
        << "  " << difference_text(differences[i]) << '\n';
  }
  if (shown < differences.size()) {
    out << "     and " << count_text(differences.size() - shown, "more difference")
        << " (--all, --json)\n";
  }
  print_consequences(out, comparison.consequences);
  for (const auto& [before, after] : comparison.unexplained) {
    out << "\nNot explained: " << before.short_uid << " and " << after.short_uid << " ("
        << job_reference(after) << ' ' << command_text(after.argv, 40)
        << ") differ in nothing that was\nrecorded, but wrote different things: the command is not "
           "deterministic, or it\ndepends on something that is not recorded.\n";
    if (!before.complete || !after.complete) {
      out << "The record of " << (after.complete ? before.short_uid : after.short_uid)
          << " has gaps: 'roar show' lists them.\n";
    }
  }
}

void put_comparison(json::Object& object, const plumbing::Comparison& comparison) {
  json::Array differences;
  for (const auto& one : comparison.differences) differences.emplace_back(difference_json(one));
  json::Array consequences;
  for (const auto& one : comparison.consequences) consequences.emplace_back(consequence_json(one));
  json::Array unexplained;
  for (const auto& [before, after] : comparison.unexplained) {
    unexplained.emplace_back(json::Object{{"job_before", before.id.hex()},
                                          {"job_after", after.id.hex()},
                                          {"complete", before.complete && after.complete}});
  }
  object.emplace("differences", std::move(differences));
  object.emplace("consequences", std::move(consequences));
  object.emplace("unexplained", std::move(unexplained));
  object.emplace("jobs_compared", comparison.jobs);
}

}  // namespace roar::porcelain
