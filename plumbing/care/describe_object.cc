#include "plumbing/care/describe_object.h"

#include <algorithm>
#include <span>

#include "objects/artifact.h"
#include "objects/base/error.h"
#include "objects/component_node.h"
#include "objects/composite.h"
#include "objects/digest_record.h"
#include "objects/edge_node.h"
#include "objects/job.h"
#include "objects/label.h"
#include "objects/session.h"
#include "plumbing/quote.h"

namespace roar::plumbing {
namespace {

constexpr std::size_t kShortId = 8;

std::string describe_job(const Job& job) {
  constexpr std::size_t kWordsMost = 8;
  const std::size_t words = std::min(job.argv.size(), kWordsMost);
  return std::string(kind_name(job.kind)) + ": " +
         quoted_for_shell(std::span(job.argv).first(words)) +
         (words < job.argv.size() ? " ..." : "");
}

std::string describe_entry(const SessionEntry& entry) {
  const std::string session = "session " + entry.session.substr(0, kShortId);
  if (!entry.job) return "root of " + session;
  return "step " + std::string(entry.kind == JobKind::Build ? "@B" : "@") +
         std::to_string(entry.step) + " of " + session;
}

std::string describe_node(const EdgeNode& node) {
  if (!node.edges.empty()) return "files from " + quoted_path(node.edges.front().path);
  return node.children.empty() ? std::string()
                               : "files up to " + quoted_path(node.children.back().last_path);
}

std::string describe_payload(const ReadTransaction& transaction, const ObjectInfo& info) {
  const auto payload = [&] { return transaction.payload(info.id, info.type); };
  switch (info.type) {
    case ObjectType::Artifact: {
      const Artifact artifact = decode_artifact(payload());
      return artifact.is_claimed()
                 ? artifact.claimed_algorithm + ":" + quoted_path(artifact.claimed_digest)
                 : "blake3:" + artifact.blake3;
    }
    case ObjectType::Digest: {
      const DigestRecord record = decode_digest(payload());
      return record.algorithm + ":" + quoted_path(record.digest);
    }
    case ObjectType::Job:
      return describe_job(decode_job(payload()));
    case ObjectType::Session:
      return describe_entry(decode_session(payload()));
    case ObjectType::Node: {
      const std::string node = payload();
      return is_component_node(node)
                 ? "components up to " + quoted_path(decode_component_node(node).last_path())
                 : describe_node(decode_node(node));
    }
    case ObjectType::Composite: {
      const Composite composite = decode_composite(payload());
      return composite.algorithm + ":" + composite.digest;
    }
    case ObjectType::Label:
      return "label of " + decode_label(payload()).target.hex().substr(0, kShortId);
    default:
      return {};
  }
}

}  // namespace

std::string describe_object(const ReadTransaction& transaction, const ObjectInfo& info) {
  try {
    return describe_payload(transaction, info);
  } catch (const Error&) {
    return {};
  }
}

}  // namespace roar::plumbing
