#include "plumbing/dataset/path_hints.h"

#include <algorithm>
#include <array>
#include <utility>

#include "objects/base/digit.h"

namespace roar::plumbing {
namespace {

bool is_number(std::string_view text) noexcept {
  return !text.empty() && std::ranges::all_of(text, is_digit);
}

bool is_hexadecimal(std::string_view text) noexcept {
  return std::ranges::all_of(text, [](char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); });
}

// Numbers joined by points, as many as that.
bool is_dotted(std::string_view text, std::size_t least, std::size_t most) {
  std::size_t parts = 1;
  for (std::size_t point = text.find('.'); point != std::string_view::npos;
       point = text.find('.')) {
    if (!is_number(text.substr(0, point))) return false;
    text.remove_prefix(point + 1);
    ++parts;
  }
  return is_number(text) && parts >= least && parts <= most;
}

// Of a text in lower case.
bool is_version(std::string_view text) {
  constexpr std::size_t kPartsMost = 4;
  constexpr std::size_t kPartsOfRelease = 3;
  if (text.starts_with('v')) return is_dotted(text.substr(1), 1, kPartsMost);
  return is_dotted(text, kPartsOfRelease, kPartsOfRelease) || is_date(text);
}

bool is_digest(std::string_view text) {
  constexpr std::size_t kSha1Digits = 40;
  constexpr std::size_t kSha256Digits = 64;
  return (text.size() == kSha1Digits || text.size() == kSha256Digits) && is_hexadecimal(text);
}

std::string_view split_of_word(std::string_view word) {
  using Row = std::pair<std::string_view, std::string_view>;
  constexpr std::array kSplits{
      Row{"train", "train"},     Row{"training", "train"}, Row{"val", "val"},
      Row{"valid", "val"},       Row{"validation", "val"}, Row{"test", "test"},
      Row{"testing", "test"},    Row{"dev", "dev"},        Row{"eval", "dev"},
      Row{"predict", "predict"}, Row{"holdout", "holdout"}};
  // As in "train2017".
  constexpr std::size_t kYearDigits = 4;
  if (word.size() > kYearDigits) {
    const std::string_view year = word.substr(word.size() - kYearDigits);
    const bool is_year = is_number(year) && (year.starts_with("19") || year.starts_with("20"));
    if (is_year && !is_digit(word[word.size() - kYearDigits - 1])) word.remove_suffix(kYearDigits);
  }
  const auto* const found = std::ranges::find(kSplits, word, &Row::first);
  return found == kSplits.end() ? std::string_view() : found->second;
}

std::string_view without_numbers_at_end(std::string_view stem) {
  constexpr std::string_view kSeparators = "-_ ";
  for (;;) {
    const std::size_t separator = stem.find_last_of(kSeparators);
    if (separator == std::string_view::npos || separator == 0) return stem;
    const std::string_view last = stem.substr(separator + 1);
    if (!last.empty() && last != "of" && !is_number(last)) return stem;
    stem = stem.substr(0, separator);
  }
}

// "part-00001-of-00004" without "-of-00004"; whether there was one.
bool take_count(std::string_view& stem) {
  const std::size_t of = stem.rfind("-of-");
  if (of == std::string_view::npos || !is_number(stem.substr(of + 4))) return false;
  stem = stem.substr(0, of);
  return true;
}

template <std::size_t N>
bool is_one_of(const std::array<std::string_view, N>& words, std::string_view word) {
  return std::ranges::find(words, word) != words.end();
}

}  // namespace

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return lower;
}

std::vector<std::string_view> path_segments(std::string_view path) {
  std::vector<std::string_view> segments;
  while (!path.empty()) {
    const std::size_t slash = std::min(path.find('/'), path.size());
    if (slash > 0) segments.push_back(path.substr(0, slash));
    path.remove_prefix(std::min(slash + 1, path.size()));
  }
  return segments;
}

