#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "tracer/log.h"
#include "tracer/observe.h"
#include "tracer/versions.h"

namespace roar::tracer {

// Follows the log while the job writes it, for what looks like large inputs from before the job. A
// guess: what is left out, or is no input in the end, costs time only. For one thread.
class InputWatch {
 public:
  // The log must outlive this object.
  explicit InputWatch(Log& log) noexcept : log_(log), versions_(&log.header()) {}

  // What has come since the last time, of what fits Log::kFollowBytes: so a look takes a
  // millisecond at most, however much the job does. Each version is named once, or seldom twice.
  std::vector<LargeInput> look();

 private:
  void consider(const Fact& fact, std::vector<LargeInput>& found);
  void follow_processes(const Fact& fact);
  bool is_candidate(const Fact& fact) noexcept;
  bool is_known(const wire::Stamp& stamp) noexcept;

  Log& log_;
  Versions versions_;
  std::uint64_t offset_ = wire::kFirstRecord;
  bool stuck_ = false;  // at a record that is not finished, since the last look
  std::unordered_map<std::int32_t, std::string> directories_;  // working ones, by process
  std::array<std::uint64_t, 4096> known_{};  // hashes; one that is forgotten costs a question
};

}  // namespace roar::tracer
