#include "objects/openssl_digest.h"

// The calls that we want are the old ones: a state of the new ones cannot be kept.
#define OPENSSL_SUPPRESS_DEPRECATED

#include <openssl/evp.h>
#include <openssl/md5.h>
#include <openssl/sha.h>

#include <array>
#include <cstring>
#include <string>
#include <type_traits>
#include <variant>

#include "objects/base/error.h"
#include "objects/base/shared_library.h"

namespace roar {
namespace {

// OpenSSL's own names, for the structure that its calls work on.
template <typename Context>
struct Calls {
  int (*init)(Context*) = nullptr;
  int (*update)(Context*, const void*, std::size_t) = nullptr;
  int (*finish)(unsigned char*, Context*) = nullptr;
  std::size_t size = 0;  // of the digest
};

// The calls that we make, found in the library at run time: its relocations would cost every start
// of the program a millisecond, and few of them compute anything but BLAKE3.
struct Libcrypto {
  Libcrypto() {
    const SharedLibrary library(ROAR_LIBCRYPTO_SONAME);
    library.find(fetch, "EVP_MD_fetch");
    library.find(free, "EVP_MD_free");
    find(library, md5, {"MD5_Init", "MD5_Update", "MD5_Final"}, MD5_DIGEST_LENGTH);
    find(library, sha256, {"SHA256_Init", "SHA256_Update", "SHA256_Final"}, SHA256_DIGEST_LENGTH);
    find(library, sha512, {"SHA512_Init", "SHA512_Update", "SHA512_Final"}, SHA512_DIGEST_LENGTH);
  }

  template <typename Context>
  static void find(const SharedLibrary& library, Calls<Context>& calls,
                   const std::array<const char*, 3>& names, std::size_t size) {
    library.find(calls.init, names[0]);
    library.find(calls.update, names[1]);
    library.find(calls.finish, names[2]);
    calls.size = size;
  }

  const Calls<MD5_CTX>& of(const MD5_CTX&) const noexcept { return md5; }
  const Calls<SHA256_CTX>& of(const SHA256_CTX&) const noexcept { return sha256; }
  const Calls<SHA512_CTX>& of(const SHA512_CTX&) const noexcept { return sha512; }

  decltype(&EVP_MD_fetch) fetch{};
  decltype(&EVP_MD_free) free{};
  Calls<MD5_CTX> md5;
  Calls<SHA256_CTX> sha256;
  Calls<SHA512_CTX> sha512;
};

// Loaded once per process, whichever thread comes first.
const Libcrypto& libcrypto() {
  static const Libcrypto library;
  return library;
}

const char* name_of(OpensslDigest::Kind kind) noexcept {
  switch (kind) {
    case OpensslDigest::Kind::Md5:
      return "MD5";
    case OpensslDigest::Kind::Sha256:
      return "SHA256";
    case OpensslDigest::Kind::Sha512:
      return "SHA512";
  }
  return "";
}

// The old calls do not ask whether the machine's policy allows an algorithm.
bool is_allowed(const Libcrypto& crypto, const char* name) {
  EVP_MD* const algorithm = crypto.fetch(nullptr, name, nullptr);
  crypto.free(algorithm);
  return algorithm != nullptr;
}

}  // namespace

struct OpensslDigest::State {
  const Libcrypto& crypto = libcrypto();
  std::variant<MD5_CTX, SHA256_CTX, SHA512_CTX> context;
};

OpensslDigest::OpensslDigest(Kind kind) : state_(std::make_unique<State>()) {
  if (!is_allowed(state_->crypto, name_of(kind)))
    throw Error(Errc::Unsupported,
                std::string(name_of(kind)) + " is not available on this machine");
  if (kind == Kind::Sha256) state_->context.emplace<SHA256_CTX>();
  if (kind == Kind::Sha512) state_->context.emplace<SHA512_CTX>();
  std::visit([&](auto& context) { ROAR_ASSERT(state_->crypto.of(context).init(&context) == 1); },
             state_->context);
}

OpensslDigest::~OpensslDigest() = default;

void OpensslDigest::update(std::string_view bytes) {
  std::visit(
      [&](auto& context) {
        ROAR_ASSERT(state_->crypto.of(context).update(&context, bytes.data(), bytes.size()) == 1);
      },
      state_->context);
}

std::string OpensslDigest::state() const {
  return std::visit(
      [](const auto& context) {
        static_assert(std::is_trivially_copyable_v<std::remove_cvref_t<decltype(context)>>);
        ROAR_ASSERT(context.num == 0);
        return std::string(reinterpret_cast<const char*>(&context), sizeof context);
      },
      state_->context);
}

bool OpensslDigest::resume(std::string_view state) {
  return std::visit(
      [&](auto& context) {
        auto kept = context;
        if (state.size() != sizeof kept) return false;
        std::memcpy(&kept, state.data(), sizeof kept);
        if (kept.num != 0) return false;  // an index that the library trusts
        if constexpr (requires { kept.md_len; })
          if (kept.md_len != context.md_len) return false;
        context = kept;
        return true;
      },
      state_->context);
}

std::string OpensslDigest::finish() {
  return std::visit(
      [&](auto& context) {
        const auto& calls = state_->crypto.of(context);
        std::string digest(calls.size, '\0');
        ROAR_ASSERT(calls.finish(reinterpret_cast<unsigned char*>(digest.data()), &context) == 1);
        return digest;
      },
      state_->context);
}

}  // namespace roar
