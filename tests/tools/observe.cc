// Runs a command under the tracer and prints what it observed, a line each:
//
//   test_observe [--tracer auto|preload|ptrace|strict] [--root DIR] [--grace MS] COMMAND...
//
// to the file named by OBSERVED, or to descriptor 2. With --root, paths below DIR are shown
// relative to it, and others are left out. The exit status is the command's.

#include "tracer/observe.h"

#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>
#include <string_view>

namespace {

using roar::tracer::AccessKind;
using roar::tracer::FileAccess;
using roar::tracer::Observation;

class KeepsNothing final : public roar::tracer::Keeper {
 public:
  bool wanted() const noexcept override { return false; }
  bool keep(int /*descriptor*/, const roar::FileStamp& /*stamp*/,
            roar::tracer::wire::Fate /*fate*/) noexcept override {
    return false;
  }
};

struct Arguments {
  roar::tracer::Command command;
  roar::tracer::Options options;
  std::string root;
};

Arguments parse(int argc, char** argv) {
  Arguments arguments;
  int i = 1;
  for (; i + 1 < argc && std::string_view(argv[i]).starts_with("--"); i += 2) {
    const std::string_view name = argv[i];
    const std::string value = argv[i + 1];
    if (name == "--root") arguments.root = value;
    if (name == "--grace") arguments.options.grace_ms = std::stoi(value);
    if (name == "--tracer" && value == "preload")
      arguments.options.choice = roar::tracer::Choice::Preload;
    if (name == "--tracer" && value == "strict") arguments.options.strict = true;
    if (name == "--tracer" && value == "ptrace")
      arguments.options.choice = roar::tracer::Choice::Ptrace;
  }
  for (; i < argc; ++i) arguments.command.argv.emplace_back(argv[i]);
  return arguments;
}

// As one word: what is not printable ASCII is written as \xNN.
std::string shown(std::string_view path) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (const char byte : path) {
    const auto code = static_cast<unsigned char>(byte);
    if (code > ' ' && code < 0x7f && code != '\\') {
      text += byte;
    } else {
      text += {'\\', 'x', kDigits[code / 16], kDigits[code % 16]};
    }
  }
  return text;
}

void print(std::ostream& out, const FileAccess& access, const std::string& root) {
  static constexpr const char* kKinds[] = {"input", "output", "absent", "listed"};
  static constexpr const char* kBits[] = {"read", "mapped", "executed",
                                          "kept", "open",   "inherited"};
  const auto relative = [&](const std::string& path) {
    return shown(!root.empty() && path.starts_with(root + "/") ? path.substr(root.size() + 1)
                                                               : path);
  };
  if (!root.empty() && !access.path.starts_with(root + "/")) return;
  out << kKinds[static_cast<int>(access.kind)] << ' ' << relative(access.path);
  for (int bit = 0; bit < 6; ++bit)
    if ((access.evidence & (1 << bit)) != 0) out << ' ' << kBits[bit];
  if (!access.spelled.empty()) out << " as " << relative(access.spelled);
  if (access.before) out << " over " << access.before->size;
  if (access.kind == AccessKind::Input && access.available_at.empty()) out << " lost";
  if (access.kind == AccessKind::Input && !access.available_at.empty() &&
      access.available_at != access.path)
    out << " now " << relative(access.available_at);
  if (access.changed) out << " changed";
  out << '\n';
}

void print(std::ostream& out, const Observation& observation, const std::string& root) {
  for (const FileAccess& access : observation.accesses) print(out, access, root);
  if (observation.temporaries != 0) out << "temporaries " << observation.temporaries << '\n';
  for (const auto& gap : observation.gaps)
    out << "gap " << gap.reason << ' ' << gap.program << ' ' << gap.count << '\n';
  out << "backend " << roar::tracer::backend_name(observation.backend) << '\n';
  for (const auto& process : observation.processes)
    if (root.empty()) out << "process " << shown(process.executable) << '\n';
  out << "processes " << observation.processes.size() << '\n';
  out << "exit " << observation.exit.code << " signal " << observation.exit.signal << '\n';
  out << (observation.complete() ? "complete" : "incomplete") << '\n';
}

int observe(const Arguments& arguments) {
  KeepsNothing keeper;
  Observation observation;
  {
    const roar::tracer::SignalGuard signals;
    observation = roar::tracer::observe(arguments.command, arguments.options, keeper, signals);
  }
  std::ostringstream report;
  print(report, observation, arguments.root);
  const char* file = std::getenv("OBSERVED");
  if (file != nullptr) {
    std::ofstream(file) << report.str();
  } else {
    std::cerr << report.str();
  }
  if (observation.exit.signal == 0) return observation.exit.code;
  const rlimit no_core{0, 0};
  ::setrlimit(RLIMIT_CORE, &no_core);
  ::signal(observation.exit.signal, SIG_DFL);  // a sanitizer may have taken it
  ::raise(observation.exit.signal);
  return 128 + observation.exit.signal;
}

}  // namespace

int main(int argc, char** argv) {
  const Arguments arguments = parse(argc, argv);
  try {
    return observe(arguments);
  } catch (const roar::tracer::NotStarted& refusal) {
    std::cerr << "test_observe: " << refusal.message << '\n';
    return refusal.status;
  }
}
