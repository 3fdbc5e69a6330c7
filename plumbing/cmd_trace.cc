#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <exception>
#include <filesystem>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <system_error>

#include "objects/base/error.h"
#include "objects/base/fd.h"
#include "objects/base/random.h"
#include "plumbing/commands.h"
#include "plumbing/end_as_command.h"
#include "plumbing/facts_json.h"
#include "plumbing/log_directories.h"
#include "plumbing/options.h"
#include "plumbing/outer_job.h"
#include "plumbing/spool.h"
#include "plumbing/tracer_name.h"
#include "tracer/log.h"
#include "tracer/observe.h"

namespace roar::plumbing {
namespace {

// What was destroyed is said to be so; nothing is kept here.
class KeepsNothing final : public tracer::Keeper {
 public:
  bool wanted() const noexcept override { return false; }
  bool keep(int /*descriptor*/, const FileStamp& /*stamp*/,
            tracer::wire::Fate /*fate*/) noexcept override {
    return false;
  }
};

std::string errno_text() {
  return std::generic_category().message(errno);
}

struct Destination {
  Fd descriptor;  // not inherited by the command
  std::string name;
};

Destination open_file(const std::string& file) {
  constexpr mode_t kMode = 0666;
  Fd descriptor(::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, kMode));
  if (descriptor.get() < 0) throw Error(Errc::Io, "cannot open '" + file + "': " + errno_text());
  return {.descriptor = std::move(descriptor), .name = "'" + file + "'"};
}

// A descriptor that the caller opened for the facts is none of the command's; a standard stream is.
Destination take_descriptor(int number) {
  Fd descriptor(::fcntl(number, F_DUPFD_CLOEXEC, STDERR_FILENO + 1));
  std::string name = "descriptor " + std::to_string(number);
  if (descriptor.get() < 0) throw Error(Errc::Io, "cannot write to " + name + ": " + errno_text());
  if (number > STDERR_FILENO) ::close(number);
  return {.descriptor = std::move(descriptor), .name = std::move(name)};
}

Destination destination(const std::string& file, const std::string& number,
                        const Options& options) {
  if (!file.empty() && !number.empty())
    throw options.usage_error("only one of --output and --fd can be given");
  if (!file.empty()) return open_file(file);
  if (number.empty()) return take_descriptor(STDERR_FILENO);
  int value = -1;
  const auto parsed = std::from_chars(number.data(), number.data() + number.size(), value);
  if (parsed.ec != std::errc() || parsed.ptr != number.data() + number.size() || value < 0)
    throw options.usage_error("'" + number + "' is no number of a descriptor");
  return take_descriptor(value);
}

// An errno, or 0.
int write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(descriptor, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

constexpr std::string_view kPrefix = "unrecorded-";

// Those that a killed `roar trace` has left: nobody makes a job of them.
void remove_left_logs() {
  for (const std::filesystem::path& directory : log_directories()) {
    for (const std::filesystem::path& file : files_in(directory, kPrefix, {})) {
      try {
        tracer::Log(file.string()).remove_file();
      } catch (const Error& error) {
        const bool in_use = error.code() == Errc::Conflict;
        if (!in_use) ::unlink(file.c_str());  // such as one that its command has cut off
      }
    }
  }
}

// The log of a command that is not recorded.
class UnrecordedLog {
 public:
  UnrecordedLog() {
    remove_left_logs();
    make_named_log(std::string(kPrefix) + random_hex(16), {}, log_);
  }
  ~UnrecordedLog() {
    if (log_) log_->remove_file();
  }
  UnrecordedLog(const UnrecordedLog&) = delete;
  UnrecordedLog& operator=(const UnrecordedLog&) = delete;

  tracer::Log* get() noexcept { return log_ ? &*log_ : nullptr; }

 private:
  std::optional<tracer::Log> log_;
};

tracer::Observation observed(const tracer::Command& command, tracer::Options options) {
  KeepsNothing keeper;
  UnrecordedLog log;
  options.log = log.get();
  const tracer::SignalGuard signals;
  return tracer::observe(command, options, keeper, signals);
}

// Why they could not be written; empty if they were. The command ran, so nothing is thrown.
std::string write_facts(const Destination& to, const tracer::Observation& observation,
                        const tracer::Command& command) {
  try {
    const int errnum = write_all(to.descriptor.get(), facts_json(observation, command.argv));
    return errnum == 0 ? std::string() : std::generic_category().message(errnum);
  } catch (const std::exception& error) {
    return error.what();
  }
}

}  // namespace

int cmd_trace(Context& context, Arguments arguments) {
  std::string name = "auto";
  std::string file;
  std::string number;
  Options options("trace [<options>] <command> [<argument>...]");
  bool strict = false;
  options.value(0, "tracer", "tracer", name, "auto, preload or ptrace")
      .flag(0, "strict", strict, "see every call, at the price of speed")
      .value('o', "output", "file", file, "write to this file")
      .value(0, "fd", "number", number, "write to this descriptor, which the command does not get");
  const auto words = options.parse_until_command(arguments);
  if (words.empty()) throw options.usage_error("no command given");
  tracer::Options tracing;
  tracing.choice = tracer_from_name(name);
  tracing.strict = strict;
  const Destination to = destination(file, number, options);
  const tracer::Command command{.argv = {words.begin(), words.end()}, .variables = {}};

  tracer::Observation observation;
  try {
    tell_outer_job();
    observation = observed(command, tracing);
  } catch (const tracer::NotStarted& failure) {
    context.err << "roar: " << failure.message << '\n';
    return failure.status;
  }
  ::signal(SIGPIPE, SIG_IGN);
  const std::string problem = write_facts(to, observation, command);
  if (!problem.empty())
    context.err << "roar: cannot write to " << to.name << ": " << problem << '\n';
  context.err.flush();
  if (observation.exit.signal != 0) die_of(observation.exit.signal);
  return observation.exit.code;
}

}  // namespace roar::plumbing
