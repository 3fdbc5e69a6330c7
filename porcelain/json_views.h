#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <string_view>

#include "objects/json.h"
#include "plumbing/lookup.h"
#include "plumbing/views.h"

// What --json prints: one object with a "version", in canonical JSON. roar-json(5) documents the
// keys.

namespace roar::porcelain {

inline constexpr int kJsonVersion = 1;

enum class Show : std::uint8_t { Usual, All };  // All: system and package files too

json::Object job_json(const plumbing::JobView& view, Show show);
json::Object artifact_json(const plumbing::ArtifactView& view);
json::Object path_json(const plumbing::PathView& view);
json::Object session_summary_json(const SessionSummary& summary);
json::Object session_json(const plumbing::SessionView& view);
// The payload under "payload", or under "payload_b64" if it is not UTF-8.
json::Object object_json(const plumbing::ObjectView& view);
json::Array digests_json(const std::vector<DigestRecord>& digests);
json::Object edge_json(const plumbing::EdgeView& view);
json::Object job_summary_json(const plumbing::JobSummary& job);

// Adds the version and prints the object and a newline.
void print_json(std::ostream& out, json::Object object);
// The same, with a list of `count` objects under `key` that is never in memory as a whole.
void print_json_list(std::ostream& out, json::Object object, std::string_view key,
                     std::size_t count, const std::function<json::Object(std::size_t)>& element);

}  // namespace roar::porcelain
