#include "tracer/observe.h"

#include <unistd.h>

#include <array>
#include <climits>
#include <cstdlib>
#include <exception>
#include <optional>
#include <string_view>
#include <system_error>

#include "objects/base/error.h"
#include "objects/base/file.h"
#include "objects/base/variable.h"
#include "tracer/birth.h"
#include "tracer/calls/filter.h"
#include "tracer/collector.h"
#include "tracer/descendants.h"
#include "tracer/keep_service.h"
#include "tracer/launch.h"
#include "tracer/log.h"
#include "tracer/program.h"
#include "tracer/ptrace/ptrace_job.h"
#include "tracer/ptrace/untraced.h"

namespace roar::tracer {
namespace {

constexpr const char* kPreloadVariable = "LD_PRELOAD";
constexpr const char* kLibraryName = "libroar-preload.so";
constexpr const char* kEnterName = "roar-enter";

std::string own_executable() {
  std::array<char, PATH_MAX> buffer;
  const ssize_t length = ::readlink("/proc/self/exe", buffer.data(), buffer.size());
  return length <= 0 ? std::string() : std::string(buffer.data(), static_cast<std::size_t>(length));
}

std::uint64_t nanoseconds_of(Timestamp time) {
  return static_cast<std::uint64_t>(time.seconds) * 1'000'000'000 + time.nanoseconds;
}

// Ours first, so that it sees what the user's own libraries do; those stay.
std::string preload_list(const std::string& library) {
  const char* value = environment_variable(kPreloadVariable);
  const std::string_view others = value != nullptr ? value : "";
  if (others.empty() || others == library) return library;
  if (others.starts_with(library + ":")) return std::string(others);
  return library + ":" + std::string(others);
}

// One run of one command.
class Run {
 public:
  Run(const Command& command, const Options& options, Keeper& keeper, const SignalGuard& signals)
      : options_(options),
        signals_(signals),
        library_(options.preload_library.empty() ? preload_library() : options.preload_library),
        log_(options.log != nullptr ? *options.log : own_log_.emplace()),
        keep_service_(std::in_place, log_, keeper),
        births_(log_) {
    launch_.program = find_program(command.argv.at(0));
    launch_.arguments = command.argv;
    variables_ = command.variables;
  }

  Observation observe();

 private:
  pid_t start_root();
  pid_t start_preloaded();
  pid_t start_traced();
  pid_t start_watched(const std::string& enter, bool beside_library);
  std::string enter_program() const;
  bool can_be_preloaded() const;
  void add_late(Collector& collector);
  void collect();

