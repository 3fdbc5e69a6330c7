#include "objects/base/error.h"

#include <cstdio>
#include <cstdlib>
#include <system_error>
#include <utility>

namespace roar {

Error::Error(Errc code, std::string message) : code_(code), message_(std::move(message)) {}

void Error::during(std::string_view activity) {
  message_ = std::string(activity) + ": " + message_;
}

void throw_errno(int errnum, std::string_view action, std::string_view subject) {
  throw Error(Errc::Io, "cannot " + std::string(action) + " '" + std::string(subject) +
                            "': " + std::generic_category().message(errnum));
}

void assertion_failed(const char* condition, const char* file, int line) noexcept {
  std::fprintf(stderr, "roar: %s:%d: assertion failed: %s\n", file, line, condition);
  std::abort();
}

}  // namespace roar
