#include <ostream>
#include <string>

#include "plumbing/lookup.h"
#include "plumbing/options.h"
#include "porcelain/commands.h"

namespace roar::porcelain {
namespace {

// "3", and after a job that failed or was interrupted "3!".
std::string token(const plumbing::StatusView& view) {
  std::string text = std::to_string(view.run_steps + view.build_steps);
  if (view.latest && !view.latest->exit.success()) text += '!';
  return text;
}

}  // namespace

// A prompt must come at once and must never show an error; the next command that a person types
// will say what is wrong.
int cmd_prompt(Context& context, Arguments arguments) {
  std::string format;
  const Options options =
      Options("prompt [--format <text>]")
          .value(0, "format", "text", format, "print this, with %s replaced by the token");
  if (!options.parse(arguments).empty()) throw options.usage_error("prompt takes no operands");
  if (format.empty()) format = "%s\n";
  const auto view = plumbing::status_for_prompt();
  if (!view) return 0;
  const std::size_t at = format.find("%s");
  if (at != std::string::npos) format.replace(at, 2, token(*view));
  context.out << format;
  return 0;
}

}  // namespace roar::porcelain
