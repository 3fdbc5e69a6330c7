#include "objects/edge_node.h"

#include <bit>
#include <tuple>
#include <utility>

#include "objects/base/base64.h"
#include "objects/base/error.h"
#include "objects/base/utf8.h"
#include "objects/fields.h"

namespace roar {
namespace {

constexpr std::string_view kKind = "edges";
constexpr unsigned kEvidenceBits = 6;

void append_text(std::string& out, std::string_view key, std::string_view text) {
  out += ",\"";
  out += key;
  out += "\":";
  json::append_string(out, text);
}

void append_bytes(std::string& out, std::string_view key, std::string_view bytes) {
  if (is_utf8(bytes)) {
    append_text(out, key, bytes);
  } else {
    append_text(out, std::string(key) + "_b64", to_base64(bytes));
  }
}

void append_evidence(std::string& out, std::uint8_t evidence) {
  out += ",\"evidence\":[";
  bool first = true;
  for (unsigned bit = 0; bit < kEvidenceBits; ++bit) {
    const auto one = static_cast<std::uint8_t>(1U << bit);
    if ((evidence & one) == 0) continue;
    out += first ? "\"" : ",\"";
    first = false;
    out += evidence_name(static_cast<Evidence>(one));
    out += '"';
  }
  out += ']';
}

std::uint8_t evidence_of(const Fields& fields) {
  const json::Array* names = fields.optional_array("evidence");
  if (names == nullptr) return 0;
  unsigned evidence = 0;
  for (const json::Value& value : *names) {
    const std::string* name = value.string();
    const std::optional<Evidence> one = name == nullptr ? std::nullopt : evidence_from_name(*name);
    if (!one) fields.fail("evidence", "has an unknown word");
    const auto bit = static_cast<unsigned>(*one);
    if (bit <= evidence) fields.fail("evidence", "is not in order");
    evidence |= bit;
  }
  return static_cast<std::uint8_t>(evidence);
}

Edge edge_of(const json::Object& object) {
  const Fields fields(object, "node: edge");
  const std::optional<EdgeRole> role = role_from_name(fields.string("role"));
  const std::optional<PathClass> path_class = class_from_name(fields.string("class"));
  if (!role) fields.fail("role", "is unknown");
  if (!path_class) fields.fail("class", "is unknown");
  return {.path = fields.bytes("path"),
          .spelled = fields.optional_bytes("spelled"),
          .role = *role,
          .path_class = *path_class,
          .evidence = evidence_of(fields),
          .artifact = fields.optional_id("artifact_oid"),
          .size = fields.optional_number("size"),
          .executable = fields.flag("executable"),
          .unchanged = fields.flag("unchanged"),
          .changed = fields.flag("changed"),
          .missing = fields.optional_string("missing"),
          .via = fields.optional_string("via")};
}

}  // namespace

void append_entry(std::string& entries, const Edge& edge) {
  std::string& out = entries;
  if (!out.empty()) out += ',';
  out += '{';
  // Keys are written in order, by hand: this is done for every file of every job.
  if (edge.artifact) {
    out += "\"artifact_oid\":\"";
    out += edge.artifact->hex();
    out += "\",";
  }
  if (edge.changed) out += "\"changed\":true,";
  out += "\"class\":\"";
  out += class_name(edge.path_class);
  out += '"';
  if (edge.evidence != 0) append_evidence(out, edge.evidence);
  if (edge.executable) out += ",\"executable\":true";
  if (!edge.missing.empty()) append_text(out, "missing", edge.missing);
  append_bytes(out, "path", edge.path);
  out += ",\"role\":\"";
  out += role_name(edge.role);
  out += '"';
  if (edge.size != 0) {
    out += ",\"size\":";
    out += json::encode(json::Value(edge.size));
  }
  if (!edge.spelled.empty()) append_bytes(out, "spelled", edge.spelled);
  if (edge.unchanged) out += ",\"unchanged\":true";
  if (!edge.via.empty()) append_text(out, "via", edge.via);
  out += '}';
}

std::string node_payload(std::string_view entries, std::uint32_t level) {
  std::string payload = "{\"entries\":[";
  payload += entries;
  payload += "],\"kind\":\"edges\",\"level\":";
  payload += std::to_string(level);
  payload += ",\"v\":1}";
  return payload;
}

std::string encode(const EdgeNode& node) {
  std::string entries;
  for (const Edge& edge : node.edges) append_entry(entries, edge);
  for (const EdgeNode::Child& child : node.children) append_entry(entries, child);
  return node_payload(entries, node.level);
}

// In canonical form nothing that somebody could have named comes before the first edge's class, and
// a quotation mark in a text has a backslash before it.
std::optional<EdgeGroup> group_of_leaf(std::string_view payload) {
  constexpr std::string_view kKey = "\"class\":\"";
  const std::size_t key = payload.find(kKey);
  if (key == std::string_view::npos) return std::nullopt;
  const std::string_view rest = payload.substr(key + kKey.size());
  const std::optional<PathClass> path_class = class_from_name(rest.substr(0, rest.find('"')));
  if (!path_class) throw Error(Errc::Corrupt, "node: 'class' is unknown");
  return group_of(*path_class);
}

bool is_leaf_payload(std::string_view payload) noexcept {
  // No list and no object ends here but the whole, so these are keys of the node itself.
  return payload.ends_with("],\"kind\":\"edges\",\"level\":0,\"v\":1}");
}

EdgeNode decode_node(std::string_view payload) {
  const json::Object object = decode_versioned(payload, ObjectType::Node);
  const Fields fields(object, "node");
  if (fields.string("kind") != kKind) fields.fail("kind", "is unknown");
  EdgeNode node;
  node.level = level_of(fields);
  if (node.level == 0) {
    node.edges = entries_of<Edge>(fields, edge_of,
                                  [](const Edge& edge) { return std::tie(edge.path, edge.role); });
  } else {
    node.children = children_of(fields);
  }
  return node;
}

}  // namespace roar
