#pragma once

#include <memory>
#include <string>
#include <string_view>

// The only header that knows OpenSSL's digests; its own headers are included by openssl_digest.cc
// alone.

namespace roar {

// A digest in the making, of one of OpenSSL's algorithms.
class OpensslDigest {
 public:
  // `name` is one that OpenSSL knows, such as "SHA256". Throws Errc::Unsupported if it is disabled
  // on this machine.
  explicit OpensslDigest(const char* name);
  ~OpensslDigest();
  OpensslDigest(const OpensslDigest&) = delete;
  OpensslDigest& operator=(const OpensslDigest&) = delete;

  void update(std::string_view bytes);
  std::string finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace roar
