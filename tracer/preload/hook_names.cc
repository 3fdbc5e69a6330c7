#include <stdio.h>
#include <sys/types.h>
#include <unistd.h>

#include "tracer/preload/facts.h"
#include "tracer/preload/hook.h"
#include "tracer/preload/image.h"
#include "tracer/preload/secure.h"
#include "tracer/preload/system_call.h"

using namespace roar::tracer::preload;  // NOLINT(google-build-using-namespace): hooks are global
using roar::tracer::wire::Fate;
using roar::tracer::wire::Kind;

namespace {

// What one name was before the call and is after it, as far as it was there.
class Names {
 public:
  Names(Spelling probed, int at_flags) : active_(recording()) {
    if (!active_) return;
    record_objects_if_due();
    existed_ =
        probed.path != nullptr && stat_path(probed.directory, probed.path, before_, at_flags);
  }
  explicit operator bool() const { return active_; }
  // Before the name goes, or is given to another file.
  void secure_name(Spelling probed) const {
    if (existed_) secure(probed, before_, Fate::NameLost);
  }
  void secure_content(Spelling probed, bool keeps_bytes) const {
    if (existed_) secure(probed, before_, Fate::Overwritten, keeps_bytes);
  }
  void lost() const {
    if (existed_) note_gone(before_);
  }
  const struct stat* before() const { return existed_ ? &before_ : nullptr; }
  const struct stat* after(Spelling spelling, int at_flags) {
    return stat_path(spelling.directory, spelling.path, after_, at_flags) ? &after_ : nullptr;
  }

 private:
  bool active_;
  bool existed_ = false;
  struct stat before_;
  struct stat after_;
};

void renamed(Names& names, Spelling from, Spelling to, bool exchange) {
  if (!exchange) {
    names.lost();
    record_paths(Kind::Rename, from, to, names.before(), names.after(to, AT_SYMLINK_NOFOLLOW));
    return;
  }
  struct stat first;
  const bool there = stat_path(from.directory, from.path, first, AT_SYMLINK_NOFOLLOW);
  record_paths(Kind::Exchange, from, to, there ? &first : nullptr,
               names.after(to, AT_SYMLINK_NOFOLLOW));
}

void unlinked(const Names& names, Spelling spelling) {
  names.lost();
  record_path(Kind::Unlink, spelling, names.before(), nullptr);
}

void linked(Names& names, Spelling from, Spelling to) {
  record_link(from, to, names.after(to, AT_SYMLINK_NOFOLLOW));
}

// The target is text, not a place.
void symlinked(Names& names, const char* target, Spelling to) {
  record_symlink(target, to, names.after(to, AT_SYMLINK_NOFOLLOW));
}

}  // namespace

ROAR_HOOK(int, rename, const char* from, const char* to) {
  Names names({AT_FDCWD, to}, AT_SYMLINK_NOFOLLOW);
  names.secure_name({AT_FDCWD, to});
  const Covered covered(from);
  const int result = ROAR_NEXT(rename)(from, to);
  if (result == 0 && names) renamed(names, {AT_FDCWD, from}, {AT_FDCWD, to}, false);
  return result;
}

ROAR_HOOK(int, renameat, int directory, const char* from, int directory2, const char* to) {
  Names names({directory2, to}, AT_SYMLINK_NOFOLLOW);
  names.secure_name({directory2, to});
  const Covered covered(from);
  const int result = ROAR_NEXT(renameat)(directory, from, directory2, to);
  if (result == 0 && names) renamed(names, {directory, from}, {directory2, to}, false);
  return result;
}

ROAR_HOOK(int, renameat2, int directory, const char* from, int directory2, const char* to,
          unsigned flags) {
  Names names({directory2, to}, AT_SYMLINK_NOFOLLOW);
  if ((flags & (RENAME_EXCHANGE | RENAME_NOREPLACE)) == 0) names.secure_name({directory2, to});
  const Covered covered(from);
  const int result = ROAR_NEXT(renameat2)(directory, from, directory2, to, flags);
  if (result == 0 && names)
    renamed(names, {directory, from}, {directory2, to}, (flags & RENAME_EXCHANGE) != 0);
  return result;
}

