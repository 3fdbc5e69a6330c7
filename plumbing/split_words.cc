#include "plumbing/split_words.h"

namespace roar::plumbing {
namespace {

class Splitter {
 public:
  explicit Splitter(std::string_view text) : text_(text) {}

  std::optional<std::vector<std::string>> split() {
    while (at_ < text_.size()) {
      const char c = text_[at_++];
      if (c == ' ' || c == '\t' || c == '\n') {
        end_word();
      } else if (!take(c)) {
        return std::nullopt;
      }
    }
    end_word();
    return std::move(words_);
  }

 private:
  void end_word() {
    if (in_word_) words_.push_back(std::move(word_));
    word_.clear();
    in_word_ = false;
  }

  bool take(char c) {
    in_word_ = true;
    if (c == '\'') return take_quoted('\'', false);
    if (c == '"') return take_quoted('"', true);
    if (c != '\\') {
      word_.push_back(c);
      return true;
    }
    if (at_ == text_.size()) return false;
    word_.push_back(text_[at_++]);
    return true;
  }

  bool take_quoted(char quote, bool escapes) {
    while (at_ < text_.size()) {
      const char c = text_[at_++];
      if (c == quote) return true;
      const bool escaped = escapes && c == '\\' && at_ < text_.size() &&
                           std::string_view("$`\"\\\n").find(text_[at_]) != std::string_view::npos;
      word_.push_back(escaped ? text_[at_++] : c);
    }
    return false;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  bool in_word_ = false;
  std::string word_;
  std::vector<std::string> words_;
};

}  // namespace

std::optional<std::vector<std::string>> split_words(std::string_view text) {
  return Splitter(text).split();
}

}  // namespace roar::plumbing
