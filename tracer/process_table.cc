#include "tracer/process_table.h"

namespace roar::tracer {

const ProcessTable::State* ProcessTable::find(std::int32_t pid) const {
  const auto found = states_.find(pid);
  return found == states_.end() ? nullptr : &found->second;
}

void ProcessTable::start(const Fact& fact, PathId executable, PathId directory,
                         std::optional<bool> is_roar) {
  const State* parent = find(fact.parent);
  const State inherited = parent != nullptr ? *parent : State{};
  State& state = states_[fact.pid];
  if (state.ended) {  // the number is used again
    if (state.entering != kNoPath) silent_.push_back(state.entering);
    state = State{};
  }
  state.entering = kNoPath;
  state.executable = executable != kNoPath ? executable : inherited.executable;
  if (directory != kNoPath) state.directory = directory;
  if (state.directory == kNoPath) state.directory = inherited.directory;
  state.is_roar = is_roar.value_or(inherited.is_roar);
  if (root_directory_ == kNoPath) root_directory_ = state.directory;
  if (!state.listed) {
    state.listed = true;
    state.index = listed_.size();
    listed_.push_back({fact.pid, listed_.empty() ? 0 : fact.parent, state.executable});
  }
  listed_[state.index].executable = state.executable;
}

void ProcessTable::about_to_enter(const Fact& fact, PathId program) {
  const State* parent = find(fact.parent);
  const PathId directory = parent != nullptr ? parent->directory : kNoPath;
  State& state = states_[fact.pid];
  if (state.ended) {
    if (state.entering != kNoPath) silent_.push_back(state.entering);
    state = State{};
  }
  if (state.directory == kNoPath) state.directory = directory;
  state.entering = program;
}

void ProcessTable::end(std::int32_t pid) {
  states_[pid].ended = true;
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

std::vector<Process> ProcessTable::processes() const {
  std::vector<Process> processes;
  processes.reserve(listed_.size());
  for (const Listed& listed : listed_)
    processes.push_back({listed.pid, listed.parent, std::string(paths_.at(listed.executable))});
  return processes;
}

}  // namespace roar::tracer
