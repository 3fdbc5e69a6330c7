#include <algorithm>
#include <ostream>
#include <string>
#include <string_view>

#include "objects/base/error.h"
#include "plumbing/config.h"
#include "plumbing/options.h"
#include "plumbing/quote.h"
#include "plumbing/tracer_name.h"
#include "plumbing/tracers.h"
#include "plumbing/workspace.h"
#include "porcelain/commands.h"
#include "porcelain/edit_setting.h"
#include "porcelain/json_views.h"

namespace roar::porcelain {
namespace {

using plumbing::ConfigFile;
using plumbing::Health;
using plumbing::TracerCheck;

constexpr std::string_view kKey = "tracer.default";
constexpr std::string_view kStrict = "tracer.strict";

struct Flags {
  bool json = false;
  bool local = false;
  bool project = false;
  bool user = false;

  int files() const noexcept { return (local ? 1 : 0) + (project ? 1 : 0) + (user ? 1 : 0); }
  ConfigFile file() const noexcept {
    if (project) return ConfigFile::Project;
    return user ? ConfigFile::User : ConfigFile::Local;
  }
};

plumbing::Config config_here(Context& context) {
  const auto workspace = plumbing::find_workspace();
  auto config = plumbing::load_config(workspace ? workspace->root : std::filesystem::path());
  for (const std::string& warning : config.warnings())
    context.err << "warning: " << warning << '\n';
  return config;
}

std::string_view verdict(Health health) noexcept {
  if (health == Health::Ok) return "yes";
  return health == Health::Warning ? "perhaps" : "no";
}

void print_checks(std::ostream& out, const std::vector<TracerCheck>& checks) {
  for (const TracerCheck& check : checks) {
    std::string line = check.name + ":";
    line.resize(10, ' ');
    line += verdict(check.health);
    line.resize(19, ' ');
    out << line << check.text << '\n';
    if (!check.remedy.empty() && check.health != Health::Ok)
      out << "                   try: " << check.remedy << '\n';
  }
}

json::Array checks_json(const std::vector<TracerCheck>& checks) {
  json::Array list;
  for (const TracerCheck& check : checks) {
    json::Object object{{"name", check.name}, {"works", verdict(check.health)}};
    json::put_bytes(object, "text", check.text);
    if (!check.remedy.empty()) json::put_bytes(object, "remedy", check.remedy);
    list.emplace_back(std::move(object));
  }
  return list;
}

// What a dynamic program would be traced by.
std::string_view usual_tracer(const std::string& configured,
                              const std::vector<TracerCheck>& checks) {
  if (configured != "auto") return configured;
  if (checks.front().health != Health::Problem) return checks.front().name;
  return checks.back().health == Health::Ok ? std::string_view(checks.back().name)
                                            : std::string_view();
}

int show_status(Context& context, const Flags& flags) {
  const plumbing::Config config = config_here(context);
  const plumbing::ConfigSetting& setting = config.setting(kKey);
  const std::string configured = plumbing::to_text(setting.value);
  const auto checks = plumbing::check_tracers();
  const std::string_view used = usual_tracer(configured, checks);
  const bool works = std::ranges::any_of(checks, [&](const TracerCheck& check) {
    return check.name == used && check.health == Health::Ok;
  });
  if (flags.json) {
    json::Object object{{"type", "tracers"},
                        {"configured", configured},
                        {"origin", plumbing::origin_name(setting.origin)},
                        {"strict", config.boolean(kStrict)},
                        {"used", used},
                        {"tracers", checks_json(checks)}};
    if (!setting.where.empty()) json::put_bytes(object, "where", setting.where);
    print_json(context.out, std::move(object));
    return works ? 0 : 1;
  }
  context.out << "Tracer:   " << configured << "  ("
              << (setting.where.empty() ? "the default" : setting.where) << ")\n";
  if (configured == "auto" && !used.empty()) {
    context.out << "          that is " << used
                << (used == "preload" ? ", and notify or ptrace for programs that it cannot enter\n"
                                      : "\n");
  }
  const plumbing::ConfigSetting& strict = config.setting(kStrict);
  if (config.boolean(kStrict) && configured != "ptrace") {
    context.out << "          strict: preload, and notify listens to every command  ("
                << strict.where << ")\n";
  }
  context.out << '\n';
  print_checks(context.out, checks);
  return works ? 0 : 1;
}

int use(Context& context, const Flags& flags, std::string_view name) {
  plumbing::tracer_from_name(name);
  set_setting(context, flags.file(), kKey, name);
  for (const TracerCheck& check : plumbing::check_tracers()) {
    if (check.name != name || check.health == Health::Ok) continue;
    context.err << "warning: " << check.name << ": " << check.text << '\n';
  }
  return 0;
}

void print_program(std::ostream& out, const plumbing::ProgramCheck& check) {
  out << "Program:  " << plumbing::quoted_path(check.path);
  if (check.program.path != check.path)
    out << ", run by " << plumbing::quoted_path(check.program.path);
  out << '\n';
  print_checks(out, check.tracers);
  if (check.chosen.empty()) {
    out << "\nroar run would not start it: no tracer that may be used works here\n";
  } else {
    out << "\nroar run takes " << check.chosen
        << (check.exact ? "" : ", and the record will have a gap") << '\n';
  }
}

int check(Context& context, const Flags& flags, std::string_view name) {
  const plumbing::Config config = config_here(context);
  plumbing::ProgramCheck found;
  try {
    found =
        plumbing::check_program(std::string(name), plumbing::tracer_from_name(config.string(kKey)),
                                config.boolean(kStrict));
  } catch (const tracer::NotStarted& failure) {
    throw Error(Errc::NotFound, failure.message);
  }
  if (!flags.json) {
    print_program(context.out, found);
    return found.exact ? 0 : 1;
  }
  json::Object object{
      {"type", "tracer_check"}, {"exact", found.exact}, {"tracers", checks_json(found.tracers)}};
  json::put_bytes(object, "path", found.path);
  json::put_bytes(object, "program", found.program.path);
  if (!found.chosen.empty()) object.emplace("used", found.chosen);
  print_json(context.out, std::move(object));
  return found.exact ? 0 : 1;
}

}  // namespace

int cmd_tracer(Context& context, Arguments arguments) {
  Flags flags;
  Options options(
      "tracer [--json]\n"
      "tracer use [--local | --project | --user] <tracer>\n"
      "tracer check [--json] [<program>]");
  options.flag(0, "local", flags.local, "edit .roar/config.toml (the default)")
      .flag(0, "project", flags.project, "edit roar.toml, which is made to be committed")
      .flag(0, "user", flags.user, "edit the user's own file")
      .flag(0, "json", flags.json, "print JSON");
  const auto words = options.parse(arguments);
  const std::string_view action = words.empty() ? std::string_view() : words.front();
  const bool is_use = action == "use";
  if (flags.files() > (is_use ? 1 : 0) || (is_use && flags.json))
    throw options.usage_error("these options do not go together");
  if (action.empty()) return show_status(context, flags);
  if (is_use && words.size() == 2) return use(context, flags, words[1]);
  if (action == "check" && words.size() == 1) return show_status(context, flags);
  if (action == "check" && words.size() == 2) return check(context, flags, words[1]);
  throw options.usage_error(is_use || action == "check"
                                ? "'" + std::string(action) + "' takes one name"
                                : "there is no '" + std::string(action) + "'");
}

}  // namespace roar::porcelain
