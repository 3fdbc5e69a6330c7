#include "plumbing/find_secrets.h"

#include <algorithm>
#include <array>
#include <tuple>

#include "plumbing/secret_shapes.h"
#include "plumbing/secret_tokens.h"
#include "plumbing/secret_values.h"

namespace roar::plumbing {
namespace {

constexpr auto kNowhere = std::string_view::npos;
constexpr std::string_view kBlank = " \t\r\n";
// What ends an unquoted value inside a longer text.
constexpr std::string_view kValueEnd = " \t\r\n\"'`;|&<>),";
constexpr std::string_view kQuotes = "\"'`";
constexpr std::string_view kPassword = "password";

class Finder {
 public:
  Finder(std::string_view text, SecretContext context) : text_(text), context_(context) {}

  std::vector<FoundSecret> find() {
    const std::array<bool, 256>& starts = token_starts();
    for (std::size_t at = 0; at < text_.size(); ++at) {
      const char c = text_[at];
      const char previous = at > 0 ? text_[at - 1] : ' ';
      if (starts[static_cast<unsigned char>(c)] && !is_word(previous)) find_token(at);
      if (context_ != SecretContext::Path) find_by_name(at, c, previous);
    }
    return merged();
  }

 private:
  void add(std::size_t begin, std::size_t end, std::string_view kind) {
    found_.push_back({begin, end, kind_of(text_.substr(begin, end - begin), kind)});
  }

  void find_token(std::size_t at) {
    if (at < known_until_) return;
    const auto token = token_at(text_, at);
    if (!token) return;
    found_.push_back(*token);
    known_until_ = token->end;
  }

  void find_by_name(std::size_t at, char c, char previous) {
    if (c == '=' || c == ':') find_assignment(at);
    if (c == ':') find_url(at);
    if (c == '-' && at >= known_until_) find_private_key(at);
    if (c == '-' && context_ == SecretContext::Text) find_option(at, previous);
    if (c == '@' && context_ == SecretContext::Text) find_login(at);
    if ((c == 'B' || c == 'b') && !is_word(previous)) find_bearer(at);
    if (c == 'h' && !is_word(previous)) find_webhook(at);
  }

  void find_private_key(std::size_t at) {
    const auto key = private_key_at(text_, at);
    if (!key) return;
    found_.push_back(*key);
    known_until_ = key->end;
  }

  // NAME=value, "name": "value", Header: value. `at` is the sign between them.
  void find_assignment(std::size_t at) {
    std::size_t end = at;
    while (end > 0 && (text_[end - 1] == ' ' || text_[end - 1] == ']')) --end;
    if (end > 0 && kQuotes.find(text_[end - 1]) != kNowhere) --end;
    std::size_t begin = end;
    while (begin > 0 && is_name(text_[begin - 1])) --begin;
    if (begin == end) return;
    const std::string_view name = text_.substr(begin, end - begin);
    std::size_t value = at + 1;
    const bool spaced = end != at || (value < text_.size() && text_[value] == ' ');
    while (value < text_.size() && text_[value] == ' ') ++value;
    if (text_[at] == ':' && find_header(name, value)) return;
    const SecretName* row = context_ == SecretContext::File ? variable_row(name) : name_row(name);
    if (row != nullptr) find_value(*row, value, text_[at] == '=' && !spaced);
  }

  // `at` is where the value begins, or its quote. In a shell no blank may stand around '='; where
  // one does, this is a program's text, and a bare word on the right is another name.
  void find_value(const SecretName& row, std::size_t at, bool shell) {
    constexpr std::size_t kLongEnough = 16;
    const bool quoted = at < text_.size() && kQuotes.find(text_[at]) != kNowhere;
    const std::size_t begin = quoted ? at + 1 : at;
    const std::size_t found =
        quoted ? text_.find(text_[at], begin) : text_.find_first_of(kValueEnd, begin);
    if (quoted && found == kNowhere) return;  // that quote closed something
    const std::size_t end = std::min(text_.size(), found);
    if (begin >= end) return;
    const std::string_view value = text_.substr(begin, end - begin);
    const bool code = context_ == SecretContext::File || (!shell && !quoted);
    if (code && (value.size() < kLongEnough || value.find_first_of("([. ") != kNowhere ||
                 !std::ranges::any_of(value, is_digit))) {
      return;
    }
    if (is_value(value, row.shortest)) add(begin, end, row.kind);
  }

