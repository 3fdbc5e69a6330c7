#include "porcelain/tag_text.h"

#include <ostream>
#include <string>

#include "plumbing/quote.h"
#include "porcelain/json_views.h"
#include "porcelain/label_text.h"
#include "porcelain/text.h"

namespace roar::porcelain {
namespace {

std::string name_of(const plumbing::TagOrigin& origin) {
  constexpr std::size_t kDigits = 12;
  if (!origin.path.empty()) return plumbing::quoted_path(origin.path);
  if (!origin.composite.empty()) return "composite " + origin.composite.substr(0, kDigits);
  return "artifact " + origin.target.hex().substr(0, kDigits);
}

std::string reason_of(const plumbing::TagOrigin& origin) {
  const std::string when = origin.since ? ", " + time_text(*origin.since) : std::string();
  std::string job = "a job that is not recorded here";
  if (origin.job)
    job = job_reference(*origin.job) + " " + origin.job->short_uid + "  $ " +
          command_text(origin.job->argv, 60);
  if (origin.value.origin == "user")
    return origin.value.job.empty() ? "tagged by hand" + when : "by --add-tag of " + job;
  return "inherited through " + job;
}

void print_node(std::ostream& out, const plumbing::TagOrigin& origin, const std::string& first,
                const std::string& rest) {
  out << first << name_of(origin) << ": " << reason_of(origin) << (origin.bound ? " (bound)" : "")
      << (origin.again ? " (see above)" : "") << '\n';
  if (origin.value.origin != "user" && origin.job && origin.inputs.empty() && !origin.again)
    out << rest << "└── no input of that job has it any more\n";
  for (std::size_t i = 0; i < origin.inputs.size(); ++i) {
    const bool last = i + 1 == origin.inputs.size();
    print_node(out, origin.inputs[i], rest + (last ? "└── " : "├── "),
               rest + (last ? "    " : "│   "));
  }
}

}  // namespace

void print_tag_lines(std::ostream& out, const plumbing::Tags& tags, std::string_view indent) {
  for (const auto& [kind, values] : tags.kinds) {
    out << indent << kind << '=';
    for (std::size_t i = 0; i < values.size(); ++i) out << (i == 0 ? "" : ", ") << values[i].value;
    out << '\n';
  }
}

void print_origin(std::ostream& out, const std::string& kind, const plumbing::TagOrigin& origin) {
  out << kind << '=' << origin.value.value << '\n';
  print_node(out, origin, "└── ", "    ");
}

json::Array tags_json(const plumbing::Tags& tags) {
  json::Array list;
  for (const auto& [kind, values] : tags.kinds) {
    for (const plumbing::TagValue& value : values) {
      json::Object object{{"kind", kind},
                          {"value", value.value},
                          {"origin", value.origin},
                          {"bound", tags.is_bound(kind, value.value)}};
      if (!value.job.empty()) object.emplace("job_uid", value.job);
      list.emplace_back(std::move(object));
    }
  }
  return list;
}

json::Object origin_json(const plumbing::TagOrigin& origin) {
  json::Object object{
      {origin.composite.empty() ? "artifact_oid" : "composite_oid", origin.target.hex()},
      {"value", origin.value.value},
      {"origin", origin.value.origin},
      {"bound", origin.bound}};
  if (!origin.path.empty()) json::put_bytes(object, "path", origin.path);
  if (!origin.value.job.empty()) object.emplace("job_uid", origin.value.job);
  if (origin.job) object.emplace("job", job_summary_json(*origin.job));
  json::Array inputs;
  for (const plumbing::TagOrigin& input : origin.inputs) inputs.emplace_back(origin_json(input));
  if (!inputs.empty()) object.emplace("inputs", std::move(inputs));
  return object;
}

}  // namespace roar::porcelain
