#include "plumbing/query/expression.h"

#include "objects/base/error.h"

namespace roar::plumbing {

Expression::Expression(const std::string& text) {
  const int code = ::regcomp(&compiled_, text.c_str(), REG_EXTENDED | REG_NOSUB);
  if (code == 0) return;
  std::string message(128, '\0');
  message.resize(::regerror(code, &compiled_, message.data(), message.size()) - 1);
  throw Error(Errc::Usage, "invalid expression '" + text + "': " + message);
}

bool Expression::matches(const std::string& text) const {
  return ::regexec(&compiled_, text.c_str(), 0, nullptr, 0) == 0;
}

}  // namespace roar::plumbing
