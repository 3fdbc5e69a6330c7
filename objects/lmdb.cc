#include "objects/lmdb.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <mutex>
#include <set>
#include <system_error>

#include "objects/base/error.h"
#include "objects/base/fd.h"
#include "objects/lmdb_file.h"
#include "objects/lmdb_transaction.h"
#include "objects/write_lock.h"

namespace roar {
namespace {

constexpr std::size_t kMapMost = std::size_t{1} << 40;
constexpr std::size_t kMapLeast = std::size_t{256} << 20;
constexpr int kDescriptorsMost = 1024;
constexpr unsigned kReaders = 510;  // LMDB's 126 are few when many jobs run at once
constexpr mode_t kMode = 0666;      // less the umask, like any other file of the project

// Files that are open in this process. LMDB requires that there is one environment per file and
// process, so the process is where this has to be kept.
class OpenFiles {
 public:
  using FileId = std::pair<std::uint64_t, std::uint64_t>;

  static OpenFiles& of_process() {
    static OpenFiles files;
    return files;
  }
  bool add(const FileId& id) {
    const std::scoped_lock lock(mutex_);
    return files_.insert(id).second;
  }
  void remove(const FileId& id) {
    const std::scoped_lock lock(mutex_);
    files_.erase(id);
  }

 private:
  std::mutex mutex_;
  std::set<FileId> files_;
};

std::pair<std::uint64_t, std::uint64_t> id_of_file(const std::filesystem::path& file) {
  struct stat status {};
  if (::stat(file.c_str(), &status) == 0) return {status.st_dev, status.st_ino};
  if (errno == ENOENT) throw Error(Errc::NotFound, "no store at '" + file.string() + "'");
  throw_errno(errno, "look at", file.string());
}

// The largest size from `most` down by halves that fits into the address space, but `least` at the
// least. Tried out on nothing, because LMDB cannot go on once it failed to map its file.
std::size_t mappable_bytes(std::size_t most, std::size_t least) {
  for (std::size_t size = most; size > least; size /= 2) {
    void* const address =
        ::mmap(nullptr, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (address == MAP_FAILED) continue;
    ::munmap(address, size);
    return size;
  }
  return least;
}

std::size_t round_up_to_page(std::size_t bytes) {
  const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  return (bytes + page - 1) / page * page;
}

// Whether no run of pages may have fitted: a disk has blocks of its own size, and keeps some back.
bool is_nearly_full(const std::filesystem::path& directory) {
  constexpr std::uint64_t kPages = std::uint64_t{64} * 1024;
  struct statvfs status {};
  return ::statvfs(directory.c_str(), &status) == 0 && status.f_bavail * status.f_frsize < kPages;
}

}  // namespace

LmdbEnv::LmdbEnv(const std::filesystem::path& directory, const LmdbOptions& options,
                 std::span<const std::string_view> tables)
    : directory_(directory), read_only_(options.read_only), patience_(options.patience) {
  const std::filesystem::path file = directory / "data.mdb";
  if (options.create && !Fd(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, kMode)))
    throw_errno(errno, "create", file.string());
  file_ = id_of_file(file);
  if (const std::string_view kind = network_file_system(directory); !kind.empty())
    throw Error(Errc::Unsupported,
                "cannot keep a store on '" + directory.string() + "': " + std::string(kind) +
                    " is a network file system, on which its locks do not work" +
                    "\nhint: name a directory on a local disk in ROAR_STORE_DIR, " +
                    "and run 'roar init'");
  if (!OpenFiles::of_process().add(file_))
    throw Error(Errc::Conflict, "store '" + directory.string() + "' is open in this process");
  try {
    const LmdbFileCheck check = check_lmdb_file(file);
    const bool is_new = options.create && check.size == 0;
    // Pages that a transaction allocated and gave back are counted but never written, so a short
    // file is damaged only if something in it cannot be read.
    const bool is_short = check.size < check.wanted;
    if (!is_new && (check.wanted == 0 || (is_short && !lmdb_is_readable(directory))))
      throw Error(Errc::Corrupt, "store '" + directory.string() +
                                     "' is damaged: its file is cut off at " +
                                     std::to_string(check.size) + " bytes");
    open(options);
    open_tables(tables);
  } catch (...) {
    close();
    throw;
  }
}

LmdbEnv::~LmdbEnv() {
  close();
}

void LmdbEnv::close() noexcept {
  if (env_ != nullptr) mdb_env_close(env_);
  env_ = nullptr;
  OpenFiles::of_process().remove(file_);
}

void LmdbEnv::fail(int code, std::string_view action) const {
  const std::string subject = " store '" + directory_.string() + "': ";
  // LMDB turns a write that a full disk cut short into an input/output error.
  if (code == ENOSPC || (code == EIO && is_nearly_full(directory_)))
    throw Error(Errc::Io, "cannot " + std::string(action) + subject + "the disk is full");
  throw Error(lmdb_errc(code), "cannot " + std::string(action) + subject + mdb_strerror(code));
}

void LmdbEnv::open(const LmdbOptions& options) {
  unsigned flags = MDB_NOTLS;
  if (options.read_only) flags |= MDB_RDONLY;
  if (!options.sync_meta) flags |= MDB_NOMETASYNC;
  if (!options.sync) flags |= MDB_NOSYNC;

  const auto try_open = [&](unsigned extra) {
    if (env_ != nullptr) mdb_env_close(std::exchange(env_, nullptr));
    if (const int code = mdb_env_create(&env_); code != MDB_SUCCESS) fail(code, "open");
    std::size_t map = options.map_bytes;
    if (map == 0) {
      const std::size_t size = check_lmdb_file(directory_ / "data.mdb").size;
      map = mappable_bytes(kMapMost, std::max(4 * size, kMapLeast));
    }
    constexpr unsigned kTablesMax = 32;
    mdb_env_set_mapsize(env_, round_up_to_page(map));
    mdb_env_set_maxdbs(env_, kTablesMax);
    mdb_env_set_maxreaders(env_, kReaders);
    return mdb_env_open(env_, directory_.c_str(), flags | extra, kMode);
  };
  int code = try_open(0);
  // Without the lock file our snapshot is not protected from writers; that is right only where
  // nobody like us can write.
  if (options.read_only && (code == EACCES || code == EROFS) &&
      ::access(directory_.c_str(), W_OK) != 0)
    code = try_open(MDB_NOLOCK);
  if (code != MDB_SUCCESS) fail(code, "open");
  close_on_exec();
  int dead = 0;
  mdb_reader_check(env_, &dead);
}

void LmdbEnv::close_on_exec() const {
  // LMDB 0.9.24 opens its data file twice, without O_CLOEXEC, and tells us one of the descriptors
  // only. A child that inherits the other could write into the store.
  const auto seal = [&](int fd) {
    struct stat status {};
    if (::fstat(fd, &status) == 0 && FileId{status.st_dev, status.st_ino} == file_)
      ::fcntl(fd, F_SETFD, FD_CLOEXEC);
  };
  std::error_code error;
  std::filesystem::directory_iterator entries("/proc/self/fd", error);
  if (error) {  // no /proc
    for (int fd = 0; fd < kDescriptorsMost; ++fd) seal(fd);
    return;
  }
  for (; !error && entries != std::filesystem::directory_iterator(); entries.increment(error)) {
    const std::string name = entries->path().filename().string();
    int fd = -1;
    std::from_chars(name.data(), name.data() + name.size(), fd);
    if (fd >= 0) seal(fd);
  }
}

void LmdbEnv::open_tables(std::span<const std::string_view> names) {
  if (try_tables(names, false)) return;
  if (!read_only_ && try_tables(names, true)) return;
  throw Error(Errc::Corrupt, "store '" + directory_.string() + "' lacks some of its tables");
}

bool LmdbEnv::try_tables(std::span<const std::string_view> names, bool create) {
  MDB_txn* txn = create ? begin_write() : begin_read();
  if (txn == nullptr) {  // another process enlarged the map since we opened the file
    enlarge(0);
    txn = create ? begin_write() : begin_read();
    if (txn == nullptr) fail(MDB_MAP_RESIZED, "open");
  }
  std::vector<unsigned> opened;
  for (const std::string_view name : names) {
    MDB_dbi table = 0;
    const unsigned flags = create ? MDB_CREATE : 0U;
    const int code = mdb_dbi_open(txn, std::string(name).c_str(), flags, &table);
    if (code != MDB_SUCCESS) {
      mdb_txn_abort(txn);
      if (code == MDB_NOTFOUND) return false;
      fail(code, "open");
    }
    opened.push_back(table);
  }
  // Handles are kept only if the transaction is committed, even if it wrote nothing.
  if (const int code = mdb_txn_commit(txn); code != MDB_SUCCESS) fail(code, "open");
  tables_ = std::move(opened);
  return true;
}

MDB_txn* LmdbEnv::begin_read() const {
  MDB_txn* txn = nullptr;
  int code = mdb_txn_begin(env_, nullptr, MDB_RDONLY, &txn);
  if (code == MDB_READERS_FULL) {
    int dead = 0;
    mdb_reader_check(env_, &dead);
    code = mdb_txn_begin(env_, nullptr, MDB_RDONLY, &txn);
  }
  // A reader holds a lock at the offset of its process id, and two containers may each have a
  // process 1. Writers are told apart otherwise, so we read as one.
  if ((code == EAGAIN || code == MDB_READERS_FULL) && !read_only_)
    code = mdb_txn_begin(env_, nullptr, 0, &txn);
  if (code == MDB_MAP_RESIZED) return nullptr;
  if (code != MDB_SUCCESS) fail(code, "read");
  return txn;
}

MDB_txn* LmdbEnv::begin_write() const {
  int dead = 0;
  // A reader that was killed keeps its snapshot, and the file would grow with every commit.
  mdb_reader_check(env_, &dead);
  MDB_txn* txn = nullptr;
  const int code = mdb_txn_begin(env_, nullptr, 0, &txn);
  if (code == MDB_MAP_RESIZED) return nullptr;
  if (code != MDB_SUCCESS) fail(code, "write to");
  return txn;
}

void LmdbEnv::enlarge(std::size_t least_bytes) const {
  const std::scoped_lock lock(map_mutex_);
  MDB_envinfo info{};
  mdb_env_info(env_, &info);
  MDB_stat stat{};
  mdb_env_stat(env_, &stat);
  const std::size_t used = (info.me_last_pgno + 1) * stat.ms_psize;
  const std::size_t least = round_up_to_page(std::max(used, least_bytes) + 1);
  const std::size_t size = mappable_bytes(std::max(2 * info.me_mapsize, 2 * used), least);
  if (const int code = mdb_env_set_mapsize(env_, round_up_to_page(size)); code != MDB_SUCCESS)
    fail(code, "enlarge the map of");
}

void LmdbEnv::read(const std::function<void(const TableTransaction&)>& body) const {
  for (;;) {
    {
      const std::shared_lock lock(map_mutex_);
      if (MDB_txn* const txn = begin_read()) {
        const LmdbTxn transaction(txn, tables_, true);
        body(transaction);
        return;
      }
    }
    enlarge(0);
  }
}

// One attempt: MDB_SUCCESS, MDB_MAP_RESIZED (nothing was tried) or MDB_MAP_FULL (nothing is left).
int LmdbEnv::try_write(const std::function<void(TableTransaction&)>& body) {
  const WriteLock lock(directory_, patience_);
  MDB_txn* const txn = begin_write();
  if (txn == nullptr) return MDB_MAP_RESIZED;
  LmdbTxn transaction(txn, tables_, false);
  try {
    body(transaction);
  } catch (const LmdbMapFull&) {
    return MDB_MAP_FULL;
  }
  const int code = transaction.commit();
  if (code != MDB_SUCCESS && code != MDB_MAP_FULL) fail(code, "write to");
  return code;
}

void LmdbEnv::write(const std::function<void(TableTransaction&)>& body) {
  if (read_only_)
    throw Error(Errc::Io, "cannot write to store '" + directory_.string() + "': it is read-only");
  for (;;) {
    std::size_t mapped = 0;
    {
      const std::shared_lock lock(map_mutex_);
      const int code = try_write(body);
      if (code == MDB_SUCCESS) return;
      if (code == MDB_MAP_FULL) mapped = usage().map_bytes;
    }
    enlarge(mapped);
  }
}

void LmdbEnv::copy_to(int descriptor) const {
  const std::shared_lock lock(map_mutex_);
  const int code = mdb_env_copyfd2(env_, descriptor, MDB_CP_COMPACT);
  if (code != MDB_SUCCESS) fail(code, "copy");
}

void LmdbEnv::sync() {
  constexpr int kForce = 1;
  if (const int code = mdb_env_sync(env_, kForce); code != MDB_SUCCESS) fail(code, "sync");
}

BackendUsage LmdbEnv::usage() const {
  MDB_envinfo info{};
  mdb_env_info(env_, &info);
  MDB_stat stat{};
  mdb_env_stat(env_, &stat);
  return {.map_bytes = info.me_mapsize, .used_bytes = (info.me_last_pgno + 1) * stat.ms_psize};
}

unsigned LmdbEnv::clear_dead_readers() const {
  int dead = 0;
  if (const int code = mdb_reader_check(env_, &dead); code != 0) fail(code, "examine its readers");
  return static_cast<unsigned>(dead);
}

}  // namespace roar
