#pragma once

#include <regex.h>

#include <string>

namespace roar::plumbing {

// An extended regular expression (POSIX), which a text may match anywhere.
class Expression {
 public:
  // Throws Errc::Usage if it is none.
  explicit Expression(const std::string& text);
  ~Expression() { ::regfree(&compiled_); }
  Expression(const Expression&) = delete;
  Expression& operator=(const Expression&) = delete;

  bool matches(const std::string& text) const;

 private:
  regex_t compiled_{};
};

}  // namespace roar::plumbing
