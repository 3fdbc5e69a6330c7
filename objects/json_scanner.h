#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "objects/base/error.h"

namespace roar::json {

// What every reader of JSON text (RFC 8259) is made of: a position in the text, and the parts that
// mean the same to all of them. The text must outlive the object.
class Scanner {
 public:
  // What is wrong is thrown as an Error of this kind that begins with `complaint`.
  Scanner(std::string_view text, Errc kind, std::string_view complaint)
      : text_(text), kind_(kind), complaint_(complaint) {}

  [[noreturn]] void fail(std::string_view what) const;

  bool at_end() const noexcept { return position_ == text_.size(); }
  char peek() const;  // fails at the end
  bool accept(char c) {
    if (at_end() || text_[position_] != c) return false;
    ++position_;
    return true;
  }
  void expect(char c);
  void skip_space();
  // What may stand between two elements; false at the end of the list or object.
  bool next_element(char end);
  void word(std::string_view expected);
  std::string_view digits();  // at least one
  std::string string();       // with its quotes; what it stands for, in UTF-8

  std::size_t position() const noexcept { return position_; }
  std::string_view text_since(std::size_t start) const {
    return text_.substr(start, position_ - start);
  }

 private:
  void append_escaped(std::string& out);
  std::uint32_t unit();
  std::uint32_t escaped_point();

  std::string_view text_;
  std::size_t position_ = 0;
  Errc kind_;
  std::string_view complaint_;
};

}  // namespace roar::json
