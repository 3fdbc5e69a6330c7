#include "objects/processes.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <utility>

#include "objects/base/error.h"
#include "objects/fields.h"

namespace roar {
namespace {

json::Value json_of(const ProcessExit& exit) {
  json::Object object;
  if (exit.signal == 0) object.emplace("code", exit.code);
  put_flag(object, "core", exit.core);
  put_optional(object, "signal", static_cast<std::uint64_t>(exit.signal));
  return object;
}

ProcessExit exit_of(const json::Object& object) {
  const Fields fields(object, "processes: exit");
  constexpr std::uint64_t kMax = std::numeric_limits<int>::max();
  const std::uint64_t signal = fields.optional_number("signal");
  if (signal != 0 && fields.has("code")) fields.fail("code", "is there beside a signal");
  const std::uint64_t code = signal == 0 ? fields.number("code") : 0;
  const bool core = fields.flag("core");
  if (signal == 0 && core) fields.fail("core", "is there without a signal");
  if (signal > kMax) fields.fail("signal", "is too large");
  if (code > kMax) fields.fail("code", "is too large");
  return {.code = static_cast<int>(code), .signal = static_cast<int>(signal), .core = core};
}

void require(bool holds, const char* problem) {
  if (!holds) throw Error(Errc::Usage, std::string("processes: ") + problem);
}

json::Value json_of(const JobProcess& process, std::size_t number) {
  require(process.pid >= 0, "a process id is negative");
  require(!process.parent || *process.parent < number, "a parent is no earlier process");
  json::Object object{{"pid", process.pid}, {"started_ns", process.started_ns}};
  if (process.parent) object.emplace("parent", *process.parent);
  put_optional(object, "executable", process.executable);
  put_flag(object, "argv_cut", process.argv_cut);
  if (process.ended_ns) object.emplace("ended_ns", *process.ended_ns);
  if (process.exit) object.emplace("exit", json_of(*process.exit));
  if (process.argv.empty()) return object;
  json::Array argv;
  argv.reserve(process.argv.size());
  for (const std::string& argument : process.argv) argv.push_back(json::bytes_value(argument));
  object.emplace("argv", std::move(argv));
  return object;
}

JobProcess process_of(const json::Object& object, std::size_t number) {
  const Fields fields(object, "processes: process");
  JobProcess process;
  const std::uint64_t pid = fields.number("pid");
  if (pid > std::uint64_t{std::numeric_limits<std::int32_t>::max()})
    fields.fail("pid", "is too large");
  process.pid = static_cast<std::int32_t>(pid);
  if (fields.has("parent")) {
    const std::uint64_t parent = fields.number("parent");
    if (parent >= number) fields.fail("parent", "is no earlier process");
    process.parent = static_cast<std::uint32_t>(parent);
  }
  process.executable = fields.optional_bytes("executable");
  if (const json::Array* argv = fields.optional_array("argv")) {
    for (const json::Value& argument : *argv) process.argv.push_back(json::bytes_of(argument));
  }
  process.argv_cut = fields.flag("argv_cut");
  process.started_ns = fields.number("started_ns");
  if (fields.has("ended_ns")) process.ended_ns = fields.number("ended_ns");
  if (const json::Object* exit = fields.optional_object("exit")) process.exit = exit_of(*exit);
  return process;
}

json::Value json_of(const FileUse& file) {
  require(std::max(file.readers.size(), file.writers.size()) <= kNumbersMax,
          "too many used a file");
  json::Object object;
  json::put_bytes(object, "path", file.path);
  put_optional(object, "read", ranges_text(file.readers));
  put_optional(object, "written", ranges_text(file.writers));
  return object;
}

std::vector<std::uint32_t> numbers_in(const Fields& fields, std::string_view key) {
  const std::string& text = fields.optional_string(key);
  if (text.empty()) return {};
  auto numbers = numbers_of_ranges(text);
  if (!numbers) fields.fail(key, "is no list of numbers");
  return *std::move(numbers);
}

FileUse file_of(const json::Object& object) {
  const Fields fields(object, "processes: file");
  return {.path = fields.bytes("path"),
          .readers = numbers_in(fields, "read"),
          .writers = numbers_in(fields, "written")};
}

const json::Object& object_in(const Fields& fields, std::string_view key,
                              const json::Value& value) {
  if (value.object() == nullptr) fields.fail(key, "is not a list of objects");
  return *value.object();
}

// The number that `text` begins with, which is taken off. Nullopt if it does not begin with one, or
// with one that is spelled with leading zeros.
std::optional<std::uint32_t> take_number(std::string_view& text) {
  std::uint32_t number = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  if (parsed.ec != std::errc()) return std::nullopt;
  const auto length = static_cast<std::size_t>(parsed.ptr - text.data());
  if (text.front() == '0' && length > 1) return std::nullopt;
  text.remove_prefix(length);
  return number;
}

}  // namespace

std::string ranges_text(const std::vector<std::uint32_t>& numbers) {
  std::string text;
  for (std::size_t i = 0; i < numbers.size();) {
    std::size_t last = i;
    while (last + 1 < numbers.size() && numbers[last + 1] == numbers[last] + 1) ++last;
    if (!text.empty()) text += ',';
    text += std::to_string(numbers[i]);
    if (last != i) text += (last == i + 1 ? ',' : '-') + std::to_string(numbers[last]);
    i = last + 1;
  }
  return text;
}

std::optional<std::vector<std::uint32_t>> numbers_of_ranges(std::string_view text) {
  std::vector<std::uint32_t> numbers;
  const std::string_view whole = text;
  while (!text.empty()) {
    const auto first = take_number(text);
    auto last = first;
    if (text.starts_with('-')) {
      text.remove_prefix(1);
      last = take_number(text);
    }
    if (!first || !last || *last < *first) return std::nullopt;
    if (!numbers.empty() && *first <= numbers.back()) return std::nullopt;
    if (*last - *first >= kNumbersMax - numbers.size()) return std::nullopt;
    for (std::uint64_t number = *first; number <= *last; ++number)
      numbers.push_back(static_cast<std::uint32_t>(number));
    if (text.empty()) break;
    if (!text.starts_with(',')) return std::nullopt;
    text.remove_prefix(1);
  }
  // One meaning has one spelling.
  if (ranges_text(numbers) != whole) return std::nullopt;
  return numbers;
}

std::string encode(const JobProcesses& processes) {
  json::Array list;
  list.reserve(processes.processes.size());
  for (const JobProcess& process : processes.processes)
    list.push_back(json_of(process, list.size()));
  json::Array files;
  files.reserve(processes.files.size());
  for (const FileUse& file : processes.files) files.push_back(json_of(file));
  json::Object object{{"processes", std::move(list)}, {"v", 1}};
  if (!files.empty()) object.emplace("files", std::move(files));
  put_optional(object, "omitted_files", processes.omitted_files);
  put_optional(object, "omitted_processes", processes.omitted_processes);
  std::string payload = json::encode(object);
  require(payload.size() <= json::kBytesMax, "there are too many");
  return payload;
}

JobProcesses decode_processes(std::string_view payload) {
  const json::Object object = decode_versioned(payload, ObjectType::Processes);
  const Fields fields(object, "processes");
  JobProcesses result;
  for (const json::Value& value : fields.array("processes")) {
    result.processes.push_back(
        process_of(object_in(fields, "processes", value), result.processes.size()));
  }
  if (const json::Array* files = fields.optional_array("files")) {
    for (const json::Value& value : *files) {
      FileUse file = file_of(object_in(fields, "files", value));
      if (!result.files.empty() && file.path <= result.files.back().path)
        fields.fail("files", "is not sorted");
      result.files.push_back(std::move(file));
    }
  }
  result.omitted_files = fields.optional_number("omitted_files");
  result.omitted_processes = fields.optional_number("omitted_processes");
  return result;
}

}  // namespace roar
