#include "plumbing/graph/bytecode_source.h"

#include <algorithm>

#include "objects/numbered_history.h"

namespace roar::plumbing {
namespace {

// "m/a.py" of "m/__pycache__/a.cpython-311.pyc"; empty if it is no such path.
std::string source_path(std::string_view path) {
  constexpr std::string_view kDirectory = "__pycache__/";
  const std::size_t directory = path.rfind(kDirectory);
  if (directory == std::string_view::npos || !path.ends_with(".pyc")) return {};
  const std::string_view name = path.substr(directory + kDirectory.size());
  return std::string(path.substr(0, directory)) + std::string(name.substr(0, name.find('.'))) +
         ".py";
}

}  // namespace

BytecodeSources::Source& BytecodeSources::source(std::string_view path) {
  const auto [entry, added] = sources_.try_emplace(std::string(path));
  Source& source = entry->second;
  if (!added) return source;
  source.path = source_path(path);
  if (source.path.empty()) return source;
  for (const NumberedPathUse& use : numbered_uses_of_path(transaction_, source.path)) {
    if (use.artifact != 0)
      source.uses.push_back(
          {.job = use.job, .artifact = use.artifact, .started = {}, .earliest = {}});
  }
  return source;
}

Timestamp BytecodeSources::started(Use& use) const {
  if (!use.started) use.started = read_numbered_job(transaction_, use.job).job.started;
  return *use.started;
}

void BytecodeSources::arrange(Source& source) const {
  std::optional<Timestamp> earliest;
  for (auto use = source.uses.rbegin(); use != source.uses.rend(); ++use) {
    const Timestamp when = started(*use);
    earliest = earliest ? std::min(*earliest, when) : when;
    use->earliest = earliest;
  }
  source.arranged = true;
}

const BytecodeSource& BytecodeSources::version(Source& source, std::uint64_t artifact) {
  const auto [entry, added] = source.versions.try_emplace(artifact);
  if (added) {
    const ObjectId id = id_of_numbered(transaction_, artifact);
    entry->second = {
        .path = source.path, .artifact = id, .size = read_artifact(transaction_, id).size};
  }
  return entry->second;
}

const BytecodeSource* BytecodeSources::find(std::string_view path, Timestamp until) {
  // Who asks for a recent job finds the answer at the end, with few jobs read.
  constexpr std::size_t kLooked = 16;
  Source& known = source(path);
  const std::size_t few = std::min(kLooked, known.uses.size());
  for (auto use = known.uses.rbegin();
       use != known.uses.rbegin() + static_cast<std::ptrdiff_t>(few); ++use) {
    if (started(*use) <= until) return &version(known, use->artifact);
  }
  if (few == known.uses.size()) return nullptr;
  if (!known.arranged) arrange(known);
  const auto late = std::ranges::partition_point(
      known.uses, [&](const Use& use) { return *use.earliest <= until; });
  return late == known.uses.begin() ? nullptr : &version(known, std::prev(late)->artifact);
}

}  // namespace roar::plumbing
