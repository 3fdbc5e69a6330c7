#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace roar {

// The stable facts of the machine a job ran on. Payload: docs/formats/environment.md.
struct Environment {
  std::string hostname;
  std::string system;        // uname -s
  std::string release;       // uname -r
  std::string machine;       // uname -m
  std::string distribution;  // PRETTY_NAME of os-release; empty if there is none
  std::string cpu_model;
  std::int64_t cpu_count = 0;
  std::int64_t memory_bytes = 0;
  std::string container;  // "docker", "podman", ...; empty if none was recognised
  std::vector<std::string> gpus;
  std::vector<std::pair<std::string, std::string>>
      runtimes;  // such as {"python", "3.11.2"}; sorted

  bool operator==(const Environment&) const = default;
};

std::string encode(const Environment& environment);
Environment decode_environment(std::string_view payload);

}  // namespace roar
