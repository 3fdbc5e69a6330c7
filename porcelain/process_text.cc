#include "porcelain/process_text.h"

#include <algorithm>
#include <cstddef>
#include <iomanip>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "plumbing/quote.h"
#include "porcelain/text.h"

namespace roar::porcelain {
namespace {

constexpr std::size_t kProcessesShown = 100;
constexpr std::size_t kFilesShown = 5;  // of one process and role

// What each process read and wrote: positions in JobProcesses::files.
struct Uses {
  std::vector<std::size_t> read;
  std::vector<std::size_t> written;
};

std::vector<Uses> uses_by_process(const JobProcesses& processes) {
  std::vector<Uses> uses(processes.processes.size());
  for (std::size_t i = 0; i < processes.files.size(); ++i) {
    const FileUse& file = processes.files[i];
    for (const std::uint32_t number : file.readers)
      if (number < uses.size()) uses[number].read.push_back(i);
    for (const std::uint32_t number : file.writers)
      if (number < uses.size()) uses[number].written.push_back(i);
  }
  return uses;
}

std::string end_text(const JobProcess& process) {
  if (!process.exit) return "-";
  const ProcessExit& exit = *process.exit;
  return exit_text({.code = exit.code, .signal = exit.signal, .core = exit.core});
}

std::string time_of(const JobProcess& process) {
  if (!process.ended_ns) return "-";
  return duration_text(static_cast<std::int64_t>(*process.ended_ns - process.started_ns));
}

std::string command_of(const JobProcess& process, std::size_t width) {
  std::string text;
  if (!process.argv.empty()) {
    text = command_text(process.argv, width);
  } else {
    const std::size_t slash = process.executable.rfind('/');
    text =
        "(" +
        plumbing::quoted_path(slash == std::string::npos ? process.executable
                                                         : process.executable.substr(slash + 1)) +
        ")";
  }
  return process.argv_cut ? text + " ..." : text;
}

class TreePrinter {
 public:
  TreePrinter(std::ostream& out, const JobProcesses& processes, Show show)
      : out_(out),
        processes_(processes),
        all_(show == Show::All),
        uses_(uses_by_process(processes)),
        depths_(processes.processes.size()) {}

  void print() {
    const auto& list = processes_.processes;
    std::vector<std::vector<std::size_t>> children(list.size());
    std::vector<std::size_t> next;
    // On the stack the first is the last; the parent of every process stands before it.
    for (std::size_t i = list.size(); i-- > 0;) {
      if (list[i].parent) {
        children[*list[i].parent].push_back(i);
      } else {
        next.push_back(i);
      }
    }
    while (!next.empty()) {
      const std::size_t number = next.back();
      next.pop_back();
      if (!all_ && printed_ == kProcessesShown) break;
      print_process(number);
      for (const std::size_t child : children[number]) {
        depths_[child] = depths_[number] + 1;
        next.push_back(child);
      }
    }
    const std::uint64_t left_out = list.size() - printed_;
    if (left_out > 0)
      out_ << "  ... and " << count_text(left_out, "more process", "more processes")
           << "    (--all, --json)\n";
  }

 private:
  void print_process(std::size_t number) {
    constexpr std::size_t kDeepest = 20;
    constexpr std::size_t kWidth = 100;
    const JobProcess& process = processes_.processes[number];
    const std::string indent(2 * std::min(depths_[number], kDeepest), ' ');
    out_ << "  " << std::right << std::setw(4) << number << "  " << std::setw(7) << time_of(process)
         << "  " << std::left << std::setw(9) << end_text(process) << "  " << indent
         << command_of(process, all_ ? 0 : kWidth) << '\n';
    const std::string margin(27 + indent.size(), ' ');
    print_files(margin + "    read   ", uses_[number].read);
    print_files(margin + "    wrote  ", uses_[number].written);
    ++printed_;
  }

  void print_files(const std::string& title, const std::vector<std::size_t>& files) {
    const std::size_t shown = all_ ? files.size() : std::min(files.size(), kFilesShown);
    for (std::size_t i = 0; i < shown; ++i)
      out_ << title << plumbing::quoted_path(processes_.files[files[i]].path) << '\n';
    if (shown < files.size()) out_ << title << "... and " << files.size() - shown << " more\n";
  }

  std::ostream& out_;
  const JobProcesses& processes_;
  bool all_;
  std::vector<Uses> uses_;
  std::vector<std::size_t> depths_;
  std::size_t printed_ = 0;
};

json::Array paths_json(const JobProcesses& processes, const std::vector<std::size_t>& files) {
  json::Array paths;
  for (const std::size_t i : files) paths.push_back(json::bytes_value(processes.files[i].path));
  return paths;
}

json::Object process_json(const JobProcesses& processes, std::size_t number, const Uses& uses) {
  const JobProcess& process = processes.processes[number];
  json::Object object{
      {"number", std::uint64_t{number}}, {"pid", process.pid}, {"started_ns", process.started_ns}};
  if (process.parent) object.emplace("parent", *process.parent);
  if (!process.executable.empty()) json::put_bytes(object, "executable", process.executable);
  json::Array argv;
  for (const std::string& argument : process.argv) argv.push_back(json::bytes_value(argument));
  if (!argv.empty()) object.emplace("argv", std::move(argv));
  if (process.argv_cut) object.emplace("argv_cut", true);
  if (process.ended_ns) object.emplace("ended_ns", *process.ended_ns);
  if (process.exit) {
    const ProcessExit& exit = *process.exit;
    json::Object end;
    end.emplace(exit.signal != 0 ? "signal" : "code", exit.signal != 0 ? exit.signal : exit.code);
    if (exit.core) end.emplace("core", true);
    object.emplace("exit", std::move(end));
  }
  if (!uses.read.empty()) object.emplace("read", paths_json(processes, uses.read));
  if (!uses.written.empty()) object.emplace("written", paths_json(processes, uses.written));
  return object;
}

}  // namespace

void print_processes(std::ostream& out, const JobProcesses& processes, Show show) {
  out << "\nProcesses (" << processes.processes.size() + processes.omitted_processes << "):\n";
  TreePrinter(out, processes, show).print();
  if (processes.omitted_processes > 0)
    out << "  not recorded: " << count_text(processes.omitted_processes, "process", "processes")
        << '\n';
  if (processes.omitted_files > 0)
    out << "  not recorded: who used " << count_text(processes.omitted_files, "file") << '\n';
}

void put_processes(json::Object& object, const JobProcesses& processes) {
  const std::vector<Uses> uses = uses_by_process(processes);
  json::Array list;
  for (std::size_t i = 0; i < uses.size(); ++i)
    list.emplace_back(process_json(processes, i, uses[i]));
  object.emplace("processes", std::move(list));
  object.emplace("omitted_processes", processes.omitted_processes);
  object.emplace("omitted_files", processes.omitted_files);
}

}  // namespace roar::porcelain
