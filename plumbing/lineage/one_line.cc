#include "plumbing/lineage/one_line.h"

#include "objects/base/error.h"
#include "objects/composite.h"
#include "objects/digest_record.h"
#include "objects/history.h"
#include "plumbing/quote.h"
#include "plumbing/steps.h"

namespace roar::plumbing {
namespace {

constexpr std::size_t kTextMax = 60;  // bytes

std::string cut(std::string text) {
  if (text.size() <= kTextMax) return text;
  std::size_t end = kTextMax;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80) --end;
  text.resize(end);
  return text + "...";
}

std::string bytes_text(std::uint64_t size) {
  return std::to_string(size) + (size == 1 ? " byte" : " bytes");
}

std::string artifact_line(const ReadTransaction& transaction, const ObjectId& id) {
  const Artifact artifact = read_artifact(transaction, id);
  std::string text;
  if (const auto path = path_of_artifact(transaction, id)) text = cut(quoted_path(*path)) + ", ";
  if (artifact.is_claimed()) return text + "known by a digest alone";
  return text + bytes_text(artifact.size);
}

std::string session_line(const std::string& payload) {
  const SessionEntry entry = decode_session(payload);
  constexpr std::size_t kShown = 8;
  const std::string session = "session " + entry.session.substr(0, kShown);
  if (!entry.job) return "start of " + session;
  return step_reference(entry.kind, entry.step) + " in " + session;
}

std::string line_of(const ReadTransaction& transaction, const ObjectInfo& object) {
  const auto payload = [&] { return transaction.payload(object.id, object.type); };
  switch (object.type) {
    case ObjectType::Artifact:
      return artifact_line(transaction, object.id);
    case ObjectType::Job:
      return cut(quoted_for_shell(read_job(transaction, object.id).argv));
    case ObjectType::Session:
      return session_line(payload());
    case ObjectType::Composite: {
      const Composite composite = decode_composite(payload());
      return std::to_string(composite.files) + (composite.files == 1 ? " file, " : " files, ") +
             bytes_text(composite.size);
    }
    case ObjectType::Digest: {
      const DigestRecord record = decode_digest(payload());
      return cut(record.algorithm + ":" + record.digest);
    }
    default:
      return bytes_text(object.size);
  }
}

}  // namespace

std::string one_line(const ReadTransaction& transaction, const ObjectInfo& object) {
  try {
    return line_of(transaction, object);
  } catch (const Error& error) {
    if (error.code() != Errc::Corrupt && error.code() != Errc::NotFound) throw;
    return "damaged";
  }
}

}  // namespace roar::plumbing