ROAR_HOOK(int, link, const char* from, const char* to) {
  Names names({AT_FDCWD, nullptr}, 0);
  const Covered covered(from);
  const int result = ROAR_NEXT(link)(from, to);
  if (result == 0 && names) linked(names, {AT_FDCWD, from}, {AT_FDCWD, to});
  return result;
}

ROAR_HOOK(int, linkat, int directory, const char* from, int directory2, const char* to, int flags) {
  Names names({AT_FDCWD, nullptr}, 0);
  const Covered covered(from);
  const int result = ROAR_NEXT(linkat)(directory, from, directory2, to, flags);
  if (result == 0 && names) linked(names, {directory, from}, {directory2, to});
  return result;
}

ROAR_HOOK(int, symlink, const char* target, const char* to) {
  Names names({AT_FDCWD, nullptr}, 0);
  const Covered covered(to);
  const int result = ROAR_NEXT(symlink)(target, to);
  if (result == 0 && names) symlinked(names, target, {AT_FDCWD, to});
  return result;
}

ROAR_HOOK(int, symlinkat, const char* target, int directory, const char* to) {
  Names names({AT_FDCWD, nullptr}, 0);
  const Covered covered(to);
  const int result = ROAR_NEXT(symlinkat)(target, directory, to);
  if (result == 0 && names) symlinked(names, target, {directory, to});
  return result;
}

ROAR_HOOK(int, unlink, const char* path) {
  const Names names({AT_FDCWD, path}, AT_SYMLINK_NOFOLLOW);
  names.secure_name({AT_FDCWD, path});
  const Covered covered(path);
  const int result = ROAR_NEXT(unlink)(path);
  if (result == 0 && names) unlinked(names, {AT_FDCWD, path});
  return result;
}

ROAR_HOOK(int, unlinkat, int directory, const char* path, int flags) {
  const Names names({directory, path}, AT_SYMLINK_NOFOLLOW);
  names.secure_name({directory, path});
  const Covered covered(path);
  const int result = ROAR_NEXT(unlinkat)(directory, path, flags);
  if (result == 0 && names) unlinked(names, {directory, path});
  return result;
}

ROAR_HOOK(int, remove, const char* path) {
  const Names names({AT_FDCWD, path}, AT_SYMLINK_NOFOLLOW);
  names.secure_name({AT_FDCWD, path});
  const Covered covered(path);
  const int result = ROAR_NEXT(remove)(path);
  if (result == 0 && names) unlinked(names, {AT_FDCWD, path});
  return result;
}

ROAR_HOOK(int, rmdir, const char* path) {
  const Names names({AT_FDCWD, path}, AT_SYMLINK_NOFOLLOW);
  const Covered covered(path);
  const int result = ROAR_NEXT(rmdir)(path);
  if (result == 0 && names) record_path(Kind::Unlink, {AT_FDCWD, path}, names.before(), nullptr);
  return result;
}

ROAR_HOOK(int, truncate, const char* path, off_t size) {
  Names names({AT_FDCWD, path}, 0);
  names.secure_content({AT_FDCWD, path}, size != 0);
  const Covered covered(path);
  const int result = ROAR_NEXT(truncate)(path, size);
  if (result == 0 && names)
    record_path(Kind::Truncate, {AT_FDCWD, path}, names.before(), names.after({AT_FDCWD, path}, 0));
  return result;
}

ROAR_HOOK(int, truncate64, const char* path, off_t size) {
  Names names({AT_FDCWD, path}, 0);
  names.secure_content({AT_FDCWD, path}, size != 0);
  const Covered covered(path);
  const int result = ROAR_NEXT(truncate64)(path, size);
  if (result == 0 && names)
    record_path(Kind::Truncate, {AT_FDCWD, path}, names.before(), names.after({AT_FDCWD, path}, 0));
  return result;
}