  // Authorization: [scheme] credentials. Returns whether the name is a header field's.
  bool find_header(std::string_view name, std::size_t at) {
    const SecretName* row = header_row(name);
    if (row == nullptr) return false;
    if (at < text_.size() && kQuotes.find(text_[at]) != kNowhere) ++at;
    const std::size_t end = std::min(text_.size(), text_.find_first_of("\r\n\"'`", at));
    if (at >= end) return true;
    std::string_view value = text_.substr(at, end - at);
    if (const std::size_t blank = value.rfind(' ');
        row->kind == "authorization" && blank != kNowhere)
      value.remove_prefix(blank + 1);
    if (is_value(value, row->shortest) && value.find_first_of("{$<(") == kNowhere) {
      add(end - value.size(), end, row->kind == "authorization" ? kBearerToken : row->kind);
    }
    return true;
  }

  void find_bearer(std::size_t at) {
    constexpr std::size_t kWord = 7;
    constexpr std::size_t kShortest = 20;
    const std::string_view word = text_.substr(at, kWord);
    if (word != "Bearer " && word != "bearer ") return;
    const std::size_t begin = at + kWord;
    const std::size_t end =
        std::min(text_.size(), text_.find_first_of(" \t\r\n\"'`;|&<>)(,{}[]$", begin));
    const std::string_view value = text_.substr(begin, end - begin);
    if (value.size() >= kShortest && std::ranges::any_of(value, is_digit))
      add(begin, end, kBearerToken);
  }

  // scheme://user:password@host, scheme://token@host. `at` is the colon.
  void find_url(std::size_t at) {
    constexpr std::size_t kToken = 20;
    if (!text_.substr(at).starts_with("://")) return;
    const std::size_t begin = at + 3;
    const std::size_t end = std::min(text_.size(), text_.find_first_of(" \t\r\n\"'`/?#\\", begin));
    const std::string_view authority = text_.substr(begin, end - begin);
    const std::size_t sign = authority.rfind('@');
    if (sign == kNowhere) return;
    const std::string_view login = authority.substr(0, sign);
    const std::string_view user = login.substr(0, login.find(':'));
    const std::string_view password = login.substr(std::min(user.size() + 1, sign));
    if (!password.empty() && password != "x-oauth-basic") {
      if (!is_no_value(password)) add(begin + user.size() + 1, begin + sign, kUrlPassword);
      return;
    }
    const bool web = at >= 4 && (text_.substr(0, at).ends_with("http") ||
                                 text_.substr(0, at).ends_with("https"));
    if (!web || is_no_value(user)) return;
    const bool known = user.size() < sign && user.size() >= 8;  // "token:@", "token:x-oauth-basic@"
    if (known || (user.size() >= kToken && std::ranges::any_of(user, is_digit)))
      add(begin, begin + user.size(), kUrlPassword);
  }

  // user:password@host without a scheme. `at` is the sign.
  void find_login(std::size_t at) {
    constexpr std::size_t kShortest = 6;
    std::size_t begin = at;
    while (begin > 0 && (kValueEnd.find(text_[begin - 1]) == kNowhere && text_[begin - 1] != '=' &&
                         text_[begin - 1] != '/' && text_[begin - 1] != '@')) {
      --begin;
    }
    const std::string_view before = text_.substr(begin, at - begin);
    const std::size_t colon = before.find(':');
    if (colon == kNowhere || colon == 0 || before.size() - colon - 1 < kShortest) return;
    const std::string_view user = before.substr(0, colon);
    constexpr std::array<std::string_view, 9> kSchemes{"mailto", "npm",  "pkg",  "acct", "sip",
                                                       "xmpp",   "file", "sips", "jsr"};
    if (begin > 0 && (text_[begin - 1] == '/' || text_[begin - 1] == '@')) return;
    if (!std::ranges::all_of(user, is_name)) return;
    if (std::ranges::find(kSchemes, user) != kSchemes.end()) return;
    if (is_no_value(before.substr(colon + 1)) || !is_host(at + 1)) return;
    add(begin + colon + 1, at, kPassword);
  }

