#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

// The only header that knows OpenSSL's digests; its own headers are included by openssl_digest.cc
// alone.

namespace roar {

inline constexpr std::size_t kOpensslBlockSize = 128;  // of SHA-512; the others' divide it

// A digest in the making, of one of OpenSSL's algorithms.
class OpensslDigest {
 public:
  enum class Kind : std::uint8_t { Md5, Sha256, Sha512 };
  // Throws Errc::Unsupported if it is disabled on this machine.
  explicit OpensslDigest(Kind kind);
  ~OpensslDigest();
  OpensslDigest(const OpensslDigest&) = delete;
  OpensslDigest& operator=(const OpensslDigest&) = delete;

  void update(std::string_view bytes);
  // What a multiple of kOpensslBlockSize bytes has come to; of use to this build of the program
  // alone.
  std::string state() const;
  // Goes on from such a state of the same algorithm. Returns false if it is none, and changes
  // nothing then.
  bool resume(std::string_view state);
  std::string finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace roar