std::string_view directory_of(std::string_view path) noexcept {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

std::string_view file_name_of(std::string_view path) noexcept {
  return path.substr(path.rfind('/') + 1);
}

bool is_path_below(std::string_view path, std::string_view directory) noexcept {
  return path.size() > directory.size() && path.starts_with(directory) &&
         path[directory.size()] == '/';
}

std::string_view split_of_directory(std::string_view name) {
  return split_of_word(lower_case(name));
}

std::string_view split_of_file(std::string_view name) {
  constexpr std::string_view kSeparators = "-_ ";
  const std::string lower = lower_case(name.substr(0, std::min(name.find('.'), name.size())));
  const std::string_view stem = without_numbers_at_end(lower);
  const std::string_view first =
      split_of_word(stem.substr(0, std::min(stem.find_first_of(kSeparators), stem.size())));
  const std::string_view last = split_of_word(stem.substr(stem.find_last_of(kSeparators) + 1));
  if (first.empty() || last.empty()) return first.empty() ? last : first;
  return first == last ? first : std::string_view();
}

std::string version_in(std::string_view name) {
  constexpr std::string_view kSeparators = "-_@ ";
  constexpr std::size_t kDateLength = 10;
  const std::string lower = lower_case(name);
  std::string_view text = lower;
  for (const std::string_view extension : {".zarr", ".lance"})
    if (text.ends_with(extension)) text.remove_suffix(extension.size());
  if (is_version(text) || is_digest(text)) return std::string(text);
  if (text.size() > kDateLength + 1) {
    const std::size_t start = text.size() - kDateLength;
    if (kSeparators.find(text[start - 1]) != std::string_view::npos && is_date(text.substr(start)))
      return std::string(text.substr(start));
  }
  const std::size_t separator = text.find_last_of(kSeparators);
  if (separator == std::string_view::npos || separator == 0) return {};
  const std::string_view last = text.substr(separator + 1);
  return is_version(last) ? std::string(last) : std::string();
}

bool is_date(std::string_view name) noexcept {
  constexpr std::size_t kLength = 10;
  constexpr std::size_t kMonth = 5;
  constexpr std::size_t kDay = 8;
  if (name.size() != kLength || name[kMonth - 1] != '-' || name[kDay - 1] != '-') return false;
  return is_calendar_day(name.substr(0, 4), name.substr(kMonth, 2), name.substr(kDay, 2));
}

bool is_calendar_day(std::string_view year, std::string_view month, std::string_view day) noexcept {
  const auto is_within = [](std::string_view text, std::size_t most_digits, int least, int most) {
    if (!is_number(text) || text.size() > most_digits) return false;
    int number = 0;
    for (const char c : text) number = 10 * number + (c - '0');
    return number >= least && number <= most;
  };
  return is_within(year, 4, 1900, 2100) && is_within(month, 2, 1, 12) && is_within(day, 2, 1, 31);
}

bool is_partition(std::string_view name) noexcept {
  const std::size_t equals = name.find('=');
  if (equals == std::string_view::npos) return is_date(name);
  const auto may_stand = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_' || c == '-';
  };
  return equals > 0 && equals + 1 < name.size() && !is_digit(name.front()) &&
         std::ranges::all_of(name.substr(0, equals), may_stand);
}

bool is_shard(std::string_view file_name) {
  constexpr std::size_t kLongNumber = 5;
  const std::string lower = lower_case(file_name);
  std::string_view stem = lower;
  bool counted = take_count(stem);  // "x.tfrecord-00001-of-00004"
  if (!counted) {
    stem = stem.substr(0, stem.find('.'));
    counted = take_count(stem);
  }
  const std::size_t digits = stem.find_last_not_of("0123456789") + 1;  // where they begin
  if (digits == 0) return stem.size() >= kLongNumber;
  if (counted && stem.size() - digits >= kLongNumber && stem[digits - 1] == '-') return true;
  for (const std::string_view word : {"part-", "part_", "shard-", "shard_"}) {
    if (!stem.starts_with(word)) continue;
    const std::string_view rest = stem.substr(word.size());
    return is_number(rest.substr(0, std::min(rest.find('-'), rest.size())));
  }
  return false;
}

bool is_recording(std::string_view name) {
  constexpr std::string_view kStart = "session_";
  const std::string lower = lower_case(name);
  std::string_view rest = lower;
  if (!rest.starts_with(kStart)) return false;
  rest.remove_prefix(kStart.size());
  const std::size_t underscore = rest.find('_');
  return underscore != std::string_view::npos && is_number(rest.substr(0, underscore)) &&
         underscore + 1 < rest.size();
}

bool is_manifest(std::string_view file_name) {
  constexpr std::array<std::string_view, 9> kNames{
      "manifest.json",    "dataset_info.json", "dataset_infos.json",       "data.yaml",
      "dataset-card.md",  "_success",          "extraction_manifest.json", "block_manifest.json",
      "ray_manifest.json"};
  const std::string lower = lower_case(file_name);
  return is_one_of(kNames, lower) || lower.ends_with(".manifest");
}

bool is_volatile(std::string_view name) {
  constexpr std::array<std::string_view, 8> kNames{"checkpoints", "wandb",       "mlruns", ".git",
                                                   ".venv",       "__pycache__", "tmp",    "temp"};
  return is_one_of(kNames, lower_case(name));
}

}  // namespace roar::plumbing
