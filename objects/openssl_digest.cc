#include "objects/openssl_digest.h"

#include <openssl/evp.h>

#include <array>

#include "objects/base/c_handle.h"
#include "objects/base/error.h"

namespace roar {

struct OpensslDigest::State {
  CHandle<EVP_MD, EVP_MD_free> algorithm;
  CHandle<EVP_MD_CTX, EVP_MD_CTX_free> context;
};

OpensslDigest::OpensslDigest(const char* name) : state_(std::make_unique<State>()) {
  state_->algorithm.reset(EVP_MD_fetch(nullptr, name, nullptr));
  state_->context.reset(EVP_MD_CTX_new());
  if (!state_->algorithm || !state_->context ||
      EVP_DigestInit_ex(state_->context.get(), state_->algorithm.get(), nullptr) != 1)
    throw Error(Errc::Unsupported, std::string(name) + " is not available on this machine");
}

OpensslDigest::~OpensslDigest() = default;

void OpensslDigest::update(std::string_view bytes) {
  ROAR_ASSERT(EVP_DigestUpdate(state_->context.get(), bytes.data(), bytes.size()) == 1);
}

std::string OpensslDigest::finish() {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned size = 0;
  ROAR_ASSERT(EVP_DigestFinal_ex(state_->context.get(), digest.data(), &size) == 1);
  return {reinterpret_cast<const char*>(digest.data()), size};
}

}  // namespace roar
