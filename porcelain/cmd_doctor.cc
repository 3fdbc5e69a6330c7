#include <algorithm>
#include <iomanip>
#include <ostream>
#include <string>

#include "plumbing/doctor.h"
#include "plumbing/options.h"
#include "plumbing/quote.h"
#include "porcelain/commands.h"
#include "porcelain/json_views.h"

namespace roar::porcelain {
namespace {

using plumbing::Finding;
using plumbing::Health;

void print_finding(std::ostream& out, const Finding& finding) {
  out << std::left << std::setw(9) << plumbing::health_name(finding.health) << std::setw(13)
      << finding.area;
  // A remedy can be copied from its line; what it is about may have any bytes in its names.
  for (const char c : finding.text) out << (c == '\n' ? ' ' : c);
  out << '\n';
  if (!finding.remedy.empty()) out << std::string(22, ' ') << "try: " << finding.remedy << '\n';
}

json::Object finding_json(const Finding& finding) {
  json::Object object{{"area", finding.area}, {"state", plumbing::health_name(finding.health)}};
  json::put_bytes(object, "text", finding.text);
  if (!finding.remedy.empty()) json::put_bytes(object, "remedy", finding.remedy);
  return object;
}

}  // namespace

int cmd_doctor(Context& context, Arguments arguments) {
  bool json = false;
  const Options options = Options("doctor [--json]").flag(0, "json", json, "print JSON");
  if (!options.parse(arguments).empty()) throw options.usage_error("doctor takes no operands");
  const plumbing::Findings findings = plumbing::examine();
  const auto problems = std::ranges::count(findings, Health::Problem, &Finding::health);
  if (json) {
    json::Array list;
    for (const Finding& finding : findings) list.emplace_back(finding_json(finding));
    print_json(
        context.out,
        {{"type", "doctor"}, {"problems", std::int64_t{problems}}, {"findings", std::move(list)}});
  } else {
    for (const Finding& finding : findings) print_finding(context.out, finding);
  }
  return problems == 0 ? 0 : 1;
}

}  // namespace roar::porcelain
