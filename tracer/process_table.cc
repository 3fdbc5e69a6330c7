#include "tracer/process_table.h"

#include <sys/wait.h>

#include <utility>

namespace roar::tracer {

const ProcessTable::State* ProcessTable::find(std::int32_t pid) const {
  const auto found = states_.find(pid);
  return found == states_.end() ? nullptr : &found->second;
}

void ProcessTable::start(const Fact& fact, PathId executable, PathId directory,
                         std::optional<bool> is_roar) {
  const State* parent = find(fact.parent);
  const State inherited = parent != nullptr ? *parent : State{};
  State& state = listed_state(fact);
  state.entering = kNoPath;
  state.executable = executable != kNoPath ? executable : inherited.executable;
  if (directory != kNoPath) state.directory = directory;
  if (state.directory == kNoPath) state.directory = inherited.directory;
  state.is_roar = is_roar.value_or(inherited.is_roar);
  if (root_directory_ == kNoPath) root_directory_ = state.directory;
  listed_executables_[state.index] = state.executable;
  state.seen = fact.has(wire::kFromOutside);
  if (executable == kNoPath) return;
  // The arguments of the image before, which are not those of this one.
  listed_[state.index].argv.clear();
  listed_[state.index].argv_cut = false;
}

ProcessTable::State& ProcessTable::listed_state(const Fact& fact) {
  const State* parent = find(fact.parent);
  const std::optional<std::uint32_t> parent_index =
      parent != nullptr && parent->listed ? std::optional(parent->index) : std::nullopt;
  State& state = states_[fact.pid];
  if (state.ended) {  // the number is used again
    if (state.entering != kNoPath) silent_.push_back(state.entering);
    state = State{};
  }
  if (state.listed) return state;
  state.listed = true;
  state.index = static_cast<std::uint32_t>(listed_.size());
  Process& process = listed_.emplace_back();
  process.pid = fact.pid;
  process.parent = parent_index;
  process.started_ns = fact.time_ns;
  listed_executables_.push_back(kNoPath);
  return state;
}

void ProcessTable::set_arguments(Process& process, std::string_view arguments) {
  process.argv.clear();
  process.argv_cut = !arguments.empty() && arguments.back() != '\0';
  while (!arguments.empty()) {
    const std::size_t end = arguments.find('\0');
    process.argv.emplace_back(arguments.substr(0, end));
    if (end == std::string_view::npos) break;
    arguments.remove_prefix(end + 1);
  }
}

void ProcessTable::set_arguments(const Fact& fact) {
  const State* state = find(fact.pid);
  if (state == nullptr || !state->listed) return;
  set_arguments(listed_[state->index], fact.path);
}

void ProcessTable::about_to_enter(const Fact& fact, PathId program) {
  const State* parent = find(fact.parent);
  const PathId directory = parent != nullptr ? parent->directory : kNoPath;
  State& state = listed_state(fact);
  if (state.directory == kNoPath) state.directory = directory;
  state.entering = program;
  listed_executables_[state.index] = program;
  set_arguments(listed_[state.index], fact.path2);
}

void ProcessTable::end(const Fact& fact) {
  State& state = states_[fact.pid];
  // Who waited may say so when the id is used again, and means its own child then.
  const State* waiter = fact.parent != 0 ? find(fact.parent) : nullptr;
  if (waiter != nullptr && waiter->listed && state.listed &&
      listed_[state.index].parent != waiter->index)
    return;
  state.ended = true;
  if (!state.listed) return;
  Process& process = listed_[state.index];
  if (process.ended_ns == 0) process.ended_ns = fact.time_ns;
  if (!fact.has(wire::kHasStatus)) return;
  const int status = fact.result;
  const bool signalled = WIFSIGNALED(status);
  process.exit = {.code = signalled ? 0 : WEXITSTATUS(status),
                  .signal = signalled ? WTERMSIG(status) : 0,
                  .core_dumped = signalled && WCOREDUMP(status)};
}

void ProcessTable::change_directory(std::int32_t pid, PathId directory) {
  states_[pid].directory = directory;
}

std::string_view ProcessTable::directory_of(const Fact& fact) const {
  const State* state = find(fact.pid);
  if (state == nullptr) state = find(fact.parent);
  return paths_.at(state != nullptr && state->directory != kNoPath ? state->directory
                                                                   : root_directory_);
}

PathId ProcessTable::executable_of(std::int32_t pid) const {
  const State* state = find(pid);
  return state != nullptr ? state->executable : kNoPath;
}

bool ProcessTable::is_another(const Fact& fact) const {
  // An image of the same process; or somebody else speaks of it.
  if (!fact.path.empty() || fact.has(wire::kFromOutside)) return false;
  const State* state = find(fact.pid);
  return state != nullptr && state->listed && !state->ended && !state->seen;
}

std::uint32_t ProcessTable::number_of(const Fact& fact) const {
  const State* state = find(fact.pid);
  return state != nullptr && state->listed ? state->index : kNoProcess;
}

bool ProcessTable::ignores(const Fact& fact) const {
  const State* state = find(fact.pid);
  if (state == nullptr) state = find(fact.parent);
  return state != nullptr && state->is_roar;
}

std::vector<PathId> ProcessTable::silent() const {
  std::vector<PathId> programs = silent_;
  for (const auto& [pid, state] : states_)
    if (state.entering != kNoPath) programs.push_back(state.entering);
  return programs;
}

std::vector<Process> ProcessTable::take_processes() {
  for (std::size_t i = 0; i < listed_.size(); ++i)
    listed_[i].executable = paths_.at(listed_executables_[i]);
  return std::move(listed_);
}

}  // namespace roar::tracer
