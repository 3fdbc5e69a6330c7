#include "plumbing/redaction.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>

#include "objects/base/error.h"
#include "objects/base/fd.h"
#include "objects/base/file.h"
#include "objects/base/hex.h"
#include "objects/base/random.h"
#include "objects/blake3.h"

namespace roar::plumbing {
namespace {

constexpr std::size_t kKeyBytes = 32;
constexpr std::size_t kFingerprintDigits = 8;
constexpr std::string_view kOpening = "<redacted:";

std::optional<std::string> stored_key(const std::filesystem::path& file) {
  std::optional<std::string> text = read_file(file);
  if (!text) return std::nullopt;
  while (text->ends_with('\n')) text->pop_back();
  auto key = bytes_from_hex(*text);
  if (!key || key->size() != kKeyBytes) {
    throw Error(Errc::Corrupt, "'" + file.string() +
                                   "' is no key of 64 hexadecimal digits; without it (remove it) "
                                   "secrets get other placeholders than before");
  }
  return key;
}

// The key that is there afterwards: ours, or that of a process that was faster.
std::string create_key(const std::filesystem::path& file) {
  const std::filesystem::path temporary = file.string() + "." + random_hex(8);
  constexpr mode_t kMode = 0600;
  const std::string text = random_hex(kKeyBytes) + "\n";
  {
    AtomicFile whole(temporary, kMode);
    whole.write(text);
    whole.commit();
  }
  const int linked = ::link(temporary.c_str(), file.c_str());
  const int error = linked == 0 ? 0 : errno;
  const bool no_links = error == EPERM || error == EOPNOTSUPP || error == ENOSYS;
  if (no_links && ::rename(temporary.c_str(), file.c_str()) == 0) return *stored_key(file);
  ::unlink(temporary.c_str());
  if (error != 0 && error != EEXIST) throw_errno(error, "create", file.string());
  return *stored_key(file);
}

bool is_kind(std::string_view text) noexcept {
  return !text.empty() &&
         text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string_view::npos;
}

// The placeholder at the start of `text`; nullopt if it is none.
std::optional<Withheld> placeholder_at(std::string_view text) {
  const std::size_t end = text.find('>');
  if (!text.starts_with(kOpening) || end == std::string_view::npos) return std::nullopt;
  const std::string_view inside = text.substr(kOpening.size(), end - kOpening.size());
  const std::size_t colon = inside.rfind(':');
  if (colon == std::string_view::npos || !is_kind(inside.substr(0, colon))) return std::nullopt;
  const std::string_view fingerprint = inside.substr(colon + 1);
  if (fingerprint.size() != kFingerprintDigits || !is_hex(fingerprint)) return std::nullopt;
  return Withheld{.index = 0,
                  .kind = std::string(inside.substr(0, colon)),
                  .placeholder = std::string(text.substr(0, end + 1))};
}

}  // namespace

RedactedArgv Redactor::redact_argv(std::span<const std::string> argv) {
  RedactedArgv result{.argv = {argv.begin(), argv.end()}, .withheld = {}};
  const auto found = find_argument_secrets(argv);
  for (auto secret = found.begin(); secret != found.end();) {
    const std::size_t index = secret->index;
    std::vector<FoundSecret> secrets;
    for (; secret != found.end() && secret->index == index; ++secret) {
      secrets.push_back(secret->secret);
      const auto [begin, end, kind] = secret->secret;
      const auto value = std::string_view(argv[index]).substr(begin, end - begin);
      result.withheld.push_back(
          {.index = index, .kind = std::string(kind), .placeholder = placeholder(kind, value)});
    }
    result.argv[index] = replaced(argv[index], secrets);
  }
  return result;
}

std::string Redactor::redact_text(std::string_view text) {
  return replaced(text, find_secrets(text, SecretContext::Text));
}

std::string Redactor::redact_path(std::string path) {
  const auto secrets = find_secrets(path, SecretContext::Path);
  return secrets.empty() ? std::move(path) : replaced(path, secrets);
}

std::string Redactor::redact_variable(std::string_view name, std::string_view value) {
  if (const auto kind = variable_kind(name, value)) return placeholder(*kind, value);
  return redact_text(value);
}

std::string Redactor::placeholder(std::string_view kind, std::string_view secret) {
  const std::string fingerprint = to_hex(keyed_blake3_of(key(), secret));
  return std::string(kOpening) + std::string(kind) + ":" +
         fingerprint.substr(0, kFingerprintDigits) + ">";
}

std::string Redactor::replaced(std::string_view text, std::span<const FoundSecret> secrets) {
  std::string result;
  std::size_t done = 0;
  for (const FoundSecret& secret : secrets) {
    result += text.substr(done, secret.begin - done);
    result += placeholder(secret.kind, text.substr(secret.begin, secret.end - secret.begin));
    done = secret.end;
  }
  result += text.substr(done);
  return result;
}

const std::string& Redactor::key() {
  if (!key_.empty()) return key_;
  try {
    auto stored = stored_key(key_file_);
    key_ = stored ? *std::move(stored) : create_key(key_file_);
  } catch (const Error&) {
    // A secret must not reach the record because a file could not be read.
    key_ = *bytes_from_hex(random_hex(kKeyBytes));
  }
  return key_;
}

std::vector<Withheld> withheld_in(std::span<const std::string> argv) {
  std::vector<Withheld> result;
  for (std::size_t i = 0; i < argv.size(); ++i) {
    const std::string_view argument = argv[i];
    for (std::size_t at = argument.find(kOpening); at != std::string_view::npos;
         at = argument.find(kOpening, at + 1)) {
      auto withheld = placeholder_at(argument.substr(at));
      if (!withheld) continue;
      withheld->index = i;
      result.push_back(*std::move(withheld));
    }
  }
  return result;
}

std::string with_secrets(std::string_view argument,
                         std::span<const std::pair<std::string, std::string>> secrets) {
  std::string result;
  for (std::size_t at = 0; at < argument.size();) {
    const auto known = std::ranges::find_if(secrets, [&](const auto& secret) {
      return !secret.first.empty() && argument.substr(at).starts_with(secret.first);
    });
    if (known == secrets.end()) {
      result.push_back(argument[at++]);
    } else {
      result += known->second;
      at += known->first.size();
    }
  }
  return result;
}

}  // namespace roar::plumbing
