#include "objects/hash.h"

#include <algorithm>
#include <array>
#include <utility>
#include <variant>

#include "objects/base/error.h"
#include "objects/blake3.h"
#include "objects/openssl_digest.h"

namespace roar {
namespace {

constexpr std::array<std::pair<std::string_view, Algorithm>, 4> kNames{{
    {"blake3", Algorithm::Blake3},
    {"md5", Algorithm::Md5},
    {"sha256", Algorithm::Sha256},
    {"sha512", Algorithm::Sha512},
}};

static_assert(kHashPieceSize == kBlake3PieceSize && kHashPieceSize % kOpensslBlockSize == 0);

OpensslDigest::Kind openssl_kind(Algorithm algorithm) noexcept {
  if (algorithm == Algorithm::Sha256) return OpensslDigest::Kind::Sha256;
  return algorithm == Algorithm::Sha512 ? OpensslDigest::Kind::Sha512 : OpensslDigest::Kind::Md5;
}

}  // namespace

struct Hasher::State {
  explicit State(Algorithm algorithm) {
    if (algorithm != Algorithm::Blake3) digest.emplace<OpensslDigest>(openssl_kind(algorithm));
  }

  std::variant<Blake3, OpensslDigest> digest;
  std::uint64_t pieces = 0;
};

std::string_view algorithm_name(Algorithm algorithm) noexcept {
  const auto* const row =
      std::ranges::find(kNames, algorithm, [](const auto& name) { return name.second; });
  return row->first;
}

std::optional<Algorithm> algorithm_from_name(std::string_view name) noexcept {
  const auto* const row =
      std::ranges::find(kNames, name, [](const auto& entry) { return entry.first; });
  if (row == kNames.end()) return std::nullopt;
  return row->second;
}

std::string algorithm_names() {
  std::string names;
  for (const auto& [name, algorithm] : kNames) {
    if (!names.empty()) names += ", ";
    names += name;
  }
  return names;
}

Hasher::Hasher(Algorithm algorithm) : state_(std::make_unique<State>(algorithm)) {}
Hasher::~Hasher() = default;
Hasher::Hasher(Hasher&&) noexcept = default;
Hasher& Hasher::operator=(Hasher&&) noexcept = default;

void Hasher::update(std::string_view bytes) {
  std::visit([&](auto& digest) { digest.update(bytes); }, state_->digest);
}

void Hasher::add_piece(std::string_view bytes) {
  auto* const blake3 = std::get_if<Blake3>(&state_->digest);
  if (blake3 != nullptr && kBlake3HasPieces) {
    blake3->add_piece(blake3_of_piece(bytes, state_->pieces));
  } else {
    update(bytes);
  }
  ++state_->pieces;
}

std::optional<std::string> Hasher::state() const {
  if (const auto* const openssl = std::get_if<OpensslDigest>(&state_->digest))
    return openssl->state();
  if (!kBlake3HasPieces) return std::nullopt;
  return std::get<Blake3>(state_->digest).state();
}

bool Hasher::resume(std::string_view state, std::uint64_t pieces) {
  if (auto* const openssl = std::get_if<OpensslDigest>(&state_->digest)) {
    if (!openssl->resume(state)) return false;
  } else {
    auto blake3 = Blake3::from_state(state);
    if (!blake3 || blake3->second != pieces) return false;
    state_->digest = std::move(blake3->first);
  }
  state_->pieces = pieces;
  return true;
}

std::string Hasher::finish() {
  if (auto* const openssl = std::get_if<OpensslDigest>(&state_->digest)) return openssl->finish();
  const Blake3Digest digest = std::get<Blake3>(state_->digest).finish();
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

std::string digest_of(Algorithm algorithm, std::string_view bytes) {
  Hasher hasher(algorithm);
  hasher.update(bytes);
  return hasher.finish();
}

}  // namespace roar
