#include "objects/openssl_digest.h"

#include <openssl/evp.h>

#include <array>
#include <string>

#include "objects/base/error.h"
#include "objects/base/shared_library.h"

namespace roar {
namespace {

// The calls that we make, found in the library at run time: its relocations would cost every start
// of the program a millisecond, and few of them compute anything but BLAKE3.
struct Libcrypto {
  Libcrypto() {
    const SharedLibrary library(ROAR_LIBCRYPTO_SONAME);
    library.find(fetch, "EVP_MD_fetch");
    library.find(free, "EVP_MD_free");
    library.find(context_new, "EVP_MD_CTX_new");
    library.find(context_free, "EVP_MD_CTX_free");
    library.find(init, "EVP_DigestInit_ex");
    library.find(update, "EVP_DigestUpdate");
    library.find(finish, "EVP_DigestFinal_ex");
  }

  decltype(&EVP_MD_fetch) fetch{};
  decltype(&EVP_MD_free) free{};
  decltype(&EVP_MD_CTX_new) context_new{};
  decltype(&EVP_MD_CTX_free) context_free{};
  decltype(&EVP_DigestInit_ex) init{};
  decltype(&EVP_DigestUpdate) update{};
  decltype(&EVP_DigestFinal_ex) finish{};
};

// Loaded once per process, whichever thread comes first.
const Libcrypto& libcrypto() {
  static const Libcrypto library;
  return library;
}

}  // namespace

struct OpensslDigest::State {
  explicit State(const char* name)
      : algorithm(crypto.fetch(nullptr, name, nullptr)), context(crypto.context_new()) {}
  ~State() {
    crypto.context_free(context);
    crypto.free(algorithm);
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  const Libcrypto& crypto = libcrypto();
  EVP_MD* algorithm;
  EVP_MD_CTX* context;
};

OpensslDigest::OpensslDigest(const char* name) : state_(std::make_unique<State>(name)) {
  if (state_->algorithm == nullptr || state_->context == nullptr ||
      state_->crypto.init(state_->context, state_->algorithm, nullptr) != 1)
    throw Error(Errc::Unsupported, std::string(name) + " is not available on this machine");
}

OpensslDigest::~OpensslDigest() = default;

void OpensslDigest::update(std::string_view bytes) {
  ROAR_ASSERT(state_->crypto.update(state_->context, bytes.data(), bytes.size()) == 1);
}

std::string OpensslDigest::finish() {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned size = 0;
  ROAR_ASSERT(state_->crypto.finish(state_->context, digest.data(), &size) == 1);
  return {reinterpret_cast<const char*>(digest.data()), size};
}

}  // namespace roar
