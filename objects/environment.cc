#include "objects/environment.h"

#include <algorithm>

#include "objects/base/error.h"
#include "objects/fields.h"

namespace roar {

std::string encode(const Environment& environment) {
  json::Object object{{"v", 1}};
  put_optional(object, "container", environment.container);
  put_optional(object, "cpu_count", static_cast<std::uint64_t>(environment.cpu_count));
  put_optional(object, "cpu_model", environment.cpu_model);
  put_optional(object, "distribution", environment.distribution);
  put_optional(object, "hostname", environment.hostname);
  put_optional(object, "machine", environment.machine);
  put_optional(object, "memory_bytes", static_cast<std::uint64_t>(environment.memory_bytes));
  put_optional(object, "release", environment.release);
  put_optional(object, "system", environment.system);
  json::Array gpus;
  for (const std::string& gpu : environment.gpus) gpus.push_back(json::bytes_value(gpu));
  if (!gpus.empty()) object.emplace("gpus", std::move(gpus));
  json::Array runtimes;
  for (const auto& [name, version] : environment.runtimes)
    runtimes.emplace_back(json::Array{json::bytes_value(name), json::bytes_value(version)});
  if (!runtimes.empty()) object.emplace("runtimes", std::move(runtimes));
  return json::encode(object);
}

Environment decode_environment(std::string_view payload) {
  const json::Object object = decode_versioned(payload, ObjectType::Environment);
  const Fields fields(object, "environment");
  Environment environment;
  environment.container = fields.optional_bytes("container");
  environment.cpu_count = static_cast<std::int64_t>(fields.optional_number("cpu_count"));
  environment.cpu_model = fields.optional_bytes("cpu_model");
  environment.distribution = fields.optional_bytes("distribution");
  environment.hostname = fields.optional_bytes("hostname");
  environment.machine = fields.optional_bytes("machine");
  environment.memory_bytes = static_cast<std::int64_t>(fields.optional_number("memory_bytes"));
  environment.release = fields.optional_bytes("release");
  environment.system = fields.optional_bytes("system");
  if (const json::Array* gpus = fields.optional_array("gpus"))
    for (const json::Value& gpu : *gpus) environment.gpus.push_back(json::bytes_of(gpu));
  if (const json::Array* runtimes = fields.optional_array("runtimes")) {
    for (const json::Value& runtime : *runtimes) {
      const json::Array* pair = runtime.array();
      if (pair == nullptr || pair->size() != 2) fields.fail("runtimes", "is not a list of pairs");
      environment.runtimes.emplace_back(json::bytes_of((*pair)[0]), json::bytes_of((*pair)[1]));
    }
    if (!std::ranges::is_sorted(environment.runtimes)) fields.fail("runtimes", "is not sorted");
  }
  return environment;
}

}  // namespace roar
