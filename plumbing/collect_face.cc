#include "plumbing/collect_face.h"

#include <charconv>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <ostream>
#include <system_error>
#include <utility>

#include "objects/base/error.h"
#include "objects/json.h"
#include "plumbing/care/age.h"
#include "plumbing/care/gc.h"
#include "plumbing/packs/bundle.h"
#include "plumbing/progress.h"
#include "plumbing/workspace.h"

namespace roar::plumbing {
namespace {

using Clock = std::chrono::steady_clock;

std::string json_of(const GcReport& report, bool removed) {
  json::Array objects;
  for (const GarbageObject& object : report.objects)
    objects.emplace_back(json::Object{{"days", object.days},
                                      {"name", object.name},
                                      {"oid", object.id},
                                      {"reason", "unreachable"},
                                      {"size", object.bytes},
                                      {"type", object.type}});
  json::Array unreadable;
  for (const auto* problems : {&report.unreadable, &report.unsaved}) {
    for (const std::string& line : *problems) {
      json::Object problem;
      json::put_bytes(problem, "text", line);
      unreadable.emplace_back(std::move(problem));
    }
  }
  return json::encode(json::Object{{"complete", report.complete},
                                   {"kept_below_unreadable", report.kept_below},
                                   {"kept_young", report.kept_young},
                                   {"left", report.left},
                                   {"objects", std::move(objects)},
                                   {"removed", removed},
                                   {"unreadable", std::move(unreadable)},
                                   {"version", 1}});
}

void print_sum(Context& context, const GcReport& report, const CollectRequest& request,
               std::uint64_t bytes) {
  context.err << (request.force ? "removed " : "would remove ") << report.objects.size()
              << " objects, " << size_text(bytes);
  if (report.kept_young != 0) context.err << "; " << report.kept_young << " are too young";
  if (report.kept_below != 0) context.err << "; " << report.kept_below << " may be in use";
  if (!report.unsaved.empty()) context.err << "; " << report.unsaved.size() << " cannot be saved";
  context.err << '\n';
  if (report.left != 0)
    context.err << "the time is up; " << report.left << " objects are left to be removed\n";
  else if (!report.complete)
    context.err << "the time was up before all that is in use was found\n";
  if (!request.force && !report.objects.empty())
    context.err << "hint: nothing was changed; 'roar " << request.command
                << " --force' removes them\n";
}

void print(Context& context, const GcReport& report, const CollectRequest& request) {
  std::uint64_t bytes = 0;
  for (const GarbageObject& object : report.objects) {
    bytes += object.bytes;
    if (request.quiet) continue;
    context.out << object.type << ' ' << object.id << " unreachable, " << object.days
                << (object.days == 1 ? " day" : " days");
    if (!object.name.empty()) context.out << ": " << object.name;
    context.out << (request.null ? '\0' : '\n');
  }
  for (const std::string& line : report.unreadable)
    context.err << "warning: " << line << "; what it may have led to is kept\n";
  for (const std::string& line : report.unsaved)
    context.err << "warning: " << line << "; it cannot be written to the bundle and is kept\n";
  if (!request.quiet) print_sum(context, report, request, bytes);
}

std::function<bool()> time_limit(const Options& options, const std::string& text) {
  if (text.empty()) return {};
  constexpr std::uint32_t kSecondsMost = 100'000'000;
  std::uint32_t seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc() || end != text.data() + text.size() || seconds > kSecondsMost)
    throw options.usage_error("'" + text + "' is no number of seconds");
  const Clock::time_point last = Clock::now() + std::chrono::seconds(seconds);
  return [last] { return Clock::now() >= last; };
}

// What an earlier run wrote may be nowhere else.
void check_expire_to(const Options& options, const CollectRequest& request) {
  if (request.expire_to == "-") throw options.usage_error("--expire-to needs the name of a file");
  std::error_code ignored;
  if (request.force && std::filesystem::is_regular_file(request.expire_to, ignored))
    throw Error(Errc::Io, "refusing to overwrite '" + request.expire_to +
                              "', which may have what was removed before; name another file");
}

void check(const Options& options, const CollectRequest& request) {
  if (request.dry_run && request.force)
    throw options.usage_error("cannot combine --dry-run and --force");
  if (request.json && (request.quiet || request.null))
    throw options.usage_error("cannot combine --json with --quiet or -z");
  if (!request.expire_to.empty()) check_expire_to(options, request);
}

}  // namespace

void declare_collect_options(Options& options, CollectRequest& request) {
  options.flag('n', "dry-run", request.dry_run, "change nothing; the default")
      .flag(0, "force", request.force, "remove what would be removed")
      .value(0, "expire-to", "file", request.expire_to, "write what is removed to a bundle first")
      .value(0, "max-time", "seconds", request.max_time, "stop after this time, between batches")
      .flag('q', "quiet", request.quiet, "print warnings only")
      .flag('z', "null", request.null, "end lines with NUL")
      .flag(0, "json", request.json, "print JSON");
}

int collect_and_print(Context& context, const Options& options, const CollectRequest& request) {
  check(options, request);
  const std::optional<Age> age = parse_age(request.age);
  if (!age)
    throw options.usage_error("'" + request.age + "' is no age, such as 2w, 10d, now or never");
  GcOptions gc{.grace = age->least,
               .remove = request.force,
               .keep = request.keep,
               .workspace = context.workspace,
               .time_is_up = time_limit(options, request.max_time)};
  if (!request.expire_to.empty())
    gc.expire = [&](const Store& store, const std::vector<ObjectId>& objects) {
      write_bundle_of(store, objects, request.expire_to);
    };
  const GcReport report = collect_garbage(context.workspace->store_directory(), gc);
  if (request.json)
    context.out << json_of(report, request.force) << '\n';
  else
    print(context, report, request);
  return report.unreadable.empty() && report.unsaved.empty() ? 0 : 1;
}

}  // namespace roar::plumbing
