#include "porcelain/filter_text.h"

#include "objects/edge.h"
#include "plumbing/record_job.h"

namespace roar::porcelain {
namespace {

std::string match_text(const tracer::PathRule& row) {
  std::string pattern = "'" + std::string(row.pattern) + "'";
  switch (row.match) {
    case tracer::RuleMatch::Component:
      return pattern + " is a part of the path";
    case tracer::RuleMatch::Name:
      return "the file is called " + pattern;
    case tracer::RuleMatch::Prefix:
      return (row.scope == tracer::RuleScope::Home ? "the path in the home directory begins with "
                                                   : "the path begins with ") +
             pattern;
    case tracer::RuleMatch::Suffix:
      return "the file's name ends with " + pattern;
  }
  return pattern;
}

}  // namespace

std::string row_text(const tracer::PathRule& row) {
  switch (row.scope) {
    case tracer::RuleScope::OutsideRoot:
    case tracer::RuleScope::Home:
      return match_text(row) + ", outside of the project";
    case tracer::RuleScope::OutsideRootInput:
      return match_text(row) + ", outside of the project, if it is not written";
    case tracer::RuleScope::Everywhere:
      break;
  }
  return match_text(row);
}

std::size_t row_number(const tracer::PathRule& row) {
  return static_cast<std::size_t>(&row - tracer::path_rules().data()) + 1;
}

std::string reason_text(const plumbing::Classification& classification) {
  switch (classification.reason) {
    case plumbing::ClassReason::Nothing:
      return "no rule matches";
    case plumbing::ClassReason::Table:
      return "row " + std::to_string(row_number(*classification.row)) +
             " of the table: " + row_text(*classification.row);
    case plumbing::ClassReason::Temporary:
      return "it lies below TMPDIR";
    case plumbing::ClassReason::Script:
      return "it is executable and begins with #!";
    case plumbing::ClassReason::Own:
      return "it is a part of roar";
    case plumbing::ClassReason::User:
      return "rule '" + std::string(plumbing::class_word(classification.path_class)) + " " +
             classification.rule->pattern + "' in " + classification.rule->where;
  }
  return {};
}

std::string consequence_text(const plumbing::Classification& classification, bool written) {
  if (!classification.path_class) return "left out, and only counted";
  if (*classification.path_class == PathClass::Credential) return "only counted, never listed";
  Edge edge;
  edge.role = written ? EdgeRole::Output : EdgeRole::Input;
  edge.path_class = *classification.path_class;
  if (plumbing::is_shown(edge)) return written ? "an output" : "an input";
  return "recorded, and shown with --all only";
}

}  // namespace roar::porcelain
