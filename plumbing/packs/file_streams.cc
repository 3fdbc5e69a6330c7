#include "plumbing/packs/file_streams.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <istream>
#include <optional>
#include <ostream>

#include "objects/base/error.h"
#include "objects/base/fd.h"
#include "objects/base/file.h"

namespace roar::plumbing {
namespace {

// There is no other way to ask for it. Commands that use this have no second thread.
mode_t default_mode() noexcept {
  constexpr mode_t kAll = 0666;
  const mode_t mask = ::umask(0);
  ::umask(mask);
  return kAll & ~mask;
}

// A device, a pipe or a socket is written to; it must not be replaced by a file.
bool is_special(const std::filesystem::path& path) noexcept {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode);
}

// A file that a link names is replaced, not the link.
std::filesystem::path without_links(const std::filesystem::path& path) {
  std::error_code error;
  const std::filesystem::path absolute = std::filesystem::absolute(path, error);
  if (error) throw_errno(error.value(), "open", path.string());
  const std::filesystem::path resolved = std::filesystem::weakly_canonical(absolute, error);
  return error ? absolute : resolved;
}

void write_all(int fd, std::string_view bytes, const std::string& name) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) throw_errno(errno, "write", name);
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
}

}  // namespace

struct OutputFile::State {
  std::string name;
  std::ostream* out = nullptr;
  Fd special;
  std::optional<AtomicFile> file;
};

OutputFile::OutputFile(const std::filesystem::path& path, std::ostream& out)
    : state_(std::make_unique<State>()) {
  state_->name = path.string();
  if (path == "-") {
    state_->out = &out;
  } else if (is_special(path)) {
    state_->special = Fd(::open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY));
    if (!state_->special) throw_errno(errno, "open", state_->name);
  } else {
    state_->file.emplace(without_links(path), default_mode());
  }
}
OutputFile::~OutputFile() = default;

ByteSink OutputFile::sink() {
  return [state = state_.get()](std::string_view bytes) {
    if (state->file) {
      state->file->write(bytes);
    } else if (state->special) {
      write_all(state->special.get(), bytes, state->name);
    } else if (!state->out->write(bytes.data(), static_cast<std::streamsize>(bytes.size()))) {
      throw Error(Errc::Io, "cannot write the output");
    }
  };
}

void OutputFile::commit() {
  if (state_->file) state_->file->commit();
  if (state_->out != nullptr && !state_->out->flush())
    throw Error(Errc::Io, "cannot write the output");
}

struct InputFile::State {
  std::string name;
  std::istream* in = nullptr;
  Fd fd;
};

InputFile::InputFile(const std::filesystem::path& path, std::istream& in)
    : state_(std::make_unique<State>()) {
  state_->name = path.string();
  if (path == "-") {
    state_->in = &in;
    return;
  }
  state_->fd = Fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
  if (!state_->fd && errno == ENOENT)
    throw Error(Errc::NotFound, "cannot open '" + state_->name + "': No such file or directory");
  if (!state_->fd) throw_errno(errno, "open", state_->name);
}
InputFile::~InputFile() = default;

ByteSource InputFile::source() {
  return [state = state_.get()](char* to, std::size_t size) -> std::size_t {
    if (state->in != nullptr) {
      state->in->read(to, static_cast<std::streamsize>(size));
      if (state->in->bad()) throw Error(Errc::Io, "cannot read standard input");
      return static_cast<std::size_t>(state->in->gcount());
    }
    for (;;) {
      const ssize_t n = ::read(state->fd.get(), to, size);
      if (n >= 0) return static_cast<std::size_t>(n);
      if (errno != EINTR) throw_errno(errno, "read", state->name);
    }
  };
}

}  // namespace roar::plumbing
