#include "plumbing/dataset/dataset_arguments.h"

#include <algorithm>
#include <array>

#include "objects/base/utf8.h"
#include "plumbing/dataset/path_hints.h"

namespace roar::plumbing {
namespace {

constexpr std::string_view kPlaceholder = "<redacted:";

bool names_data(std::string_view option) {
  constexpr std::array<std::string_view, 11> kOptions{
      "--data-dir",   "--data-root", "--dataset",    "--dataset-dir", "--input",     "--input-dir",
      "--input-path", "--inputs",    "--output-dir", "--source",      "--source-dir"};
  return std::ranges::find(kOptions, option) != kOptions.end();
}

void add_values(std::string_view option, std::string_view list,
                std::vector<DatasetArgument>& arguments) {
  const EdgeRole role = option == "--output-dir" ? EdgeRole::Output : EdgeRole::Input;
  constexpr std::string_view kDividers = ", \t\n\r\f\v";
  while (!list.empty()) {
    const std::size_t end = std::min(list.find_first_of(kDividers), list.size());
    const std::string_view value = list.substr(0, end);
    list.remove_prefix(std::min(end + 1, list.size()));
    const std::string url = dataset_url(value);
    const std::string_view kept = url.empty() ? value : url;
    if (value.empty() || kept.find(kPlaceholder) != std::string_view::npos) continue;
    if (std::ranges::find(arguments, value, &DatasetArgument::value) == arguments.end())
      arguments.push_back({.value = std::string(value), .role = role});
  }
}

void append_escaped(std::string& text, char c) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  const auto byte = static_cast<unsigned char>(c);
  text += '%';
  text += kDigits[byte >> 4U];
  text += kDigits[byte & 15U];
}

}  // namespace

std::vector<DatasetArgument> dataset_arguments(std::span<const std::string> argv) {
  std::vector<DatasetArgument> arguments;
  for (std::size_t i = 0; i < argv.size(); ++i) {
    const std::string_view word = argv[i];
    if (!word.starts_with("--")) continue;
    const std::size_t equals = word.find('=');
    if (equals != std::string_view::npos) {
      const std::string_view option = word.substr(0, equals);
      if (names_data(option)) add_values(option, word.substr(equals + 1), arguments);
    } else if (names_data(word) && i + 1 < argv.size() && !argv[i + 1].starts_with('-')) {
      add_values(word, argv[++i], arguments);
    }
  }
  return arguments;
}

std::string dataset_url(std::string_view word) {
  constexpr std::array<std::string_view, 5> kSchemes{"gs", "hf", "http", "https", "s3"};
  constexpr std::string_view kMark = "://";
  const std::size_t mark = word.find(kMark);
  if (mark == std::string_view::npos || !is_utf8(word)) return {};
  const std::string scheme = lower_case(word.substr(0, mark));
  if (std::ranges::find(kSchemes, scheme) == kSchemes.end()) return {};
  std::string_view rest = word.substr(mark + kMark.size());
  rest = rest.substr(0, std::min(rest.find_first_of("?#"), rest.size()));
  while (rest.ends_with('/')) rest.remove_suffix(1);
  const std::size_t slash = std::min(rest.find('/'), rest.size());
  const std::size_t user = rest.substr(0, slash).rfind('@');
  if (user != std::string_view::npos) rest.remove_prefix(user + 1);
  if (rest.empty() || rest.starts_with('/')) return {};
  return scheme + std::string(kMark) + std::string(rest);
}

std::string dataset_file_url(std::string_view absolute) {
  constexpr std::string_view kForbidden = " %?#\"<>\\^`{|}\x7f";
  const bool is_text = is_utf8(absolute);
  std::string url = "file://";
  for (const char c : absolute) {
    const auto byte = static_cast<unsigned char>(c);
    const bool escaped =
        byte < ' ' || kForbidden.find(c) != std::string_view::npos || (!is_text && byte >= 0x80);
    if (escaped) {
      append_escaped(url, c);
    } else {
      url += c;
    }
  }
  return url;
}

}  // namespace roar::plumbing
