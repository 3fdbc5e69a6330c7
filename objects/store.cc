#include "objects/store.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <utility>

#include "objects/base/error.h"
#include "objects/base/fd.h"
#include "objects/base/file.h"
#include "objects/base/random.h"
#include "objects/key.h"
#include "objects/lmdb_file.h"
#include "objects/store_impl.h"

namespace roar {
namespace {

// The format of the tables. A program may read a store whose min_reader is not higher than this,
// and write to it if min_writer is not.
constexpr int kFormat = 1;
constexpr std::string_view kFirstGeneration = "gen-000001";

std::filesystem::path current_file(const std::filesystem::path& directory) {
  return directory / "CURRENT";
}

// The name of the directory that holds the store's present generation.
std::string current_generation(const std::filesystem::path& directory) {
  const std::optional<std::string> text = read_file(current_file(directory));
  if (!text) throw Error(Errc::NotFound, "no store at '" + directory.string() + "'");
  const std::string_view name = std::string_view(*text).substr(0, text->find('\n'));
  const bool sound =
      name.starts_with("gen-") && name.size() > 4 && text->size() == name.size() + 1 &&
      std::ranges::all_of(name.substr(4), [](char c) { return c >= '0' && c <= '9'; });
  if (!sound)
    throw Error(Errc::Corrupt, "'" + current_file(directory).string() + "' names no generation");
  return std::string(name);
}

void sync_directory(const std::filesystem::path& directory) {
  const Fd fd(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd || ::fsync(fd.get()) != 0) throw_errno(errno, "sync", directory.string());
}

int meta_number(const ReadTransaction::Impl& transaction, std::string_view name) {
  const std::optional<std::string_view> text = transaction.get(Table::Meta, name);
  int number = 0;
  if (!text ||
      std::from_chars(text->data(), text->data() + text->size(), number).ec != std::errc() ||
      number < 1)
    throw Error(Errc::Corrupt, "store is damaged: its '" + std::string(name) + "' is not a number");
  return number;
}

// A store of a later version says itself whether we may read and write it.
void check_format(const ReadTransaction::Impl& transaction, Store::Mode mode) {
  const std::string advice = "; update roar to use it";
  if (meta_number(transaction, "min_reader") > kFormat)
    throw Error(Errc::Unsupported, "store was written by a newer version of roar" + advice);
  if (const auto extensions = transaction.get(Table::Meta, "extensions");
      extensions && !extensions->empty())
    throw Error(Errc::Unsupported,
                "store uses an unknown extension '" + std::string(*extensions) + "'" + advice);
  if (mode == Store::Mode::ReadWrite && meta_number(transaction, "min_writer") > kFormat)
    throw Error(Errc::Unsupported,
                "store was written by a newer version of roar and can only be read" + advice);
}

void write_meta(LmdbTxn& txn, LmdbTable meta) {
  if (txn.get(meta, "format")) return;  // another process was faster
  for (const std::string_view name : {"format", "min_reader", "min_writer"})
    txn.put(meta, name, std::to_string(kFormat));
  txn.put(meta, "hash", "blake3");
  txn.put(meta, "uuid", random_hex(16));
}

LmdbOptions lmdb_options(Store::Mode mode, const Store::Options& options) {
  return {.create = false,
          .read_only = mode == Store::Mode::ReadOnly,
          .sync_meta = true,
          .map_bytes = options.map_bytes};
}

}  // namespace

void Store::create(const std::filesystem::path& directory) {
  if (file_exists(current_file(directory)))
    throw Error(Errc::Conflict, "there is a store at '" + directory.string() + "' already");
  const std::filesystem::path generation = directory / kFirstGeneration;
  make_directories(generation);
  {
    LmdbEnv env(generation, {.create = true}, kTableNames);
    env.write(
        [&](LmdbTxn& txn) { write_meta(txn, env.table(static_cast<std::size_t>(Table::Meta))); });
  }
  sync_directory(generation);
  sync_directory(directory);
  // Last, so that a store exists completely or not at all.
  constexpr mode_t kMode = 0644;
  AtomicFile current(current_file(directory), kMode);
  current.write(std::string(kFirstGeneration) + "\n");
  current.commit();
}

Store::Store(const std::filesystem::path& directory, Mode mode, const Options& options) {
  std::string generation = current_generation(directory);
  const std::filesystem::path path = directory / generation;
  impl_ = std::unique_ptr<Impl>(
      new Impl{directory, std::move(generation), {path, lmdb_options(mode, options), kTableNames}});
  impl_->env.read(
      [&](const LmdbTxn& txn) { check_format(ReadTransaction::Impl(impl_->env, txn), mode); });
}

Store::~Store() = default;

void Store::read(const std::function<void(const ReadTransaction&)>& body) const {
  impl_->env.read([&](const LmdbTxn& txn) {
    ReadTransaction::Impl impl(impl_->env, txn);
    body(ReadTransaction(impl));
  });
}

void Store::write(const std::function<void(WriteTransaction&)>& body) {
  impl_->env.write([&](LmdbTxn& txn) {
    // Whoever replaces the generation holds the lock that we hold now.
    if (current_generation(impl_->directory) != impl_->generation)
      throw Error(Errc::Conflict, "store '" + impl_->directory.string() +
                                      "' was replaced by another process; try again");
    ReadTransaction::Impl impl(impl_->env, txn);
    WriteTransaction transaction(impl);
    body(transaction);
    impl.finish();
  });
}

StoreUsage Store::usage() const {
  const LmdbUsage usage = impl_->env.usage();
  return {.map_bytes = usage.map_bytes, .file_bytes = usage.used_bytes};
}

unsigned Store::clear_dead_readers() const {
  return impl_->env.clear_dead_readers();
}

}  // namespace roar
