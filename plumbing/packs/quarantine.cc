#include "plumbing/packs/quarantine.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <exception>
#include <string_view>
#include <unordered_set>
#include <utility>

#include "objects/base/error.h"
#include "objects/base/fd.h"
#include "objects/pack_reader.h"
#include "plumbing/packs/check_object.h"

namespace roar::plumbing {
namespace {

constexpr std::size_t kObjectsAtOnce = 5000;
constexpr std::size_t kBytesAtOnce = std::size_t{32} << 20;

// A file that has no name, or loses it at once where the file system knows no such files.
Fd unnamed_file(const std::filesystem::path& directory) {
  Fd file(::open(directory.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, S_IRUSR | S_IWUSR));
  if (file) return file;
  std::string name = (directory / "tmp-incoming-XXXXXX").string();
  file = Fd(::mkostemp(name.data(), O_CLOEXEC));
  if (!file) throw_errno(errno, "create a file in", directory.string());
  ::unlink(name.c_str());
  return file;
}

void write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) throw_errno(errno, "keep", "incoming pack");
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
}

std::size_t read_some(int fd, char* to, std::size_t size) {
  for (;;) {
    const ssize_t n = ::read(fd, to, size);
    if (n >= 0) return static_cast<std::size_t>(n);
    if (errno != EINTR) throw_errno(errno, "read", "incoming pack");
  }
}

void put(WriteTransaction& transaction, const std::vector<PackedObject>& batch) {
  for (const PackedObject& object : batch) {
    // Something may have been removed since it was looked for.
    for (const ObjectId& link : links_of(object.type, object.payload))
      if (!transaction.info(link))
        throw Error(Errc::Conflict, "object " + link.hex() + ", which " + object.id.hex() +
                                        " names, was removed meanwhile; try again");
    transaction.freshen(transaction.put(object.type, object.payload));
  }
}

// Ends a write that is to leave no trace.
struct GivenUp final : std::exception {};

}  // namespace

struct Quarantine::State {
  IncomingOptions options;
  Fd file;
  PackSummary summary;
  std::uint64_t accepted = 0;
  std::uint64_t unknown = 0;
  std::unordered_set<ObjectId> refused;
  std::vector<std::string> problems;

  PackReader::Limits limits() const { return {.bytes = options.max_bytes}; }

  // Throws unless what the object names outside of the pack is there.
  void check_outside(const ReadTransaction& transaction, const PackedObject& object,
                     const std::vector<TypedLink>& links) const {
    for (const TypedLink& link : links) {
      const std::optional<ObjectInfo> info = transaction.info(link.id);
      if (!info)
        throw Error(Errc::NotFound,
                    std::string(type_name(object.type)) + " " + object.id.hex() + " names object " +
                        link.id.hex() +
                        ", which is neither in the store nor before it in the pack");
      check_link(object, link, info->type);
      if (options.strict) transaction.object(link.id);
    }
  }

  void check(const Store& store, const PackReader& reader, const PackedObject& object) {
    const std::vector<TypedLink> outside = check_object(reader, object);
    if (!refused.empty()) {
      for (const ObjectId& link : links_of(object.type, object.payload))
        if (refused.contains(link))
          throw Error(Errc::Corrupt, std::string(type_name(object.type)) + " " + object.id.hex() +
                                         " names " + link.hex() + ", which was left out");
    }
    store.read([&](const ReadTransaction& transaction) {
      check_outside(transaction, object, outside);
      if (!transaction.info(object.id)) ++unknown;
    });
    ++accepted;
  }

  // False at the end.
  bool check_next(const Store& store, PackReader& reader) {
    const std::optional<PackedObject> object = reader.next();
    if (!object) return false;
    try {
      check(store, reader, *object);
    } catch (const Error& error) {
      if (!options.recover || error.code() == Errc::Io) throw;
      refused.insert(object->id);
      problems.emplace_back(error.what());
    }
    if (options.progress) options.progress(accepted);
    return true;
  }

  void check_all(const Store& store, PackReader& reader) {
    try {
      while (check_next(store, reader)) continue;
    } catch (const Error& error) {
      if (!options.recover || error.code() == Errc::Io || accepted == 0) throw;
      problems.emplace_back(error.what());
    }
    summary = reader.summary();
  }

  // What waits in the file, from its start.
  PackReader kept_pack() const {
    ROAR_ASSERT(file);
    const int fd = file.get();
    if (::lseek(fd, 0, SEEK_SET) != 0) throw_errno(errno, "read", "incoming pack");
    return PackReader([fd](char* to, std::size_t size) { return read_some(fd, to, size); },
                      limits());
  }

  // The next objects to store; false if they are the last ones.
  bool fill(PackReader& reader, std::vector<PackedObject>& batch) const {
    std::size_t bytes = 0;
    while (batch.size() < kObjectsAtOnce && bytes < kBytesAtOnce) {
      std::optional<PackedObject> object;
      try {
        object = reader.next();
      } catch (const Error& error) {
        if (!options.recover || error.code() == Errc::Io) throw;
      }
      if (!object) return false;
      if (refused.contains(object->id)) continue;
      bytes += object->payload.size();
      batch.push_back(*std::move(object));
    }
    return true;
  }
};

Quarantine::Quarantine(const Store& store, const ByteSource& pack, const IncomingOptions& options,
                       const std::optional<std::filesystem::path>& directory)
    : state_(std::make_unique<State>()) {
  state_->options = options;
  if (directory) state_->file = unnamed_file(*directory);
  const ByteSource kept = [this, &pack](char* to, std::size_t size) {
    const std::size_t n = pack(to, size);
    if (state_->file) write_all(state_->file.get(), {to, n});
    return n;
  };
  PackReader reader(kept, state_->limits());
  state_->check_all(store, reader);
}
Quarantine::~Quarantine() = default;

const PackSummary& Quarantine::summary() const noexcept {
  return state_->summary;
}
std::uint64_t Quarantine::accepted() const noexcept {
  return state_->accepted;
}
std::uint64_t Quarantine::unknown() const noexcept {
  return state_->unknown;
}
const std::vector<std::string>& Quarantine::problems() const noexcept {
  return state_->problems;
}

void Quarantine::accept(Store& store, const std::function<void(WriteTransaction&)>& finish) {
  PackReader reader = state_->kept_pack();
  std::uint64_t stored = 0;
  for (bool more = true; more;) {
    std::vector<PackedObject> batch;
    more = state_->fill(reader, batch);
    store.write([&](WriteTransaction& transaction) {
      put(transaction, batch);
      if (!more) finish(transaction);
    });
    stored += batch.size();
    if (state_->options.progress) state_->options.progress(stored);
  }
}

void Quarantine::rehearse(Store& store, const std::function<void(WriteTransaction&)>& finish) {
  try {
    store.write([&](WriteTransaction& transaction) {
      PackReader reader = state_->kept_pack();
      for (bool more = true; more;) {
        std::vector<PackedObject> batch;
        more = state_->fill(reader, batch);
        put(transaction, batch);
      }
      finish(transaction);
      throw GivenUp();
    });
  } catch (const GivenUp&) {
    return;
  }
}

}  // namespace roar::plumbing
