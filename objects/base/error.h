#pragma once

#include <exception>
#include <string>
#include <string_view>

namespace roar {

// What kind of failure this is. The exit status and a caller's chance to recover depend on the
// kind, never on the text.
enum class Errc {
  Usage,        // the request itself is wrong; nothing was attempted
  NotFound,     // something the user named does not exist
  Conflict,     // the state changed under us, or a precondition does not hold
  Busy,         // another process keeps what we waited for; trying again may help
  Corrupt,      // stored bytes fail their own check; retrying cannot help
  Io,           // the operating system refused
  Network,      // the remote could not be reached or answered nonsense; retrying may help
  Unsupported,  // well-formed, but from a newer version or for another platform
};

// The only exception type this program throws on purpose.
//
// Absence that the caller asked about is not an Error: return std::optional. A broken invariant is
// not an Error either: ROAR_ASSERT.
class Error final : public std::exception {
 public:
  // `message` is a lower-case phrase without a final stop that says what failed first and quotes
  // its subject: "cannot open 'a/b'".
  Error(Errc code, std::string message);

  Errc code() const noexcept { return code_; }
  const char* what() const noexcept override { return message_.c_str(); }

  // Prefixes what was being done: "reading tree 3f2a: object is truncated". For a catch block that
  // then says `throw;`.
  void during(std::string_view activity);

 private:
  Errc code_;
  std::string message_;
};

// Throws Errc::Io as "cannot <action> '<subject>': <strerror(errnum)>". Pass errno explicitly: by
// the time the arguments are evaluated, errno itself may be stale.
[[noreturn]] void throw_errno(int errnum, std::string_view action, std::string_view subject);

}  // namespace roar

// Checks an invariant in every build type, and aborts with the source position if it fails. For
// programmer mistakes only: input from users, disks and networks is checked with Error.
#define ROAR_ASSERT(condition) \
  ((condition) ? static_cast<void>(0) : ::roar::assertion_failed(#condition, __FILE__, __LINE__))

namespace roar {
[[noreturn]] void assertion_failed(const char* condition, const char* file, int line) noexcept;
}  // namespace roar
