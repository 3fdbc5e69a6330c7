#include "plumbing/unquote.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

#include "objects/base/hex.h"

namespace roar::plumbing {
namespace {

class Unquoter {
 public:
  explicit Unquoter(std::string_view typed) : rest_(typed) {}

  std::string run() && {
    while (!rest_.empty()) {
      const char c = take();
      if (c == '\'') {
        take_until('\'', false);
      } else if (c == '"') {
        take_until('"', true);
      } else if (c == '$' && rest_.starts_with('\'')) {
        take();
        take_ansi();
      } else if (c == '\\') {
        if (!rest_.empty()) result_ += take();
      } else {
        result_ += c;
      }
    }
    return std::move(result_);
  }

 private:
  char take() {
    const char c = rest_.front();
    rest_.remove_prefix(1);
    return c;
  }

  void take_until(char quote, bool backslashes) {
    constexpr std::string_view kEscapable = "$`\"\\\n";
    while (!rest_.empty()) {
      const char c = take();
      if (c == quote) return;
      const bool escape = backslashes && c == '\\' && !rest_.empty() &&
                          kEscapable.find(rest_.front()) != std::string_view::npos;
      result_ += escape ? take() : c;
    }
  }

  // After $'.
  void take_ansi() {
    while (!rest_.empty()) {
      const char c = take();
      if (c == '\'') return;
      if (c == '\\' && !rest_.empty()) {
        take_escape();
      } else {
        result_ += c;
      }
    }
  }

  void take_escape() {
    constexpr std::array<std::pair<char, char>, 9> kEscapes{{{'a', '\a'},
                                                             {'b', '\b'},
                                                             {'e', '\x1b'},
                                                             {'f', '\f'},
                                                             {'n', '\n'},
                                                             {'r', '\r'},
                                                             {'t', '\t'},
                                                             {'v', '\v'},
                                                             {'\\', '\\'}}};
    const char c = take();
    if (c == 'x') {
      std::string digits(rest_.substr(0, 2));
      if (digits.size() == 2 && is_hex(digits)) {
        result_ += bytes_from_hex(digits).value_or(std::string());
        rest_.remove_prefix(2);
      }
      return;
    }
    if (c >= '0' && c <= '7') {
      unsigned value = static_cast<unsigned>(c - '0');
      for (int i = 0; i < 2 && !rest_.empty() && rest_.front() >= '0' && rest_.front() <= '7';
           ++i) {
        value = value * 8 + static_cast<unsigned>(take() - '0');
      }
      result_ += static_cast<char>(value);
      return;
    }
    const auto* row = std::ranges::find(kEscapes, c, &std::pair<char, char>::first);
    result_ += row != kEscapes.end() ? row->second : c;
  }

  std::string_view rest_;
  std::string result_;
};

}  // namespace

std::string unquoted_word(std::string_view typed) {
  return Unquoter(typed).run();
}

}  // namespace roar::plumbing
