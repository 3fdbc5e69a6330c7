#include "tracer/preload/secure.h"

#include "tracer/preload/log_writer.h"
#include "tracer/preload/system_call.h"
#include "tracer/versions.h"

namespace roar::tracer::preload {
namespace {

// The path as another process finds it. Names of this process's descriptors lead nowhere there,
// which is noticed, because then the file is another one.
bool name_file(Spelling spelling, Versions::Request& request) noexcept {
  char buffer[kDirectoryBytes];
  const Text path = text_of(spelling.path);
  Text directory;
  if (spelling.path[0] != '/') {
    directory = directory_of(spelling, buffer);
    if (directory.empty()) return false;
  }
  if (directory.size + 1 + path.size >= sizeof(request->path)) return false;
  char* end = append(request->path, directory);
  if (!directory.empty()) *end++ = '/';
  end = append(end, path);
  *end = '\0';
  request->path_length = static_cast<std::uint16_t>(end - request->path);
  return true;
}

__attribute__((noinline)) void ask(Versions versions, Spelling spelling, const struct stat& status,
                                   wire::Fate fate) noexcept {
  Versions::Request request(versions, status.st_dev, status.st_ino, fate);
  if (request && name_file(spelling, request)) request.wait(log_is_read);
}

}  // namespace

void note_read(const struct stat& status) noexcept {
  if (S_ISREG(status.st_mode)) Versions(whole_log()).read(status.st_dev, status.st_ino);
}

void note_own(const struct stat& status) noexcept {
  if (S_ISREG(status.st_mode)) Versions(whole_log()).own(status.st_dev, status.st_ino);
}

void note_gone(const struct stat& status) noexcept {
  if (S_ISREG(status.st_mode) && status.st_nlink <= 1)
    Versions(whole_log()).gone(status.st_dev, status.st_ino);
}

void secure(Spelling spelling, const struct stat& status, wire::Fate fate,
            bool keeps_bytes) noexcept {
  if (!S_ISREG(status.st_mode) || status.st_size == 0 || spelling.path == nullptr) return;
  Versions versions(whole_log());
  if (versions.endangered(status.st_dev, status.st_ino, fate, keeps_bytes))
    ask(versions, spelling, status, fate);
}

}  // namespace roar::tracer::preload
