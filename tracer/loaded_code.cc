#include "tracer/loaded_code.h"

#include <sys/stat.h>

#include <algorithm>

#include "tracer/calls/inline_calls.h"

namespace roar::tracer {
namespace {

// Less code is looked through faster than it is remembered.
constexpr std::uint64_t kWorthKeeping = 65'536;

bool is_still(const std::string& path, const FileStamp& stamp) noexcept {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && roar::stamp_of(status) == stamp;
}

}  // namespace

void LoadedCode::add(std::string_view path, const FileStamp& stamp) {
  const auto place = files_.find(path);
  if (place == files_.end()) {
    files_.emplace(path, stamp);
  } else {
    place->second = stamp;
  }
}

std::vector<std::string> LoadedCode::with_inline_calls(CodeMemory* memory) const {
  std::vector<FileStamp> stamps;
  stamps.reserve(files_.size());
  for (const auto& [path, stamp] : files_) stamps.push_back(stamp);
  std::vector<std::optional<bool>> known(stamps.size());
  if (memory != nullptr) known = memory->find(stamps);
  std::vector<std::string> found;
  std::vector<std::pair<FileStamp, bool>> learnt;
  auto answer = known.begin();
  for (const auto& [path, stamp] : files_) {
    std::optional<bool>& has_calls = *answer++;
    if (!has_calls) {
      if (!is_still(path, stamp)) continue;
      const InlineCalls calls = find_inline_calls(path);
      has_calls = calls.found;
      if (calls.code_bytes >= kWorthKeeping) learnt.emplace_back(stamp, calls.found);
    }
    if (*has_calls) found.push_back(path);
  }
  if (memory != nullptr && !learnt.empty()) memory->keep(learnt);
  return found;
}

}  // namespace roar::tracer