  const Options& options_;
  const SignalGuard& signals_;
  std::string library_;
  std::optional<Log> own_log_;
  Log& log_;
  std::optional<KeepService> keep_service_;
  BirthDescriptors births_;
  std::optional<PtraceJob> supervised_;
  Launch launch_;
  pid_t root_ = 0;
  std::vector<std::pair<std::string, std::string>> variables_;
  Observation observation_;
};

pid_t Run::start_preloaded() {
  // ld.so splits the list at spaces and colons, and has no way to quote them.
  if (!can_be_preloaded())
    throw NotStarted{125, library_.empty()
                              ? std::string("cannot find ") + kLibraryName
                              : "cannot preload '" + library_ + "': its path has a space or colon"};
  observation_.backend = Backend::Preload;
  log_.set_backend(Backend::Preload);
  auto variables = variables_;
  variables.emplace_back(wire::kLogVariable, log_.address(::getpid()));
  variables.emplace_back(kPreloadVariable, preload_list(library_));
  launch_.environment = environment_with(variables);
  return start(launch_, log_, signals_);
}

pid_t Run::start_traced() {
  observation_.backend = Backend::Ptrace;
  log_.set_backend(Backend::Ptrace);
  try {
    supervised_.emplace(log_);
  } catch (const Error& error) {
    throw NotStarted{125, error.what()};
  }
  const std::vector<sock_filter> filter = stopping_filter();
  const std::vector<sock_filter> untraced = untraced_filter();
  launch_.environment = environment_with(variables_);
  launch_.before_exec = [&] {
    const int errnum = supervised_->attach_this_process();
    if (errnum != 0) return errnum;
    const int refused = install_filter(untraced);
    return refused != 0 ? refused : install_filter(filter);
  };
  try {
    const pid_t root = start(launch_, log_, signals_);
    launch_.before_exec = nullptr;
    return root;
  } catch (const PreparationFailed& failed) {
    launch_.before_exec = nullptr;
    supervised_.reset();
    throw NotStarted{125,
                     "cannot trace by ptrace: " + std::system_category().message(failed.errnum)};
  }
}

// Beside the library; empty if it is not there.
std::string Run::enter_program() const {
  if (library_.empty()) return {};
  const std::string path = library_.substr(0, library_.rfind('/') + 1) + kEnterName;
  return ::access(path.c_str(), X_OK) == 0 ? path : std::string();
}

bool Run::can_be_preloaded() const {
  return !library_.empty() && library_.find_first_of(" :") == std::string::npos;
}

// The backend is in the log once the program is looked at. Where that is refused the program runs
// as it is, and is a gap.
pid_t Run::start_watched(const std::string& enter, bool beside_library) {
  log_.set_backend(Backend::Preload);
  auto variables = variables_;
  variables.emplace_back(wire::kLogVariable, log_.address(::getpid()));
  if (beside_library) variables.emplace_back(kPreloadVariable, preload_list(library_));
  launch_.environment = environment_with(variables);
  launch_.through = {enter, beside_library ? "rl" : "r"};
  const pid_t root = start(launch_, log_, signals_);
  launch_.through.clear();
  return root;
}

pid_t Run::start_root() {
  if (options_.choice == Choice::Ptrace) return start_traced();
  const Program program = classify_program(launch_.program);
  const bool strict = options_.strict && program.kind != ProgramKind::SetUserId;
  if (strict && !log_.has_path())
    throw NotStarted{125, "the limit on the size of files is too low for --strict"};
  const bool listened_to = log_.has_path() && (strict || program.for_onlooker);
  const std::string enter = listened_to ? enter_program() : std::string();
  if (strict && enter.empty())
    throw NotStarted{125, std::string("cannot find ") + kEnterName + ", which --strict needs"};
  // A loader of another word size would complain about the library.
  const bool beside_library =
      strict && can_be_preloaded() && program.kind != ProgramKind::OtherArchitecture;
  if (!enter.empty()) return start_watched(enter, beside_library);
  // A program that gains privileges loses them under ptrace: it runs as it is, and is a gap.
  const bool entered = log_.has_path() && !library_.empty() &&
                       program.kind != ProgramKind::Static &&
                       program.kind != ProgramKind::OtherArchitecture;
  if (options_.choice == Choice::Preload || entered) return start_preloaded();
  try {
    return start_traced();
  } catch (const NotStarted& refused) {
    if (refused.status != 125 || library_.empty()) throw;
  }
  return start_preloaded();
}

void Run::add_late(Collector& collector) {
  const auto ending =
      supervised_ ? supervised_->wait(options_.grace_ms) : PtraceJob::Ending::StillRunning;
  if (ending == PtraceJob::Ending::Complete) return;
  if (ending == PtraceJob::Ending::SupervisorDied) return collector.add_gap("tracer-died", "");
  const std::string variable = std::string(wire::kLogVariable) + "=" + log_.address(::getpid());
  // Those that are supervised first: they write their facts until the last of them has ended.
  const bool watched = !supervised_ && !log_.wait_for_supervisors(options_.grace_ms);
  const std::vector<Straggler> stragglers =
      supervised_ ? stragglers_traced_by(supervised_->supervisor(), root_)
                  : stragglers_with(variable, root_, watched ? 0 : options_.grace_ms);
  if (watched && log_.has_lost_supervisor()) {
    collector.add_gap("tracer-died", "");
  } else if (watched && stragglers.empty()) {
    collector.add_gap("late", "");
  }
  for (const Straggler& late : stragglers) collector.add_gap("late", late.executable);
}

void Run::collect() {
  Collector collector(own_identity());
  observation_.backend = log_.backend();
  collector.leave_out({identity_of_descriptor(log_.descriptor()), identity_of_file(library_)});
  add_late(collector);
  keep_service_.reset();
  births_.settle();
  observation_.dropped = log_.drain([&](const Fact& fact) { collector.add(fact); });
  if (observation_.dropped != 0) collector.add_gap("ring-full", "", observation_.dropped);
  collector.look_at_code(options_.code);
  collector.finish(observation_);
  if (!observation_.processes.empty()) {
    Process& root = observation_.processes.front();
    root.exit = observation_.exit;
    root.started_ns = nanoseconds_of(observation_.started);
    root.ended_ns = nanoseconds_of(observation_.ended);
  }
}

Observation Run::observe() {
  observation_.started = Timestamp::now();
  timespec before{};
  ::clock_gettime(CLOCK_MONOTONIC, &before);
  root_ = start_root();
  keep_service_->serve();
  observation_.exit = wait_for(root_, signals_);
  timespec after{};
  ::clock_gettime(CLOCK_MONOTONIC, &after);
  observation_.ended = Timestamp::now();
  log_.set_end(observation_.exit, observation_.ended);
  observation_.duration_ns =
      (after.tv_sec - before.tv_sec) * 1'000'000'000 + (after.tv_nsec - before.tv_nsec);
  try {
    collect();
  } catch (const std::exception&) {
    // The command ran: its exit state must not be lost with the facts.
    observation_.accesses.clear();
    observation_.gaps = {{.reason = "collector-failed", .program = {}, .count = 1}};
  }
  return std::move(observation_);
}

}  // namespace

std::string_view backend_name(Backend backend) noexcept {
  switch (backend) {
    case Backend::Ptrace:
      return "ptrace";
    case Backend::Notify:
      return "notify";
    case Backend::PreloadNotify:
      return "preload+notify";
    case Backend::Preload:
      break;
  }
  return "preload";
}

std::string preload_library() {
  const std::string executable = own_executable();
  const std::string directory = executable.substr(0, executable.rfind('/'));
  const std::string build_tree = directory.substr(0, directory.rfind('/'));
  for (const std::string& place :
       {build_tree + "/lib/roar/", build_tree + "/lib/" ROAR_MULTIARCH "/roar/",
        build_tree + "/tracer/preload/"}) {
    if (::access((place + kLibraryName).c_str(), R_OK) == 0) return place + kLibraryName;
  }
  return {};
}

Observation observe(const Command& command, const Options& options, Keeper& keeper,
                    const SignalGuard& signals) {
  ROAR_ASSERT(!command.argv.empty());
  std::optional<Run> run;
  try {
    run.emplace(command, options, keeper, signals);
  } catch (const Error& error) {
    throw NotStarted{125, error.what()};
  }
  return run->observe();
}

}  // namespace roar::tracer
