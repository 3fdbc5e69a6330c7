#include "objects/spooled_job.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>
#include <tuple>
#include <utility>

#include "objects/base/error.h"
#include "objects/base/hex.h"
#include "objects/blake3.h"
#include "objects/component_node.h"
#include "objects/composite.h"
#include "objects/compression.h"
#include "objects/edge_node.h"
#include "objects/environment.h"
#include "objects/label.h"
#include "objects/packages.h"
#include "objects/processes.h"

namespace roar {
namespace {

constexpr std::string_view kMagic = "roar-spool ";
constexpr std::string_view kVersion = "1";
constexpr std::size_t kHeaderMax = 128;
constexpr std::uint64_t kContentMax = std::uint64_t{2} << 30;
constexpr std::size_t kLeafEdges = 1024;

// As the object stands where its id is taken of.
void append_object(std::string& content, ObjectType type, std::string_view payload) {
  content += type_name(type);
  content += ' ';
  content += std::to_string(payload.size());
  content += '\0';
  content += payload;
}

void append_edges(std::string& content, const std::vector<Edge>& edges) {
  std::vector<const Edge*> sorted;
  sorted.reserve(edges.size());
  for (const Edge& edge : edges) sorted.push_back(&edge);
  std::ranges::sort(sorted, [](const Edge* a, const Edge* b) {
    return std::tie(a->path, a->role) < std::tie(b->path, b->role);
  });
  std::string entries;
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    append_entry(entries, *sorted[i]);
    if ((i + 1) % kLeafEdges != 0 && i + 1 != sorted.size()) continue;
    append_object(content, ObjectType::Node, node_payload(entries, 0));
    entries.clear();
  }
}

std::string content_of(const NewJob& job) {
  std::string content;
  append_object(content, ObjectType::Job, encode(job.job));
  if (!job.environment_payload.empty())
    append_object(content, ObjectType::Environment, job.environment_payload);
  if (!job.packages_payload.empty())
    append_object(content, ObjectType::Packages, job.packages_payload);
  if (!job.processes_payload.empty())
    append_object(content, ObjectType::Processes, job.processes_payload);
  for (const Artifact& artifact : job.artifacts)
    append_object(content, ObjectType::Artifact, encode(artifact));
  for (const DigestRecord& digest : job.digests)
    append_object(content, ObjectType::Digest, encode(digest));
  append_edges(content, job.edges);
  for (const std::string& blob : job.blobs) append_object(content, ObjectType::Blob, blob);
  for (const CompositeObject& object : job.composite_objects)
    append_object(content, object.type, object.payload);
  if (!job.labels.empty()) {
    append_object(content, ObjectType::Label,
                  encode(Label{.target = object_id_of(ObjectType::Job, encode(job.job)),
                               .previous = std::nullopt,
                               .document = job.labels,
                               .origin = "user",
                               .when = job.job.ended}));
  }
  return content;
}

// `body` is the content as it is stored.
std::string file_of(std::size_t content_size, std::string_view body) {
  return std::string(kMagic)
      .append(kVersion)
      .append(" ")
      .append(std::to_string(content_size))
      .append(" ")
      .append(to_hex(blake3_of(body)))
      .append("\n")
      .append(body);
}

[[noreturn]] void fail(std::string_view problem) {
  throw Error(Errc::Corrupt, "spooled job is damaged: " + std::string(problem));
}

// The next word of `text` up to `end`; both are taken off. Nullopt if there is no `end`.
std::optional<std::string_view> take_until(std::string_view& text, char end) {
  const std::size_t at = text.substr(0, kHeaderMax).find(end);
  if (at == std::string_view::npos) return std::nullopt;
  const std::string_view word = text.substr(0, at);
  text.remove_prefix(at + 1);
  return word;
}

std::uint64_t number_of(std::optional<std::string_view> text, std::string_view what) {
  std::uint64_t number = 0;
  if (!text || text->empty() || (text->front() == '0' && text->size() > 1)) fail(what);
  const auto parsed = std::from_chars(text->data(), text->data() + text->size(), number);
  if (parsed.ec != std::errc() || parsed.ptr != text->data() + text->size()) fail(what);
  return number;
}

std::string checked_content(std::string_view bytes) {
  if (!bytes.starts_with(kMagic)) fail("it does not begin as one");
  bytes.remove_prefix(kMagic.size());
  const auto version = take_until(bytes, ' ');
  if (!version) fail("it has no version");
  if (*version != kVersion)
    throw Error(Errc::Unsupported, "spooled job was written by another version of roar");
  const std::uint64_t size = number_of(take_until(bytes, ' '), "it has no size");
  const auto digest = take_until(bytes, '\n');
  if (!digest) fail("it has no digest");
  if (to_hex(blake3_of(bytes)) != *digest) fail("its digest is another");
  if (size > kContentMax) fail("it is too large");
  std::optional<std::string> content;
  // What does not shrink is kept as it is.
  if (bytes.size() == size) {
    content = std::string(bytes);
  } else if (bytes.size() < size) {
    content = Compression().decompress(bytes, size, Dictionary::None);
  }
  if (!content) fail("its size is another");
  return *std::move(content);
}

void take_edges(std::string_view payload, std::vector<Edge>& edges) {
  EdgeNode node = decode_node(payload);
  if (node.level != 0) fail("its edges are not leaves");
  std::ranges::move(node.edges, std::back_inserter(edges));
}

void take_object(ObjectType type, std::string_view payload, NewJob& job) {
  switch (type) {
    case ObjectType::Artifact:
      job.artifacts.push_back(decode_artifact(payload));
      return;
    case ObjectType::Digest:
      job.digests.push_back(decode_digest(payload));
      return;
    case ObjectType::Node:
      if (!is_component_node(payload)) {
        take_edges(payload, job.edges);
        return;
      }
      decode_component_node(payload);
      job.composite_objects.push_back({.type = type, .payload = std::string(payload)});
      return;
    case ObjectType::Composite:
      decode_composite(payload);
      job.composite_objects.push_back({.type = type, .payload = std::string(payload)});
      return;
    case ObjectType::Blob:
      job.blobs.emplace_back(payload);
      return;
    case ObjectType::Environment:
      decode_environment(payload);
      job.environment_payload = payload;
      return;
    case ObjectType::Packages:
      decode_packages(payload);
      job.packages_payload = payload;
      return;
    case ObjectType::Processes:
      decode_processes(payload);
      job.processes_payload = payload;
      return;
    case ObjectType::Label:
      job.labels = decode_label(payload).document;
      return;
    case ObjectType::Job:
    case ObjectType::Session:
      fail("an object is out of place");
  }
}

}  // namespace

std::string encode_spooled(const NewJob& job) {
  const std::string content = content_of(job);
  const auto compressed = Compression().compress(content, Dictionary::None);
  return file_of(content.size(), compressed ? *compressed : content);
}

std::string encode_spooled_fast(const NewJob& job) {
  const std::string content = content_of(job);
  return file_of(content.size(), content);
}

NewJob decode_spooled(std::string_view bytes) {
  const std::string content = checked_content(bytes);
  NewJob job;
  bool first = true;
  for (std::string_view rest = content; !rest.empty(); first = false) {
    const auto name = take_until(rest, ' ');
    const auto type = type_from_name(name.value_or(""));
    const std::uint64_t length = number_of(take_until(rest, '\0'), "an object has no length");
    if (!type || length > rest.size()) fail("an object is cut off");
    const std::string_view payload = rest.substr(0, length);
    rest.remove_prefix(length);
    if (first != (*type == ObjectType::Job)) fail("its first object is not the job");
    if (first) {
      job.job = decode_job(payload);
    } else {
      take_object(*type, payload, job);
    }
  }
  if (first) fail("it holds no job");
  return job;
}

}  // namespace roar
