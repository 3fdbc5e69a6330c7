#include "plumbing/facts_json.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include "objects/edge.h"
#include "objects/json.h"

namespace roar::plumbing {
namespace {

void add_line(std::string& text, std::string_view type, json::Object object) {
  object.emplace("type", type);
  text += json::encode(object);
  text += '\n';
}

// A file may bear any time; what JSON numbers cannot hold exactly is cut off.
json::Array timestamp_json(Timestamp time) {
  return {std::clamp(time.seconds, -json::kIntegerMax, json::kIntegerMax), time.nanoseconds};
}

json::Array timestamp_json(std::uint64_t ns) {
  constexpr std::uint64_t kSecond = 1'000'000'000;
  return {ns / kSecond, ns % kSecond};
}

json::Array words_json(const std::vector<std::string>& words) {
  json::Array array;
  for (const std::string& word : words) array.push_back(json::bytes_value(word));
  return array;
}

// Device and inode are names, and may be larger than what JSON numbers hold exactly.
json::Object stamp_json(const FileStamp& stamp) {
  json::Object object{{"device", std::to_string(stamp.device)},
                      {"inode", std::to_string(stamp.inode)},
                      {"modified", timestamp_json(stamp.modified)},
                      {"changed", timestamp_json(stamp.changed)}};
  if (stamp.size <= std::uint64_t{json::kIntegerMax}) object.emplace("size", stamp.size);
  return object;
}

std::string_view kind_of(tracer::AccessKind kind) noexcept {
  constexpr std::array<std::string_view, 4> kNames{"input", "output", "absent", "listed"};
  return kNames[static_cast<std::size_t>(kind)];
}

json::Array evidence_json(std::uint8_t evidence) {
  const auto names = evidence_names(evidence);
  return {names.begin(), names.end()};
}

json::Array numbers_json(const tracer::Observation& observation, const tracer::Users& users) {
  const auto begin = observation.users.begin() + users.begin;
  return {begin, begin + users.count};
}

void add_access(std::string& text, const tracer::Observation& observation,
                const tracer::FileAccess& access) {
  const bool has_content =
      access.kind == tracer::AccessKind::Input || access.kind == tracer::AccessKind::Output;
  json::Object object{{"kind", kind_of(access.kind)}};
  json::put_bytes(object, "path", access.path);
  if (!access.spelled.empty()) json::put_bytes(object, "spelled", access.spelled);
  if (access.evidence != 0) object.emplace("evidence", evidence_json(access.evidence));
  if (has_content) {
    object.emplace("mode", access.mode);
    object.emplace("stamp", stamp_json(access.stamp));
  }
  if (access.before) object.emplace("before", stamp_json(*access.before));
  if (!access.available_at.empty()) json::put_bytes(object, "available_at", access.available_at);
  if (access.changed) object.emplace("changed", true);
  if (access.readers.count != 0)
    object.emplace("readers", numbers_json(observation, access.readers));
  if (access.writers.count != 0)
    object.emplace("writers", numbers_json(observation, access.writers));
  add_line(text, "access", std::move(object));
}

json::Object exit_json(const tracer::ExitState& exit) {
  if (exit.signal == 0) return {{"code", exit.code}};
  json::Object object{{"signal", exit.signal}};
  if (exit.core_dumped) object.emplace("core", true);
  return object;
}

void add_process(std::string& text, std::uint64_t number, const tracer::Process& process) {
  json::Object object{{"number", number}, {"pid", process.pid}};
  if (process.parent) object.emplace("parent", *process.parent);
  if (!process.executable.empty()) json::put_bytes(object, "executable", process.executable);
  if (!process.argv.empty()) object.emplace("argv", words_json(process.argv));
  if (process.argv_cut) object.emplace("argv_cut", true);
  if (process.started_ns != 0) object.emplace("started", timestamp_json(process.started_ns));
  if (process.ended_ns != 0) object.emplace("ended", timestamp_json(process.ended_ns));
  if (process.exit) object.emplace("exit", exit_json(*process.exit));
  add_line(text, "process", std::move(object));
}

}  // namespace

std::string facts_json(const tracer::Observation& observation,
                       const std::vector<std::string>& argv) {
  std::string text;
  add_line(text, "trace",
           {{"version", kFactsVersion},
            {"backend", tracer::backend_name(observation.backend)},
            {"argv", words_json(argv)},
            {"started", timestamp_json(observation.started)}});
  for (const tracer::FileAccess& access : observation.accesses)
    add_access(text, observation, access);
  for (std::size_t i = 0; i < observation.processes.size(); ++i)
    add_process(text, i, observation.processes[i]);
  for (const tracer::Gap& gap : observation.gaps) {
    json::Object object{{"reason", gap.reason},
                        {"count", std::min(gap.count, std::uint64_t{json::kIntegerMax})}};
    if (!gap.program.empty()) json::put_bytes(object, "program", gap.program);
    add_line(text, "gap", std::move(object));
  }
  add_line(text, "end",
           {{"exit", exit_json(observation.exit)},
            {"ended", timestamp_json(observation.ended)},
            {"duration_ns", observation.duration_ns},
            {"complete", observation.complete()},
            {"dropped", std::min(observation.dropped, std::uint64_t{json::kIntegerMax})},
            {"temporaries", observation.temporaries}});
  return text;
}

}  // namespace roar::plumbing