  // "db.example.org", "10.0.0.1", "localhost", with a port or a path or nothing behind it.
  bool is_host(std::size_t at) const {
    std::size_t end = at;
    while (end < text_.size() &&
           (is_alphanumeric(text_[end]) || text_[end] == '-' || text_[end] == '.')) {
      ++end;
    }
    const std::string_view host = text_.substr(at, end - at);
    if (host == "localhost") return true;
    if (end < text_.size() && text_[end] != ':' && text_[end] != '/' &&
        kValueEnd.find(text_[end]) == kNowhere) {
      return false;
    }
    const std::size_t dot = host.rfind('.');
    if (dot == kNowhere || dot + 2 >= host.size() + 1) return false;
    const std::string_view last = host.substr(dot + 1);
    if (std::ranges::all_of(last, is_digit)) {
      return std::ranges::count(host, '.') == 3 &&
             std::ranges::all_of(host, [](char c) { return is_digit(c) || c == '.'; });
    }
    return last.size() >= 2 && std::ranges::none_of(last, is_digit);
  }

  // --option value inside a longer text. (With '=' it is an assignment.)
  void find_option(std::size_t at, char previous) {
    if (kBlank.find(previous) == kNowhere && kQuotes.find(previous) == kNowhere) return;
    std::size_t end = at;
    while (end < text_.size() && is_name(text_[end])) ++end;
    if (end == text_.size() || text_[end] != ' ') return;
    const std::string_view name = text_.substr(at, end - at);
    const SecretName* row = name.starts_with("--") ? option_row(name) : nullptr;
    std::size_t begin = text_.find_first_not_of(' ', end);
    if (row == nullptr || begin == kNowhere || text_[begin] == '-') return;
    find_value(*row, begin, true);
  }

  void find_webhook(std::size_t at) {
    constexpr std::string_view kHost = "hooks.slack.com/services/";
    if (!text_.substr(at).starts_with(kHost)) return;
    const std::size_t begin = at + kHost.size();
    std::size_t end = begin;
    while (end < text_.size() && (is_alphanumeric(text_[end]) || text_[end] == '/')) ++end;
    constexpr std::size_t kShortest = 30;
    if (end - begin >= kShortest) found_.push_back({begin, end, kSlackWebhook});
  }

  // Sorted; where two overlap, the one that begins first (or is longer) takes the other in.
  std::vector<FoundSecret> merged() {
    std::ranges::stable_sort(found_, {}, [](const FoundSecret& secret) {
      return std::tuple(secret.begin, text_end() - secret.end);
    });
    std::vector<FoundSecret> result;
    for (const FoundSecret& secret : found_) {
      if (!result.empty() && secret.begin < result.back().end) {
        result.back().end = std::max(result.back().end, secret.end);
      } else {
        result.push_back(secret);
      }
    }
    return result;
  }
  static constexpr std::size_t text_end() noexcept { return kNowhere; }

  std::string_view text_;
  SecretContext context_;
  std::size_t known_until_ = 0;  // end of the last token or key
  std::vector<FoundSecret> found_;
};

}  // namespace

std::vector<FoundSecret> find_secrets(std::string_view text, SecretContext context) {
  return Finder(text, context).find();
}

std::optional<std::string_view> find_secret(std::string_view text) {
  const auto found = find_secrets(text, SecretContext::File);
  if (found.empty()) return std::nullopt;
  return found.front().kind;
}

std::optional<std::string_view> variable_kind(std::string_view name, std::string_view value) {
  const SecretName* row = variable_row(name);
  if (row == nullptr || !is_value(value, row->shortest)) return std::nullopt;
  return kind_of(value, row->kind);
}

}  // namespace roar::plumbing
