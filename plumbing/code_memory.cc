#include "plumbing/code_memory.h"

#include <string>

namespace roar::plumbing {
namespace {

// Changes with what tracer::find_inline_calls() finds.
constexpr std::string_view kPrefix = "inline-calls 1 ";

std::string name_of(const FileStamp& stamp) {
  return std::string(kPrefix) + std::to_string(stamp.device) + ' ' + std::to_string(stamp.inode);
}

std::string value_of(const FileStamp& stamp, bool found) {
  const auto time = [](Timestamp when) {
    return std::to_string(when.seconds) + '.' + std::to_string(when.nanoseconds) + ' ';
  };
  return std::to_string(stamp.size) + ' ' + time(stamp.modified) + time(stamp.changed) +
         (found ? "yes" : "no");
}

}  // namespace

std::vector<std::optional<bool>> CachedCode::find(std::span<const FileStamp> stamps) {
  std::vector<std::string> names;
  names.reserve(stamps.size());
  for (const FileStamp& stamp : stamps) names.push_back(name_of(stamp));
  const auto values = cache_.values(names);
  std::vector<std::optional<bool>> known(stamps.size());
  for (std::size_t i = 0; i < stamps.size(); ++i) {
    if (!values[i]) continue;
    for (const bool found : {false, true})
      if (*values[i] == value_of(stamps[i], found)) known[i] = found;
  }
  return known;
}

void CachedCode::keep(std::span<const std::pair<FileStamp, bool>> known) {
  std::vector<std::pair<std::string, std::string>> values;
  values.reserve(known.size());
  for (const auto& [stamp, found] : known)
    values.emplace_back(name_of(stamp), value_of(stamp, found));
  cache_.put_values(values);
}

}  // namespace roar::plumbing
